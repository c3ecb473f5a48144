"""Read csv files as they come: encoding and delimiter are found out, never asked for."""

import codecs
import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rpa.connectors.spreadsheet.limits import Limits
from rpa.exceptions import InputRefused

DELIMITERS = ",;\t|"
SAMPLE_ROWS = 200
LONGEST_FIELD = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BLOCK = 1 << 20
_FORMULA_TEXT = re.compile(r'="([^"]*)"')


def delimited_rows(path: Path, limits: Limits) -> Iterator[list[str]]:
    """Yield a file's rows; InputRefused if it isn't text or its quotation marks don't pair."""
    encoding = find_encoding(path)
    delimiter, skip = _find_delimiter(path, encoding)
    number, cells = 0, 0
    csv.field_size_limit(LONGEST_FIELD)
    with path.open(encoding=encoding, newline="") as file:
        try:
            for row in itertools.islice(csv.reader(file, delimiter=delimiter, strict=True), skip, None):
                number, cells = number + 1, cells + len(row)
                _check_size(number, len(row), cells, limits)
                yield [_plain(field) for field in row] if '="' in "".join(row) else row
        except csv.Error:
            raise InputRefused(
                f"has a quotation mark out of place after row {number + skip}: "
                "open it in Excel, save it as .xlsx and send that"
            ) from None


def find_encoding(path: Path) -> str:
    """Return the encoding: a byte order mark decides, then UTF-16 without one, UTF-8 and cp1252 are tried."""
    with path.open("rb") as file:
        head = file.read(4096)
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    even, odd = head[0::2].count(0), head[1::2].count(0)
    bare = "utf-16-le" if odd > even else "utf-16-be" if even else None
    candidates = [marked] if marked else [bare] if bare else ["utf-8", "cp1252"]
    for encoding in candidates:
        if _decodes(path, encoding):
            return encoding
    raise InputRefused("is not text in any encoding we know: save it as 'CSV UTF-8' and send that")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK):
                if "\0" in decoder.decode(block):
                    return False
            decoder.decode(b"", final=True)
        except UnicodeError:
            return False
    return True


def _find_delimiter(path: Path, encoding: str) -> tuple[str, int]:
    """Return the delimiter with which most rows have equally many fields, and how many rows to pass over."""
    with path.open(encoding=encoding, newline="") as file:
        lines = list(itertools.islice(iter(lambda: file.readline(LONGEST_FIELD), ""), SAMPLE_ROWS))
    if lines and (said := re.fullmatch(r"sep=(.)\s*", lines[0], re.IGNORECASE)):
        return said[1], 1
    return max(DELIMITERS, key=lambda delimiter: _evenness("".join(lines), delimiter)), 0


def _evenness(sample: str, delimiter: str) -> tuple[float, int]:
    counts: Counter[int] = Counter()
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            counts[len(row)] += 1
    except csv.Error:
        return 0.0, 0
    several = Counter({fields: rows for fields, rows in counts.items() if fields > 1})
    if not several:
        return 0.0, 0
    fields, rows = max(several.items(), key=lambda pair: (pair[1], pair[0]))
    return rows / counts.total(), fields


def _plain(field: str) -> str:
    """Excel users write ="0123" to keep a zero."""
    return found[1] if (found := _FORMULA_TEXT.fullmatch(field)) else field


def _check_size(rows: int, width: int, cells: int, limits: Limits) -> None:
    if rows > limits.max_rows or width > limits.max_columns or cells > limits.max_cells:
        raise InputRefused(
            f"has more than {limits.max_rows} rows, {limits.max_columns} columns or {limits.max_cells} cells: "
            "send it in several files"
        )
