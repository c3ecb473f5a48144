"""A stretch of one column of a sheet, as it is held until its cells are looked at."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rpa.connectors.spreadsheet.cell import Cell


@dataclass(frozen=True, slots=True)
class Repeated:
    """Cells that come again and again: the number of each among the different ones that the column has."""

    different: Sequence[Cell]
    codes: "array[int]"

    def __len__(self) -> int:
        return len(self.codes)

    def cells(self) -> Sequence[Cell]:
        """Return the cells."""
        return list(map(self.different.__getitem__, self.codes))


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts that are nearly all different, in one with NUL between them."""

    joined: str

    def __len__(self) -> int:
        return self.joined.count("\0") + 1

    def cells(self) -> Sequence[str]:
        """Return the texts."""
        return self.joined.split("\0")


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of any kind."""

    each: Sequence[Cell]

    def __len__(self) -> int:
        return len(self.each)

    def cells(self) -> Sequence[Cell]:
        """Return the cells."""
        return self.each


Strip: TypeAlias = Repeated | Texts | Cells


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows that are equally long, as their columns."""

    strips: tuple[Strip, ...]

    @classmethod
    def of(cls, rows: Sequence[Sequence[Cell]]) -> "Columns":
        """Return rows as columns."""
        return cls(tuple(map(Cells, zip(*rows, strict=True))))

    def __len__(self) -> int:
        return len(self.strips[0])

    def rows(self) -> Iterator[list[Cell]]:
        """Yield the rows."""
        return map(list, zip(*(strip.cells() for strip in self.strips), strict=True))
