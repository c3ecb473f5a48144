"""Write a long list of texts into a workbook, row by row: a million rows are never held in memory."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from rpa.connectors.spreadsheet.booklook import MADE, Look, sheet_name

MOST_ROWS = 1_048_576
"""Excel's own limit for a sheet; what is beyond goes onto another."""
LONGEST = 32_767
"""Excel's own limit for a cell."""
_CUT = " … (cut: longer than a cell can be)"
_WIDTH = 20.0


def write_listing(target: Path, name: str, headings: Sequence[str], rows: Iterable[Sequence[str]], *,
                  most: int = MOST_ROWS) -> int:  # fmt: skip
    """Write a workbook in which every cell is a text; return how many rows there are below the headings."""
    with _new_book(target) as book:
        look, taken = Look(book), set[str]()
        page, count = None, 0
        for count, cells in enumerate(rows, start=1):
            at = (count - 1) % (most - 1) + 1
            if page is None or at == 1:
                page = _new_page(book, sheet_name(name, taken), headings, look)
            _write_row(page, at, cells, look.text)
        if page is None:
            _new_page(book, sheet_name(name, taken), headings, look)
    return count


@contextmanager
def _new_book(target: Path) -> Iterator[Workbook]:
    """Hand out a workbook whose rows are written as they come, and that makes no formula or link out of a text."""
    beside = str(target.parent)  # never into a folder for temporary files that others read
    options = {"constant_memory": True, "tmpdir": beside, "strings_to_formulas": False, "strings_to_numbers": False,
               "strings_to_urls": False}  # fmt: skip
    book = Workbook(str(target), options)
    book.set_properties({"created": MADE})
    yield book
    book.close()


def _new_page(book: Workbook, name: str, headings: Sequence[str], look: Look) -> Worksheet:
    page = book.add_worksheet(name)
    page.set_column(0, len(headings) - 1, _WIDTH)
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.fit_to_pages(1, 0)  # as wide as a page, as many pages as it takes
    page.repeat_rows(0)
    _write_row(page, 0, headings, look.header)
    return page


def _write_row(page: Worksheet, row: int, cells: Sequence[str], form: Format) -> None:
    for place, text in enumerate(cells):
        shown = text if len(text) <= LONGEST else text[: LONGEST - len(_CUT)] + _CUT
        page.write_string(row, place, shown, form)
