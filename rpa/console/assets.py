"""Style, script and pictures of the console, from the package itself."""

from pathlib import Path

from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from rpa.exceptions import UsageError

_HERE = Path(__file__).parent
VENDORED, OWN = _HERE / "_static", _HERE / "static"
ASSETS, STATIC = "/assets", "/static"


def check_assets() -> None:
    """Make sure that the package was built with all it shows.

    Raises:
        UsageError: It runs from sources that nobody has built.
    """
    if not (VENDORED / "stamp").is_file():
        raise UsageError("the style of the console is not there, expected a package that was built: run `make`")


def asset_routes() -> list[Mount]:
    """Return where the files are served: those made when the package was built, and our own."""
    return [
        Mount(ASSETS, StaticFiles(directory=VENDORED, check_dir=False), name="assets"),
        Mount(STATIC, StaticFiles(directory=OWN), name="static"),
    ]
