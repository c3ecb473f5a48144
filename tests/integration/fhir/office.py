"""A desk whose settings name the bot that reaches the practice clinic by FHIR."""

import tomllib
from pathlib import Path
from typing import Any

from rpa.demo.clinic import Clinic
from rpa.desk import Desk
from rpa.models import Actor, ActorKind
from rpa.workers import this_process
from tests.integration.reconcile.conftest import WORKFLOWS
from tests.pages import ROOT, blocks

CLERK = Actor(ActorKind.PERSON, "A. Clerk")
PAGE = ROOT / "docs" / "fhir.md"


def settings_of(clinic: Clinic, folder: Path) -> dict[str, Any]:
    """Return the settings of the docs page, with this clinic's address; nothing of a browser is there."""
    (block,) = blocks(PAGE, "settings")
    told = tomllib.loads(block.text)
    told["systems"]["practice-pas"] |= {"address": clinic.address, "settle": 0.2}
    clinic.keep_sign_in(folder / "secrets", told["systems"]["practice-pas"]["credential"])
    no_browser = {"executable": "no-such-browser"}
    return told | {"workflows": (str(WORKFLOWS),), "secrets_dir": folder / "secrets", "browser": no_browser}


def work(desk: Desk) -> None:
    crew = desk.crew()
    try:
        desk.worker(crew).run_alone(this_process(), until=desk.nothing_waits)
    finally:
        crew.close()
