"""Serves the console until it is told to stop."""

import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass

import uvicorn

from rpa.console.app import make_app, make_site
from rpa.console.assets import check_assets
from rpa.console.beside import beside_pages
from rpa.console.binding import Binding
from rpa.console.links import link_at
from rpa.desk import Desk
from rpa.exceptions import UsageError

_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""Of TLS 1.2: those alone that authenticate what they encrypt, with keys of their own for each connection."""


@dataclass(frozen=True, slots=True)
class Served:
    """Where the console is, and the link with which the first admin is made; nothing once there is one."""

    address: str
    link: str | None


def serve(desk: Desk, binding: Binding, *, tell: Callable[[Served], None], with_parent: bool = False) -> None:
    """Listen, tell where, and answer until stopped; `with_parent` ends it when whoever started it is gone.

    Raises:
        UsageError: It may not listen there, or something else does.
    """
    binding.check()
    check_assets()
    site = make_site(desk, is_secure=binding.is_secure)
    with _listening(binding) as listening, beside_pages(desk):
        server = uvicorn.Server(_config(desk, binding, make_app(site)))
        if with_parent:
            threading.Thread(target=_end_with_parent, args=(server,), name="parent-watch", daemon=True).start()
        address = f"{'https' if binding.is_secure else 'http'}://{_shown(binding.host)}:{listening.getsockname()[1]}"
        secret = site.links.for_first_admin()
        desk.database.close_thread()
        tell(Served(address, None if secret is None else link_at(address, secret)))
        server.run(sockets=[listening])


def _listening(binding: Binding) -> socket.socket:
    family = socket.AF_INET6 if ":" in binding.host else socket.AF_INET
    try:
        made = socket.create_server((binding.host, binding.port), family=family)
    except OSError:
        raise UsageError(
            f"the console can't listen at {binding.host}, port {binding.port}, expected one that is free: something "
            "else listens there already, perhaps another console; end that, or give another --port"
        ) from None
    # asyncio leaves a socket of ours alone: head and body of an answer would go 40 ms apart.
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def _config(desk: Desk, binding: Binding, app: object) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        http="h11",
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_level="critical",
        access_log=False,  # addresses may hold what tells of a patient; who read what is in the record
        server_header=False,
        proxy_headers=binding.behind_proxy,
        ssl_certfile=binding.certificate,
        ssl_keyfile=binding.key,
        ssl_ciphers=_CIPHERS,
        timeout_graceful_shutdown=5,
    )


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _end_with_parent(server: uvicorn.Server) -> None:
    sys.stdin.buffer.read()
    server.should_exit = True
