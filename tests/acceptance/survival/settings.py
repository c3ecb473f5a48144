"""The settings of an installation: the clinic as its only system, and whatever a test wants otherwise than usual."""

import json
from pathlib import Path
from typing import Any

from rpa.demo.clinic import Clinic

PROCEDURES = Path(__file__).with_name("procedures")
_USUAL = {
    "workflows": PROCEDURES.as_posix(),
    "lease_seconds": 60,
    "browser_seconds": 15,
    "database_url": "",
    "settle": 0.5,
    "more": "",
}


def write_settings(folder: Path, clinic: Clinic, **settings: Any) -> None:
    """Write `rpa.toml` and the sign-in beside it."""
    told = _USUAL | settings
    secrets = folder / "secrets"
    clinic.keep_sign_in(secrets, "practice-pas")
    lines = [
        f"workflows = [{json.dumps(told['workflows'])}]",
        f"secrets_dir = {json.dumps(secrets.as_posix())}",
        f"lease_seconds = {told['lease_seconds']}",
        f"database_url = {json.dumps(told['database_url'])}" if told["database_url"] else "",
        "[browser]",
        f"timeout = {told['browser_seconds']}",
        "[systems.practice-pas]",
        f'address = "{told.get("address", clinic.address)}"',
        'credential = "practice-pas"',
        f"settle = {told['settle']}",
        "breaker = 0",  # the faults of these tests must meet every item, not be kept from it
        str(told["more"]),
    ]
    (folder / "rpa.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
