"""The look of workbooks that are ours from the start."""

import contextlib
import math
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from rpa.connectors.spreadsheet.formats import DATE, DATE_TIME, GENERAL, SPAN, TIME, WHOLE, Value

MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - Excel's property knows no zone
"""When every workbook says it was made: the same content gives the same bytes, so a hash proves it."""

TINTS = {"none": None, "good": "#E2F0D9", "attention": "#FFF2CC", "problem": "#F8D7DA", "total": "#E7EEF5"}
"""Pale grounds for black text; the words in the row say the same, the tint only helps the eye."""

LONGEST_NAME = 31
LONGEST_CELL = 32_767
"""Excel's own limit for a cell."""
CUT = " … (cut: longer than a cell can be)"
_NO_CELL_HOLDS = re.compile("[\ud800-\udfff\ufffe\uffff]")
LINE_HEIGHT = 15.0
CHARACTER = 0.88
"""Width of a letter on average, in the widths of a figure that columns are measured in."""
TALLEST = 405.0
"""Excel's own limit for a row."""


@contextlib.contextmanager
def new_book(target: Path | IO[bytes]) -> Iterator[Workbook]:
    """Hand out a new workbook that never makes a formula or a link out of a text."""
    options = {
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "in_memory": True,
        "nan_inf_to_errors": True,
    }
    book = Workbook(str(target) if isinstance(target, Path) else target, options)
    book.set_properties({"created": MADE})
    yield book
    book.close()


class Look:
    """The formats of one workbook."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[str, str, bool], Format] = {}
        self.title = book.add_format({"bold": True, "font_size": 15, "font_color": "#003087"})
        self.note = book.add_format({"font_color": "#425563"})
        self.header = book.add_format(
            {"bold": True, "font_color": "#FFFFFF", "bg_color": "#005EB8", "text_wrap": True, "valign": "vcenter"}
        )
        self.text = self.tinted("none")

    def tinted(self, tint: str, number_format: str = "", *, wrap: bool = True) -> Format:
        """Return the format of a cell, made once."""
        key = (tint, number_format, wrap)
        if key not in self._made:
            made: dict[str, Any] = {"valign": "top", "text_wrap": wrap, "bold": tint == "total"}
            made |= {"bottom": 4, "bottom_color": "#AEB7BD"}
            made |= {"bg_color": ground} if (ground := TINTS[tint]) else {}
            if number_format:
                number = number_format in {WHOLE, GENERAL}
                # the indent keeps a number apart from the text of the next column
                made |= {"num_format": number_format, "align": "right" if number else "left", "indent": int(number)}
            self._made[key] = self._book.add_format(made)
        return self._made[key]


def fit(text: str) -> str:
    """Return a text as a cell can hold it: a text that is cut says so, and what XML forbids shows as U+FFFD."""
    shown = text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - len(CUT)] + CUT
    return _NO_CELL_HOLDS.sub("\ufffd", shown)


def write_value(
    sheet: Worksheet, at: tuple[int, int], value: Value, chosen: Format | None, look: Look, tint: str = "none"
) -> None:
    """Write one value as what it is; a text stays a text whatever it begins with."""
    row, column = at
    if value is None or value == "":
        sheet.write_blank(row, column, None, chosen or look.tinted(tint))
    elif isinstance(value, str):
        sheet.write_string(row, column, fit(value), chosen or look.tinted(tint))
    elif isinstance(value, bool):
        sheet.write_string(row, column, "Yes" if value else "No", chosen or look.tinted(tint))
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(
            row, column, value, chosen or look.tinted(tint, WHOLE if float(value).is_integer() else GENERAL)
        )
    else:
        _write_moment(sheet, at, value, chosen, look, tint)


def _write_moment(
    sheet: Worksheet,
    at: tuple[int, int],
    value: datetime | date | time | timedelta,
    chosen: Format | None,
    look: Look,
    tint: str,
) -> None:
    forms = ((datetime, DATE_TIME), (date, DATE), (timedelta, SPAN), (time, TIME))
    form = next((form for kind, form in forms if isinstance(value, kind)), None)
    if form is None:
        raise TypeError(f"a cell can't hold a {type(value).__name__}: text, numbers, dates, times and None are taken")
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None)
    sheet.write_datetime(*at, value, chosen or look.tinted(tint, form))


def height_of(values: Sequence[Value], widths: Sequence[float]) -> float:
    """Return the height of a row whose texts wrap: not every program works it out when it opens the file."""
    lines = (
        sum(max(1, math.ceil(len(line) * CHARACTER / width)) for line in value.split("\n"))
        for value, width in zip(values, widths, strict=False)
        if isinstance(value, str)
    )
    return min(TALLEST, LINE_HEIGHT * max(lines, default=1))


def sheet_name(wished: str, taken: set[str]) -> str:
    """Return a name Excel takes: no forbidden sign, at most 31 characters, no other sheet's."""
    name = re.sub(r"[\[\]:*?/\\]", " ", wished).strip("' ")[:LONGEST_NAME] or "Sheet"
    number = 1
    while name.casefold() in taken:
        number += 1
        name = f"{name[: LONGEST_NAME - 4]} ({number})"
    taken.add(name.casefold())
    return name
