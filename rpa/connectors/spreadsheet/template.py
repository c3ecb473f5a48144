"""Write the empty sheet that a workflow takes: headings, an example, drop-downs, and notes on each column."""

from collections.abc import Sequence
from pathlib import Path

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from rpa.connectors.spreadsheet.added import WIDTHS, letters
from rpa.connectors.spreadsheet.atomic import replaced
from rpa.connectors.spreadsheet.booklook import Look, height_of, new_book, sheet_name, write_value
from rpa.connectors.spreadsheet.formats import Value
from rpa.connectors.spreadsheet.guide import ANY_TEXT, AS_TEXT, EXAMPLE, Guide, guides_of
from rpa.connectors.spreadsheet.headings import RETURN_HEADINGS
from rpa.connectors.spreadsheet.rows import Row

ROWS = 5_000
"""Rows that are made ready: with drop-downs and the format of their column."""
_NEVER_DONE = "This row shows how to fill in the sheet and is never done. Write your rows below it."
_HOW = "Fill in a row for each case, from row 3 of the first sheet on, and keep the headings as they are."
_COMES_BACK = "The last three columns are the robot's: when the sheet comes back, they say what became of each row."
_REPORTED = "Leave the last three columns as they are: what became of each row comes back in a workbook of its own."
_LONGEST_LIST = 255
"""Excel's own limit for choices that are written into a cell's rule."""
_LISTS = "Lists"
_NARROWEST, _WIDEST = 12.0, 34.0
_NOTES = (22.0, 46.0, 16.0, 22.0, 46.0)


def write_template(target: Path, model: type[Row], *, title: str, description: str, reported: bool = False) -> None:
    """Write the template of a row class whole or not at all; the same class gives the same bytes.

    Args:
        target: the file to write, which ends in .xlsx.
        model: the row class.
        title: what the work is called; also the name of the sheet.
        description: what the work does, for the sheet of notes.
        reported: whether the results come in a workbook of their own, and not in this sheet.
    """
    guides = guides_of(model)
    about = (title, *description.splitlines(), "", _HOW, _REPORTED if reported else _COMES_BACK)
    with replaced(target) as draft, new_book(draft) as book:
        look, taken = Look(book), {_LISTS.casefold()}
        _write_sheet(book, sheet_name(title, taken), guides, look)
        _write_notes(book.add_worksheet(sheet_name("Notes", taken)), guides, look, about)
        _write_lists(book, guides)


def _write_sheet(book: Workbook, name: str, guides: Sequence[Guide], look: Look) -> None:
    page = book.add_worksheet(name)
    for place, guide in enumerate(guides):
        form = look.tinted("none", guide.kind.number_format)
        page.set_column(place, place, _width(guide), form)
        page.write_string(0, place, guide.heading, look.header)
        write_value(page, (1, place), guide.example, None, look, "total")
        _add_choices(page, place, guide, guides)
        _add_offers(page, place, guide, guides)
    outcomes = (EXAMPLE, _NEVER_DONE, "")
    for place, (heading, text, width) in enumerate(zip(RETURN_HEADINGS, outcomes, WIDTHS, strict=True), len(guides)):
        page.set_column(place, place, width)
        page.write_string(0, place, heading, look.header)
        write_value(page, (1, place), text, None, look, "total")
    page.set_row(1, height_of([_NEVER_DONE], [WIDTHS[1]]))
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _width(guide: Guide) -> float:
    longest = max([len(guide.heading), len(str(guide.example)), *map(len, guide.kind.choices)])
    return min(_WIDEST, max(_NARROWEST, longest + 4.0))


def _add_choices(page: Worksheet, place: int, guide: Guide, guides: Sequence[Guide]) -> None:
    choices = guide.kind.choices
    if not choices:
        return
    source: object = list(choices)
    if len(",".join(choices)) > _LONGEST_LIST or any("," in one for one in choices):
        column = letters([one for one in guides if one.kind.choices].index(guide))
        source = f"={_LISTS}!${column}$1:${column}${len(choices)}"
    rule = {"validate": "list", "source": source, "error_type": "stop", "error_title": guide.heading[:32],
            "error_message": "Choose one from the list.", "ignore_blank": True}  # fmt: skip
    page.data_validation(1, place, ROWS, place, rule)


def _add_offers(page: Worksheet, place: int, guide: Guide, guides: Sequence[Guide]) -> None:
    """Add a drop-down that offers what another cell of the row asks for, and takes anything else as well."""
    if not guide.offers:
        return
    other = letters([one.name for one in guides].index(guide.offered_by))
    first, source = len([one for one in guides if one.kind.choices]), '""'
    for number, (owner, said, some) in enumerate(_offers(guides), first):
        if owner is guide:
            column = letters(number)
            source = f'IF(${other}2="{said}",{_LISTS}!${column}$1:${column}${len(some)},{source})'
    rule = {"validate": "list", "source": f"={source}", "show_error": False, "ignore_blank": True}
    page.data_validation(1, place, ROWS, place, rule)


def _offers(guides: Sequence[Guide]) -> Sequence[tuple[Guide, str, Sequence[str]]]:
    return [(one, *offer) for one in guides for offer in one.offers.items()]


def _write_lists(book: Workbook, guides: Sequence[Guide]) -> None:
    """Write the choices of all columns onto a hidden sheet: a long list does not fit into the rule of a cell."""
    lists = [one.kind.choices for one in guides if one.kind.choices] + [some for _, _, some in _offers(guides)]
    if not lists:
        return
    page = book.add_worksheet(_LISTS)
    for place, choices in enumerate(lists):
        for number, choice in enumerate(choices):
            page.write_string(number, place, choice)
    page.hide()


def _write_notes(page: Worksheet, guides: Sequence[Guide], look: Look, about: Sequence[str]) -> None:
    title, *lines = about
    page.write_string(0, 0, title, look.title)
    for number, line in enumerate(lines, 1):
        page.write_string(number, 0, line, look.note)
    top = len(lines) + 2
    headings = ("Column", "What belongs there", "May be blank", "Example", "Also taken as its heading")
    for place, (heading, width) in enumerate(zip(headings, _NOTES, strict=True)):
        page.set_column(place, place, width)
        page.write_string(top, place, heading, look.header)
    for number, guide in enumerate(guides, top + 1):
        _write_line(page, number, guide, look)
    page.freeze_panes(top + 1, 0)
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _write_line(page: Worksheet, number: int, guide: Guide, look: Look) -> None:
    kind = "" if guide.note and guide.kind.words == ANY_TEXT else guide.kind.words
    words = f"{guide.note} {kind}".strip()
    blank = "The whole column may be left out" if guide.may_be_missing else "Yes" if guide.may_be_blank else "No"
    values: tuple[Value, ...] = (guide.heading, words, blank, guide.example, ", ".join(guide.also))
    page.set_row(number, height_of(values, _NOTES))
    for place, value in enumerate(values):
        form = (
            look.tinted("none", guide.kind.number_format)
            if place == 3 and guide.kind.number_format != AS_TEXT
            else None
        )
        write_value(page, (number, place), value, form, look)
