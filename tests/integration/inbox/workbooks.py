"""Workbooks to hand in."""

from pathlib import Path

from openpyxl import Workbook, load_workbook

FATES = ("ready", "ready")


def workbook(path: Path, numbers: tuple[str, ...], fates: tuple[str, ...] = FATES) -> Path:
    """Write a list as a real workbook."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["NHS number", "Fate", "Priority"])
    for number, fate in zip(numbers, fates, strict=False):
        sheet.append([number, fate, "Routine"])
    book.save(path)
    return path


def lines(path: Path, *numbers: int) -> Path:
    """Write a list with one column."""
    path.write_text("\n".join(["Number", *map(str, numbers)]) + "\n", encoding="utf-8")
    return path


def outcomes(path: Path) -> list[object]:
    """Return the column Outcome of a returned workbook."""
    sheet = load_workbook(path).worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    return [row[headings.index("Outcome")].value for row in sheet.iter_rows(min_row=2)]
