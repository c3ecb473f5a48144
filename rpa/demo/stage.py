"""The demo's folder: a clinic that runs beside it, two extracts, and an installation that knows the clinic."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

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


def set_up(folder: Path, clock: Clock) -> Stage:
    """Start clean: end the clinic of a demo before, empty the folder, and set everything up anew.

    The clinic outlives this process, so that `rpa work` can go on after a demo that was killed; it ends by itself when
    nobody has asked it anything for a quarter of an hour.

    Raises:
        UsageError: The folder holds something else than a demo: nothing in it is touched.
    """
    _clear(folder)
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / _MARK
    mark.write_text("{}", encoding="utf-8")
    clinic = Clinic(folder / "clinic", clock=clock, idle_seconds=IDLE_SECONDS)
    clinic.start()
    mark.write_text(json.dumps({"pid": clinic.pid}), encoding="utf-8")
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


def _clear(folder: Path) -> None:
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / _MARK).is_file():
        raise UsageError(
            f"the folder {str(folder)!r} holds something that is not a demo, expected an empty folder or an earlier "
            "demo; give another folder with --dir"
        )
    take_down(folder)
    shutil.rmtree(folder)


def _clinic_pid(folder: Path) -> int | None:
    """Return the process of the demo's clinic, if it still is one and not another with its number."""
    mark = folder / _MARK
    pid = json.loads(mark.read_text(encoding="utf-8")).get("pid") if mark.is_file() else None
    try:
        is_clinic = pid is not None and "rpa.demo.clinic" in psutil.Process(pid).cmdline()
    except psutil.Error:
        return None
    return pid if is_clinic else None


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
