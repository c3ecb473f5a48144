"""Looks for the clinic's patients where none may be: in every file but a few, on the terminal, in what is chained."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select

from rpa.db.tables import event
from rpa.demo.clinic import Snapshot
from tests.acceptance.survival.needles import Needles
from tests.acceptance.survival.office import Office

Place = tuple[str, bytes]
"""What it is, in words, and what it holds."""
_HOLD_PATIENTS = ("rpa.db", "rpa.db-wal", "rpa.db-shm", "rpa.db-journal", "visits.csv")
"""The database and its journals, and the list that was sent. All else in the folder can be read by many."""
_KNOWN_BY = ("family_name", "given_name", "phone", "mobile", "email", "address", "postcode")


def prove_nothing_leaked(office: Office) -> None:
    """Prove that no patient can be known from what stands where more than a few can look."""
    prove_names_nobody(office, _places(office))


def prove_names_nobody(office: Office, places: Iterable[Place]) -> None:
    """Prove that none of these places holds anything of a patient, as text of one byte a letter or of two or four."""
    known = {*_canaries(office.before), *_canaries(office.clinic.snapshot())}
    needles = Needles({one.encode(encoding) for one in known for encoding in ("utf-8", "latin-1")})
    for place, held in places:
        # UTF-16 and UTF-32 are the same letters with zeros between them, so one search finds all.
        assert not needles.are_in(held.replace(b"\0", b"")), f"personal data in {place}"


def _canaries(snapshot: Snapshot) -> Iterator[str]:
    for patient in snapshot["patient"].values():
        known = {name: value for name, value in patient.items() if value}
        yield from _of_number_and_birth(str(known["nhs_number"]), str(known["date_of_birth"]))
        yield from (str(known[name]) for name in _KNOWN_BY if name in known)
        yield from (str(known[name]).replace(" ", "") for name in ("phone", "mobile") if name in known)


@lru_cache(maxsize=10_000)
def _of_number_and_birth(number: str, birth: str) -> tuple[str, ...]:
    parts, born = (number[:3], number[3:6], number[6:]), date.fromisoformat(birth)
    numbers = ("".join(parts), " ".join(parts), "-".join(parts), "\u00a0".join(parts))
    return *numbers, born.isoformat(), born.strftime("%d/%m/%Y"), born.strftime("%d.%m.%Y")


def _places(office: Office) -> Iterator[Place]:
    yield "what was printed", office.printed.encode()
    paths = list(office.folder.rglob("*"))
    yield "names of files", "\n".join(path.relative_to(office.folder).as_posix() for path in paths).encode()
    for path in paths:
        if _is_for_many(office.folder, path):
            yield f"the file {path.relative_to(office.folder).as_posix()}", path.read_bytes()
    with office.desk() as desk, desk.database.reading() as connection:
        bodies = connection.execute(select(event.c.body)).scalars().all()
    yield "the chained record", b"\n".join(bytes(body) for body in bodies)


def _is_for_many(folder: Path, path: Path) -> bool:
    return path.is_file() and path.relative_to(folder).as_posix() not in _HOLD_PATIENTS
