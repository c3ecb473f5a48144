"""Hands out the trust's logo and font, which its settings name."""

from collections.abc import Mapping

from starlette.responses import Response

from rpa.console.brand import LOGOS
from rpa.console.door import Page
from rpa.console.visit import Visit
from rpa.exceptions import NotFoundError

_FONTS: Mapping[str, str] = {".woff2": "font/woff2", ".woff": "font/woff"}
_STYLE = "text/css; charset=utf-8"


def logo(visit: Visit) -> Response:
    """Hand out the trust's logo."""
    path = visit.desk.settings.console.logo
    if path is None:
        raise NotFoundError("no logo is set")
    return Response(path.read_bytes(), media_type=LOGOS[path.suffix.lower()])


def font(visit: Visit) -> Response:
    """Hand out the style sheet of the trust's font, or a font that lies beside it."""
    path, name = visit.desk.settings.console.font_css, visit.request.path_params["file"]
    if path is None:
        raise NotFoundError("no font is set")
    if name == path.name:
        return Response(path.read_bytes(), media_type=_STYLE)
    found = [one for one in path.parent.iterdir() if one.name == name and one.suffix.lower() in _FONTS]
    if not found:
        raise NotFoundError("there is no such font")
    return Response(found[0].read_bytes(), media_type=_FONTS[found[0].suffix.lower()])


PAGES: Mapping[str, Page] = {
    "/trust/logo": Page(logo),
    "/trust/fonts/{file}": Page(font),
}
