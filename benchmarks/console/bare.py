"""The floor: a bare Starlette app with the console's assets, which draws the same page from the same components.

`bare.py FOLDER [MODULE …]` loads these modules too, which it doesn't use.
"""

import importlib
import json
import socket
import sys
from pathlib import Path

import uvicorn
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, FileSystemLoader, PackageLoader
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles


def serve(console: Path) -> None:
    """Say where it listens, and answer until it is killed."""
    sources = ChoiceLoader([FileSystemLoader(console / "templates"), PackageLoader("nhsuk_frontend_jinja")])
    drawing = Environment(loader=sources, autoescape=True, undefined=ChainableUndefined)

    def page(_request: Request) -> HTMLResponse:
        return HTMLResponse(drawing.get_template("sign_in.html").render(organisation="Example Trust"))

    routes = [Route("/sign-in", page), Mount("/assets", StaticFiles(directory=console / "_static")),
              Mount("/static", StaticFiles(directory=console / "static"))]  # fmt: skip
    app = Starlette(routes=routes, middleware=[Middleware(GZipMiddleware)])
    listening = socket.create_server(("127.0.0.1", 0))
    print(json.dumps({"address": f"http://127.0.0.1:{listening.getsockname()[1]}"}), flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])


if __name__ == "__main__":
    for module in sys.argv[2:]:
        importlib.import_module(module)
    serve(Path(sys.argv[1]))
