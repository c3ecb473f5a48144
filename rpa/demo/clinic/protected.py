"""Two patients whose records nobody should change without looking: one who died, and one who is marked as sensitive."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

from rpa.demo.clinic.people import nhs_numbers, person
from rpa.demo.clinic.store import opened

DIED, SENSITIVE = "P190000", "P190001"
"""Their references: apart from all others, so that they come last in every list."""
_SINCE = timedelta(days=20)


def seed_protected(database: Path, *, today: date, random_seed: int) -> None:
    """Add both to the clinic; they have neither referrals nor appointments."""
    random = Random(random_seed)  # noqa: S311 - repeatable data, no secret
    with opened(database) as records, records.transaction():
        taken = {row["nhs_number"] for row in records.all("SELECT nhs_number FROM patient")}
        died, sensitive = _free(random, taken)
        born_before = today - _SINCE
        records.insert(
            "patient",
            [
                _person(random, DIED, died, born_before)
                | {"date_of_death": (today - _SINCE).isoformat(), "sensitive": "N"},
                _person(random, SENSITIVE, sensitive, born_before) | {"sensitive": "Y"},
            ],
        )


def _free(random: Random, taken: set[str]) -> Sequence[str]:
    free = (number for number in nhs_numbers(random) if number not in taken)
    return next(free), next(free)


def _person(random: Random, reference: str, nhs_number: str, today: date) -> dict[str, str | None]:
    return person(random, 0, nhs_number, today) | {"reference": reference}
