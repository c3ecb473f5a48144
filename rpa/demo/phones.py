"""Makes a small list of new telephone numbers for patients of the clinic, for an author's first workflow."""

from collections.abc import Mapping
from datetime import date
from itertools import islice
from pathlib import Path

from rpa.demo.clinic import Clinic

HEADINGS = "NHS number,Date of birth,New phone"
_NO_NUMBER = "999 000 0000"  # no check digit fits 999000000


def make_phone_list(clinic: Clinic, folder: Path) -> Path:
    """Write `new_phones.csv`: two good rows, one with another patient's date of birth, one with no NHS number at all.

    The telephone numbers are from the range that is kept for drama and never given out.
    """
    first, second, third = islice(clinic.snapshot()["patient"].values(), 3)
    rows = [
        _row(first, born_as=first, phone="01632 960 991"),
        _row(second, born_as=second, phone="01632 960 992"),
        _row(third, born_as=first, phone="01632 960 993"),
        f"{_NO_NUMBER},{_day_first(third)},01632 960 994",
    ]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "new_phones.csv"
    path.write_text("\n".join([HEADINGS, *rows]) + "\n", encoding="utf-8")
    return path


def _row(patient: Mapping[str, str | None], *, born_as: Mapping[str, str | None], phone: str) -> str:
    return f"{patient['nhs_number']},{_day_first(born_as)},{phone}"


def _day_first(patient: Mapping[str, str | None]) -> str:
    return f"{date.fromisoformat(str(patient['date_of_birth'])):%d/%m/%Y}"
