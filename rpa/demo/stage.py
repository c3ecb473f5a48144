"""The demo's folder: a clinic that runs beside it, two extracts, and an installation that knows the clinic."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from rpa.clock import Clock
from rpa.demo.cancer import make_cancer_list
from rpa.demo.clinic import Clinic
from rpa.demo.extracts import make_extracts
from rpa.demo.lingering import make_lingering_list
from rpa.demo.phones import make_phone_list
from rpa.demo.pifu import make_pifu_extract
from rpa.demo.updates import make_update_sheet
from rpa.exceptions import UsageError

SYSTEM = "practice-pas"
IDLE_SECONDS = 900.0
SECRETS = "secrets"
_MARK = "demo.json"


@dataclass(frozen=True, slots=True)
class Stage:
    """What is set up."""

    folder: Path
    address: str
    password: str
    files: tuple[Path, Path]

    @property
    def clinic_database(self) -> Path:
        """The clinic's own database."""
        return self.folder / "clinic" / "clinic.sqlite"

    @property
    def results(self) -> Path:
        """Where the demo puts the workbook that goes back."""
        return self.folder / "results" / "reconcile_appointments.xlsx"


def set_up(folder: Path, clock: Clock, *, keep: bool = False, again: bool = False) -> Stage:
    """Start clean: end the clinic of a demo before, empty the folder, and set everything up anew.

    The clinic outlives this process, so that `rpa work` can go on after a demo that was killed; it ends by itself when
    nobody has asked it anything for a quarter of an hour.

    Args:
        folder: Where everything goes.
        clock: The time.
        keep: Whether somebody means to go on with it: another demo then does not empty the folder.
        again: Whether the folder is emptied although it was kept.

    Raises:
        UsageError: The folder holds something else than a demo, or one that was kept: nothing in it is touched.
    """
    check_free(folder, again=again)
    take_down(folder)
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / _MARK
    mark.write_text("{}", encoding="utf-8")
    clinic = Clinic(folder / "clinic", clock=clock, idle_seconds=IDLE_SECONDS)
    clinic.start()
    mark.write_text(json.dumps({"kept": keep, "pid": clinic.pid}), encoding="utf-8")
    extracts = make_extracts(clinic.database, folder / "extracts", today=clock.now().date())
    make_phone_list(clinic, folder / "extracts")
    make_update_sheet(clinic, folder / "extracts")
    make_lingering_list(clinic.database, folder / "extracts", today=clock.now().date())
    make_cancer_list(clinic.database, folder / "extracts")
    make_pifu_extract(clinic.database, folder / "extracts", today=clock.now().date())
    stage = Stage(folder, clinic.address, clinic.password, (extracts.ers, extracts.pas))
    clinic.keep_sign_in(folder / SECRETS, SYSTEM)
    clinic.let_go()
    _write_settings(stage)
    return stage


def take_down(folder: Path) -> None:
    """End the demo's clinic; its database stays."""
    pid = _clinic_pid(folder)
    if pid is not None:
        process = psutil.Process(pid)
        process.terminate()
        psutil.wait_procs([process], timeout=5)


def check_free(folder: Path, *, again: bool) -> None:
    """Make sure that nothing is lost when a demo is set up in a folder.

    Raises:
        UsageError: It holds something else than a demo, or one that was kept.
    """
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / _MARK).is_file():
        raise UsageError(
            f"the folder {str(folder)!r} holds something that is not a demo, expected an empty folder or an earlier "
            "demo; give another folder with --dir"
        )
    if not again and _told(folder).get("kept"):
        still = "still runs" if _clinic_pid(folder) is not None else "has ended"
        raise UsageError(
            f"the demo in {str(folder)!r} was kept, and its clinic {still}; a new one in its place would remove what "
            "was done there. Give another folder with --dir, or say --again to start clean"
        )


def _clinic_pid(folder: Path) -> int | None:
    """Return the process of the demo's clinic, if it still is one and not another with its number."""
    pid = _told(folder).get("pid")
    try:
        is_clinic = pid is not None and "rpa.demo.clinic" in psutil.Process(pid).cmdline()
    except psutil.Error:
        return None
    return pid if is_clinic else None


def _told(folder: Path) -> dict[str, Any]:
    """Return what a demo says of itself in its folder; nothing if there is none."""
    mark = folder / _MARK
    told: dict[str, Any] = json.loads(mark.read_text(encoding="utf-8")) if mark.is_file() else {}
    return told


def workflow_places() -> list[str]:
    """Return where the demo's workflows are: in the folder it is run from, and always among those that are shipped."""
    own, shipped = Path("workflows"), Path(__file__).parents[2] / "workflows"
    if any((own / path.name).is_file() for path in shipped.glob("[a-z]*.py")):  # a copy of them, as a clone has
        return [own.name]
    return [own.name, shipped.as_posix()]


def _write_settings(stage: Stage) -> None:
    lines = [
        f"workflows = {json.dumps(workflow_places())}",
        f"secrets_dir = {json.dumps((stage.folder / SECRETS).resolve().as_posix())}",
        f"[systems.{SYSTEM}]",
        f'address = "{stage.address}"',
        f'credential = "{SYSTEM}"',
        "settle = 1.0",
    ]
    (stage.folder / "rpa.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
