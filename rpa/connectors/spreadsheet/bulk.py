"""Check a whole stretch of a column at once where its cells are as they should be: most are."""

from collections.abc import Callable, Mapping, Sequence

from rpa.connectors.spreadsheet import cells
from rpa.connectors.spreadsheet.checkdigit import are_nhs_numbers


def texts(several: Sequence[str]) -> Sequence[str] | None:
    """Return what `cells.text` makes of each; None if any has to be looked at by itself."""
    if not "".join(several).isascii():
        return None
    stripped = list(map(str.strip, several))
    return stripped if all(stripped) else None


def ubrns(several: Sequence[str]) -> Sequence[str] | None:
    """Return UBRNs if all are written as they should be."""
    return several if _are_digits(several, 12) else None


def nhs_numbers(several: Sequence[str]) -> Sequence[str] | None:
    """Return NHS numbers if all are valid and written as they should be."""
    return several if _are_digits(several, 10) and are_nhs_numbers(several) else None


def _are_digits(several: Sequence[str], count: int) -> bool:
    joined = "".join(several)
    return joined.isascii() and joined.isdigit() and set(map(len, several)) == {count}


IN_BULK: Mapping[cells.Converter, Callable[[Sequence[str]], Sequence[str] | None]] = {
    cells.text: texts,
    cells.ubrn: ubrns,
    cells.nhs_number: nhs_numbers,
}
"""What checks many texts at once, by what makes a value of one cell."""
