"""Playwright's own viewer of traces, served from the installed package, so that nothing is asked from elsewhere."""

from importlib.util import find_spec
from mimetypes import guess_type
from pathlib import Path

from starlette.responses import Response

from rpa.console.visit import Visit
from rpa.exceptions import NotFoundError

_IN_PLAYWRIGHT = Path("driver", "package", "lib", "vite", "traceViewer")


def viewer(visit: Visit) -> Response:
    """Hand out a file of the viewer; which trace it shows, the browser asks for by itself."""
    folder = _folder()
    path = (folder / (visit.request.path_params["file"] or "index.html")).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise NotFoundError("the viewer has no such file")
    return Response(path.read_bytes(), media_type=guess_type(path.name)[0] or "application/octet-stream")


def _folder() -> Path:
    found = find_spec("playwright")
    if found is None or found.origin is None:
        raise NotFoundError("playwright is not installed")
    return (Path(found.origin).parent / _IN_PLAYWRIGHT).resolve()
