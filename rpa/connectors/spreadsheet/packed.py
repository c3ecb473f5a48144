"""The rows of a long sheet as they came out of the process that parsed it, packed until they are looked at."""

import itertools
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

from rpa.connectors.spreadsheet.cell import Cell
from rpa.connectors.spreadsheet.cellpickle import cells_of
from rpa.connectors.spreadsheet.strips import Cells, Columns, Repeated, Strip, Texts

_PIECE = 500
_FEW = 5
"""A row by itself costs a fifth of what looking at columns costs however short they are."""


class PackedRows(Sequence[list[Cell]]):
    """The rows of one sheet, most of them still packed."""

    def __init__(self, head: list[list[Cell]]) -> None:
        self._parts: list[list[list[Cell]] | bytes] = [head]
        self._count = len(head)

    def extend(self, rows: list[list[Cell]]) -> None:
        """Add rows that are not packed."""
        self._parts.append(rows)
        self._count += len(rows)

    def add(self, count: int, packed: bytes) -> None:
        """Add so many rows as they were packed."""
        self._parts.append(packed)
        self._count += count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> list[Cell]: ...
    @overload
    def __getitem__(self, index: slice) -> list[list[Cell]]: ...
    def __getitem__(self, index: int | slice) -> list[Cell] | list[list[Cell]]:
        """Return some rows; all before them are unpacked as well."""
        if isinstance(index, slice):
            return list(itertools.islice(self, *index.indices(len(self))))
        return next(itertools.islice(self, index, None))

    def __iter__(self) -> Iterator[list[Cell]]:
        return itertools.chain.from_iterable(map(rows_in, _unpacked(self._parts)))

    def take(self) -> Iterator[list[list[Cell]] | Columns]:
        """Yield the rows in stretches and let go of each; none is left."""
        parts, self._parts, self._count = self._parts[::-1], [], 0
        return _unpacked(parts.pop() for _ in range(len(parts)))


def _unpacked(parts: Iterable[list[list[Cell]] | bytes]) -> Iterator[list[list[Cell]] | Columns]:
    different: list[list[Cell]] = []
    for piece in itertools.chain.from_iterable(map(_pieces, parts)):
        if isinstance(piece, tuple):
            different = different if len(different) == len(piece) else [[] for _ in piece]
            yield Columns(tuple(_strip(different, place, *packed) for place, packed in enumerate(piece)))
        else:
            yield piece


def _pieces(part: list[list[Cell]] | bytes) -> list[Any]:
    return cells_of(part) if isinstance(part, bytes) else [part]


def _strip(different: list[list[Cell]], place: int, kind: str, content: Any, *codes: Any) -> Strip:
    match kind:
        case "texts":
            return Texts(content)
        case "cells":
            return Cells(content)
        case "numbers":
            return Cells(array("d", content))
        case _:
            new, begins = codes
            different[place] = [] if begins else different[place]
            different[place].extend(new)
            return Repeated(different[place], array("H", content))


def rows_in(stretch: list[list[Cell]] | Columns) -> Iterable[list[Cell]]:
    """Return the rows of a stretch."""
    return stretch.rows() if isinstance(stretch, Columns) else stretch


def stretches(rows: list[list[Cell]] | PackedRows, start: int) -> Iterator[tuple[int, list[list[Cell]] | Columns]]:
    """Yield the rows from `start` on, each stretch with the place of its first row; packed ones are let go of."""
    begin = 0
    for stretch in rows.take() if isinstance(rows, PackedRows) else _in_pieces(rows):
        end = begin + len(stretch)
        if begin < start < end:
            stretch, begin = list(rows_in(stretch))[start - begin :], start
        if begin >= start:
            for part in [stretch] if isinstance(stretch, Columns) else _even(stretch):
                yield begin, part
                begin += len(part)
        begin = end


def _in_pieces(rows: list[list[Cell]]) -> Iterator[list[list[Cell]]]:
    return (rows[begin : begin + _PIECE] for begin in range(0, len(rows), _PIECE))


def _even(rows: list[list[Cell]]) -> Iterator[list[list[Cell]] | Columns]:
    """Yield rows in stretches that are equally long, as columns where they are more than a few."""
    for width, several in itertools.groupby(rows, len):
        stretch = list(several)
        yield Columns.of(stretch) if width and len(stretch) > _FEW else stretch
