"""The search for patients finds one wherever he may have got to; else it would prove nothing."""

from collections.abc import Callable
from random import Random

import pytest

from tests.acceptance.survival.canaries import prove_names_nobody, prove_nothing_leaked
from tests.acceptance.survival.needles import Needles
from tests.acceptance.survival.office import Office
from tests.acceptance.survival.practice import Practice, Visit

WAYS: dict[str, Callable[[Visit], str]] = {
    "number": lambda visit: visit.nhs_number,
    "number with spaces": lambda visit: f"{visit.nhs_number[:3]} {visit.nhs_number[3:6]} {visit.nhs_number[6:]}",
    "number that is not broken": lambda visit: "\u00a0".join(
        (visit.nhs_number[:3], visit.nhs_number[3:6], visit.nhs_number[6:])
    ),
    "birth": lambda visit: visit.date_of_birth,
    "name": lambda visit: visit.family_name,
    "phone": lambda visit: visit.phone.replace(" ", ""),
}


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16-le", "utf-16-be", "utf-32-le"])
@pytest.mark.parametrize("way", WAYS)
def test_patient_is_found_in_any_encoding_amid_noise(
    office: Office, practice: Practice, way: str, encoding: str
) -> None:
    (visit,) = practice.take(1)
    noise = Random(1).randbytes(10_001)  # noqa: S311 - the same noise each time, no secret
    prove_names_nobody(office, [("noise", noise)])

    with pytest.raises(AssertionError, match="personal data in a place"):
        prove_names_nobody(office, [("a place", noise + WAYS[way](visit).encode(encoding) + noise)])


@pytest.mark.parametrize("place", [
    "logs/faulthandler.log", "core.4711", "evidence/ab/half.part", "anchors/2026/2026-11-26.jsonl", "tmp/x.dmp",
    "runs/job-1.html.tmp", "status.json", "rpa.db.bak",
])  # fmt: skip
def test_every_file_is_looked_into_but_those_that_rightly_hold_patients(
    office: Office, practice: Practice, place: str
) -> None:
    (visit,) = practice.take(1)
    office.submit([visit])
    prove_nothing_leaked(office)
    path = office.folder / place
    path.parent.mkdir(parents=True, exist_ok=True)

    path.write_text(visit.nhs_number, encoding="utf-8")

    with pytest.raises(AssertionError, match=f"personal data in the file {place}"):
        prove_nothing_leaked(office)


def test_needles_are_found_where_their_beginnings_overlap() -> None:
    needles = Needles([b"999 12", b"912^", b"]-\\x"])

    found = [needles.are_in(one) for one in (b"9999 12", b"99912^", b"a]-\\x", b"999-12", b"912", b"")]

    assert found == [True, True, True, False, False, False]
