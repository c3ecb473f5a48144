"""Starts the practice clinic by hand: `python -m rpa.demo.clinic --database clinic.sqlite --port 8123`."""

import argparse
import contextlib
import json
import secrets
import sys
from pathlib import Path
from typing import NamedTuple

from rpa.clock import SystemClock
from rpa.demo.clinic.seeding import seed
from rpa.demo.clinic.server import Serving, end_with_parent, serve
from rpa.demo.clinic.sessions import SessionLimit, new_codes
from rpa.demo.clinic.skins import Skin


def main() -> None:
    """Read the options, fill a new database, serve."""
    options = _options()
    if not options.database.exists():
        seed(options.database, today=SystemClock().now().date())
    given = _given_by_parent() if options.secrets_from_parent else _made_here(options.second_factor)
    if options.secrets_from_parent and options.idle_seconds is None:
        end_with_parent()
    serve(
        Serving(
            options.database,
            Skin(options.skin),
            {"bot": given.password},
            given.token,
            SessionLimit(options.session_seconds, options.session_requests),
            options.idle_seconds,
            given.totp,
        ),
        options.port,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m rpa.demo.clinic", description=__doc__)
    parser.add_argument("--database", type=Path, required=True, help="the clinic's file; a new one is filled")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--skin", choices=[skin.value for skin in Skin], default=Skin.MODERN.value)
    parser.add_argument("--session-seconds", type=float, default=SessionLimit().seconds)
    parser.add_argument("--session-requests", type=int, default=None)
    parser.add_argument("--idle-seconds", type=float, default=None, help="outlive the parent; end after so long idle")
    parser.add_argument("--second-factor", action="store_true", help="ask for a one-time code too")
    parser.add_argument("--secrets-from-parent", action="store_true", help="one line of JSON on standard input")
    return parser.parse_args()


class _Given(NamedTuple):
    """What whoever starts a clinic makes for it."""

    password: str
    token: str
    totp: str | None


def _given_by_parent() -> _Given:
    return _Given(**json.loads(sys.stdin.buffer.readline()))


def _made_here(second_factor: bool) -> _Given:
    given = _Given(secrets.token_urlsafe(9), secrets.token_urlsafe(), new_codes() if second_factor else None)
    print(f"Sign in as bot with the password {given.password}", file=sys.stderr)
    if given.totp:
        print(f"One-time codes are made from {given.totp}", file=sys.stderr)
    return given


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
