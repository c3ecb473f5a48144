"""What leaves an installation: each form of export without payloads, and what commands print that many may call."""

import io
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile, is_zipfile

from rpa.cli import run
from rpa.exports import Exporter, Form, Request, of_job
from rpa.models import Actor, ActorKind
from tests.acceptance.survival.canaries import Place, prove_names_nobody
from tests.acceptance.survival.office import Office

_AUDITOR = Actor(ActorKind.PERSON, "auditor")


def prove_nothing_is_handed_out(office: Office, job_id: int) -> None:
    """Prove that no patient is named by what is taken out without payloads, or by what is printed."""
    with TemporaryDirectory() as folder:
        prove_names_nobody(office, _exported(office, job_id, Path(folder)))
    prove_names_nobody(office, _printed(office, job_id))


def _exported(office: Office, job_id: int, folder: Path) -> Iterator[Place]:
    with office.desk() as desk:
        exporter = Exporter(desk.database, desk.record, desk.clock, desk.sealing)
        for form in Form:
            target = folder / f"job{form.suffix}"
            made = exporter.export(
                Request(of_job(desk.database, job_id), form, target, _AUDITOR, "a look from outside")
            )
            assert made.written.entries
            yield from _parts(f"the export as {form}", target.read_bytes())
            target.unlink()  # two forms may end alike


def _parts(place: str, held: bytes) -> Iterator[Place]:
    """Yield what a file holds, and whatever is packed into it."""
    yield place, held
    if is_zipfile(io.BytesIO(held)):
        with ZipFile(io.BytesIO(held)) as packed:
            for name in packed.namelist():
                yield from _parts(f"{place}: {name}", packed.read(name))


def _printed(office: Office, job_id: int) -> Iterator[Place]:
    for command in ("audit certificate JOB", "audit gaps", "audit readers", "logs JOB", "alarms", "audit verify"):
        for form in ((), ("--json",)):
            words = command.replace("JOB", str(job_id)).split()
            printed = io.StringIO()
            with redirect_stdout(printed), redirect_stderr(printed):
                run([*words, *form, "--dir", str(office.folder)])
            assert printed.getvalue().strip(), f"rpa {command} printed nothing"
            yield f"what `rpa {command}` prints", printed.getvalue().encode()
