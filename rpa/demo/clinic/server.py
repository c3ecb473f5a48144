"""Serves one clinic until it is stopped or its parent is gone."""

import os
import socket
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from rpa.clock import SystemClock
from rpa.demo.clinic.app import application
from rpa.demo.clinic.front import Front
from rpa.demo.clinic.idle import Idle
from rpa.demo.clinic.sessions import SessionLimit, Sessions
from rpa.demo.clinic.skins import Drawing, Skin
from rpa.demo.clinic.store import Records, connect

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Serving:
    """What a clinic is served with. The secrets are made by whoever starts it and kept nowhere."""

    database: Path
    skin: Skin
    passwords: dict[str, str]
    control_token: str
    limit: SessionLimit
    idle_seconds: float | None = None
    """Ends by itself after so long without a request; None waits for ever."""
    totp: str | None = None
    """The secret of the second factor; None for a clinic that asks for none."""


def serve(serving: Serving, port: int) -> None:
    """Listen on a port (0: any free one), print the address on one line, answer until stopped."""
    with socket.create_server((HOST, port)) as listening:
        # asyncio leaves a socket of ours alone: head and body of a reply would go 40 ms apart, whatever asks.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        print(f"http://{HOST}:{listening.getsockname()[1]}", flush=True)
        clock = SystemClock()
        sessions = Sessions(serving.passwords, serving.limit, clock, serving.totp)
        front = Front(Records(connect(serving.database)), sessions, Drawing(serving.skin), clock)
        answering: ASGIApp = application(front, serving.control_token)
        if serving.idle_seconds is not None:
            answering = Idle(answering, clock, limit=serving.idle_seconds)
        config = uvicorn.Config(
            answering,
            http="h11",
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_level="critical",
            access_log=False,
            proxy_headers=False,
            timeout_graceful_shutdown=1,  # a held reply would otherwise keep the process
        )
        uvicorn.Server(config).run(sockets=[listening])


def end_with_parent() -> None:
    """End this process when whoever holds the other end of its standard input is gone."""
    threading.Thread(target=_wait_for_end, name="parent-watch", daemon=True).start()


def _wait_for_end() -> None:
    sys.stdin.buffer.read()
    # Not an orderly stop: that would wait for held replies, and the database needs none.
    os._exit(0)
