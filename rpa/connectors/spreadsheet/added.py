"""What is written into one sheet of a workbook that goes back."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

RESUBMIT = "Resubmit"
WIDTHS = (16, 44, 44)
"""Column widths of outcome, what happened and how to fix."""


@dataclass(frozen=True, slots=True)
class Added:
    """What is written into one sheet: where its headings stand, and three texts for each row."""

    header_row: int
    columns: tuple[int, int, int]
    new: bool
    """Whether the three columns are not there yet."""
    texts: Mapping[int, tuple[str, str, str]]
    prompt: str
    nameless: bool = False
    """Whether nothing stands where the headings should: then the row itself need not be there."""

    def to_fix(self) -> list[tuple[int, int]]:
        """Return the runs of rows that a person may correct and send again: first and last row of each."""
        rows = sorted(row for row, (_, _, how_to_fix) in self.texts.items() if how_to_fix)
        runs = []
        for _, group in itertools.groupby(enumerate(rows), lambda pair: pair[1] - pair[0]):
            run = [row for _, row in group]
            runs.append((run[0], run[-1]))
        return runs


def letters(column: int) -> str:
    """Return a column's letters from its number, counted from 0."""
    name, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name
