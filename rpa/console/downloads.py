"""Files that are handed out: read before anything is sent, so that none is half there."""

from pathlib import Path
from urllib.parse import quote

from starlette.responses import Response

_KINDS = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
}


MOST_LINES = 50_000
"""Of a list that is handed out."""


def as_download(path: Path) -> Response:
    """Answer with a file, which the browser saves and never shows as a page."""
    kind = _KINDS.get(path.suffix.lower(), "application/octet-stream")
    name = f"attachment; filename*=UTF-8''{quote(path.name)}"
    return Response(path.read_bytes(), media_type=kind, headers={"Content-Disposition": name})
