"""Pack the rows of a long sheet a column at a time: what comes again goes over the pipe only once."""

import pickle
from array import array
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

from rpa.connectors.spreadsheet.cell import Cell

Packed: TypeAlias = tuple[Any, ...]
"""What goes over the pipe of one column: which kind of strip, and what it is made of."""

_TEXT = {str}
_NUMBER = {float}
_SHARED = {str, date, datetime}
"""Kinds that equal nothing of another kind, as numbers and truth values do."""
_MOST_CODES = 60_000
"""A code is two bytes."""
_TOGETHER = 5_000
"""Rows in one message: so much memory at once goes back to the system as soon as it isn't needed."""
_ENOUGH = 4_000
"""Different texts after which it is seen whether a column repeats itself."""


def packed(messages: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Yield what the parser tells of a file with its rows packed, but the first of each sheet, where headings are."""
    packer, before = Packer(), ""
    for kind, content in messages:
        if kind == "rows" and before != "sheet" and _is_even(content):
            packer.add(content)
            if packer.count >= _TOGETHER:
                yield "columns", packer.packed()
        else:
            if packer.count:
                yield "columns", packer.packed()
            packer = Packer() if kind == "sheet" else packer
            yield kind, {"password": content["password"]} if kind == "opened" else content
        before = kind
    if packer.count:
        yield "columns", packer.packed()


def _is_even(rows: Sequence[Sequence[Cell]]) -> bool:
    return bool(rows[0]) and len(set(map(len, rows))) == 1


class Packer:
    """Packs the rows of one sheet."""

    def __init__(self) -> None:
        self._columns: list[_Column] = []
        self._pieces: list[tuple[Packed, ...]] = []
        self.count = 0
        """Rows that were added since some were packed."""

    def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Add rows, all equally long."""
        columns = list(zip(*rows, strict=True))
        self._columns = self._columns if len(self._columns) == len(columns) else [_Column() for _ in columns]
        self._pieces.append(tuple(map(_Column.packed, self._columns, columns)))
        self.count += len(rows)

    def packed(self) -> tuple[int, bytes]:
        """Return how many rows there are, and them."""
        count, pieces = self.count, self._pieces
        self.count, self._pieces = 0, []
        return count, pickle.dumps(pieces, protocol=5)


class _Codes(dict[Cell, int]):
    """The number of each different cell, in the order in which they came."""

    def __init__(self) -> None:
        super().__init__()
        self.new: list[Cell] = []

    def __missing__(self, cell: Cell) -> int:
        code = self[cell] = len(self)
        self.new.append(cell)
        return code


class _Column:
    """Packs one column."""

    def __init__(self) -> None:
        self._codes = _Codes()
        self._begins = True
        self._seen = 0

    def packed(self, cells: tuple[Cell, ...]) -> Packed:
        kinds = set(map(type, cells))
        if kinds == _NUMBER:
            return "numbers", array("d", cells).tobytes()  # type: ignore[type-var] # nothing but floats
        if kinds <= _SHARED and self._repeats(texts=kinds == _TEXT) and len(self._codes) + len(cells) < _MOST_CODES:
            return self._coded(cells)
        if kinds == _TEXT:
            text = "\0".join(cells)  # type: ignore[arg-type] # they are nothing but texts
            if text.count("\0") == len(cells) - 1:
                return "texts", text
        return "cells", _shared(cells)

    def _repeats(self, *, texts: bool) -> bool:
        return not texts or len(self._codes) < _ENOUGH or len(self._codes) * 2 < self._seen

    def _coded(self, cells: tuple[Cell, ...]) -> Packed:
        self._seen += len(cells)
        codes = array("H", map(self._codes.__getitem__, cells)).tobytes()
        new, self._codes.new = self._codes.new, []
        begins, self._begins = self._begins, False
        return "codes", codes, new, begins


def _shared(cells: Sequence[Cell]) -> list[Cell]:
    """Let equal texts and dates be one and the same: each goes over once, and takes its memory once."""
    known: dict[Cell, Cell] = {}
    return [known.setdefault(cell, cell) if cell.__class__ in _SHARED else cell for cell in cells]
