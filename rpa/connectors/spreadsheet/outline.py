"""Hand over of each sheet no more than its first rows and its width, where no more is asked for."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rpa.connectors.spreadsheet.cell import Cell


def outlined(messages: Iterable[tuple[str, Any]], top: int) -> Iterator[tuple[str, Any]]:
    """Yield what the parser tells of a workbook with the first `top` rows of each sheet alone, and its width."""
    left, width = top, 0
    for kind, content in messages:
        if kind == "sheet":
            left, width = top, 0
            yield kind, content
        elif kind == "rows":
            width = used_width(content, width)
            yield kind, content[:left]
            left -= min(left, len(content))
        else:
            yield kind, {**content, "width": max(width, content.get("width", 0))} if kind == "facts" else content


def used_width(rows: Iterable[Sequence[Cell]], width: int = 0) -> int:
    """Return how many columns hold a value; error values, which look blank here, are not among them.

    `width` is that of the rows before.
    """
    for row in rows:
        # only what lies further right than anything before it is looked at
        for place in range(len(row) - 1, width - 1, -1):
            if row[place] != "":
                width = place + 1
                break
    return width
