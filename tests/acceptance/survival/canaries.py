"""Looks for the clinic's patients where none may be: logs, terminal, names of files, and what the record chains."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select

from rpa.db.tables import event
from rpa.demo.clinic import Snapshot
from tests.acceptance.survival.office import Office


def prove_nothing_leaked(office: Office) -> None:
    """Prove that nobody's NHS number, name, date of birth or phone number stands where more than a few can look."""
    canaries = {*_canaries(office.before), *_canaries(office.clinic.snapshot())}
    for place, text in _places(office):
        assert not [one for one in canaries if one in text], f"personal data in {place}"


def _canaries(snapshot: Snapshot) -> Iterator[str]:
    for patient in snapshot["patient"].values():
        known = {name: value for name, value in patient.items() if value}
        number, born = str(known["nhs_number"]), date.fromisoformat(str(known["date_of_birth"]))
        parts = (number[:3], number[3:6], number[6:])
        yield from ("".join(parts), " ".join(parts), "-".join(parts), "\u00a0".join(parts))
        yield from (born.isoformat(), born.strftime("%d/%m/%Y"), born.strftime("%d.%m.%Y"))
        yield from (str(known[name]) for name in ("family_name", "given_name", "phone"))
        yield str(known["phone"]).replace(" ", "")


def _places(office: Office) -> Iterator[tuple[str, str]]:
    yield "what was printed", office.printed
    yield "names of files", "\n".join(path.relative_to(office.folder).as_posix() for path in office.folder.rglob("*"))
    for log in (office.folder / "logs").iterdir():
        yield "the log", log.read_text(encoding="utf-8")
    with office.desk() as desk, desk.database.reading() as connection:
        bodies = connection.execute(select(event.c.body)).scalars().all()
    yield "the chained record", "\n".join(bytes(body).decode() for body in bodies)
