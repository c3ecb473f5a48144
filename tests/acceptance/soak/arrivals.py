"""Work that comes in all the time: by command, through the drop folder, and by a schedule."""

import csv
from collections.abc import Callable, Iterator
from itertools import count, cycle
from pathlib import Path

from rpa.desk import Desk
from tests.acceptance.soak.installation import Installation

ROWS = 6
ENOUGH = 24
"""Open items at which nothing more is sent: the slots have work at all times, and the queue doesn't grow."""
_KEPT = 3


class Arrivals:
    """Sends lists of phone numbers, in turns by each of the ways."""

    def __init__(self, office: Installation, desk: Desk) -> None:
        self.sent = 0
        self._office = office
        self._desk = desk
        self._numbers = count(1)
        self._people = cycle(_people(office))
        self._ways: Iterator[Callable[[], None]] = cycle((self._submit, self._drop, self._lay_out))

    def tick(self) -> None:
        """Send a list unless enough is waiting."""
        if self._desk.views.open_items() < ENOUGH:
            next(self._ways)()
            self.sent += 1

    def _submit(self) -> None:
        path = self._list(self._office.places)
        self._office.submit_files([path], workflow="keep_phones")
        path.unlink()

    def _drop(self) -> None:
        self._list(self._office.inbox)

    def _lay_out(self) -> None:
        """Put it where the schedule takes the newest."""
        self._list(self._office.due)
        for old in sorted(self._office.due.glob("*.csv"), key=lambda one: one.stat().st_mtime_ns)[:-_KEPT]:
            old.unlink()

    def _list(self, folder: Path) -> Path:
        number = next(self._numbers)
        folder.mkdir(parents=True, exist_ok=True)
        part, path = folder / f"list-{number}.csv.part", folder / f"list-{number}.csv"
        with part.open("w", newline="", encoding="utf-8") as file:
            lines = csv.writer(file)
            lines.writerow(["NHS number", "Date of birth", "New phone"])
            lines.writerows([*next(self._people), f"01632 {number:04d}{row:02d}"] for row in range(ROWS))
        part.rename(path)
        return path


def _people(office: Installation) -> list[tuple[str, str]]:
    """Return NHS number and date of birth of everybody whom these two name."""
    patients = [(str(one["nhs_number"]), str(one["date_of_birth"])) for one in office.before["patient"].values()
                if one["nhs_number"] and one["date_of_birth"]]  # fmt: skip
    numbers = [number for number, _ in patients]
    return [one for one in patients if numbers.count(one[0]) == 1]
