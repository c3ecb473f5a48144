"""Write a long list into a workbook, row by row: a million rows are never held in memory."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from rpa.connectors.spreadsheet.atomic import replaced
from rpa.connectors.spreadsheet.booklook import sheet_name
from rpa.connectors.spreadsheet.formats import Value
from rpa.connectors.spreadsheet.pages import Page, Pages

MOST_ROWS = 1_048_576
"""Excel's own limit for a sheet; what is beyond goes onto another."""
MOST_BYTES = 1_900 << 20
"""Beyond 2 GB a part needs a kind of zip that Excel wants to repair."""


def write_rows(target: Path, headings: Sequence[str], rows: Iterable[Sequence[Value]], *, name: str = "Rows") -> int:
    """Write a plain workbook whole or not at all, however long; the same rows give the same bytes.

    A text stays a text whatever it begins with. Headings stand on each sheet, and are repeated on each printed page.

    Args:
        target: the file to write.
        headings: what stands above the columns.
        rows: one value for each heading; they are taken one at a time.
        name: the sheet's name.

    Returns:
        How many rows there are below the headings.
    """
    with replaced(target) as draft:
        return write_listing(draft, name, headings, rows)


def write_listing(target: Path, name: str, headings: Sequence[str], rows: Iterable[Sequence[Value]], *,
                  most: int = MOST_ROWS) -> int:  # fmt: skip
    """Write such a workbook straight into a file; return how many rows there are below the headings."""
    count, taken = 0, set[str]()
    with Pages(target) as book:
        page = _new_page(book, sheet_name(name, taken), headings)
        left = most - 1
        for cells in rows:
            if not left or page.size > MOST_BYTES:
                page.close()
                page, left = _new_page(book, sheet_name(name, taken), headings), most - 1
            page.write(cells)
            count, left = count + 1, left - 1
        page.close()
    return count


def _new_page(book: Pages, name: str, headings: Sequence[str]) -> Page:
    page = book.add(name, len(headings))
    page.write(headings, heading=True)
    return page
