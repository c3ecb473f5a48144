"""How large a file may be before it is refused."""

from typing import NamedTuple

MEGABYTE = 1 << 20
SEARCHED_ROWS = 50
"""How far down the headings may start: titles, filters and notes stand above them."""


class Limits(NamedTuple):
    """The largest file that is taken; beyond any of these it is refused with a sentence that says so.

    No dataclass: the process that parses takes a tenth less to start without them.
    """

    max_bytes: int = 100 * MEGABYTE
    max_unpacked: int = 500 * MEGABYTE
    """Bytes of all parts of a zipped workbook together, unpacked."""
    max_ratio: int = 400
    """Unpacked bytes for each packed byte; a real sheet stays under 100, a zip bomb reaches 1,000."""
    max_rows: int = 500_000
    max_columns: int = 1_000
    max_cells: int = 4_000_000
    """Cells of the rectangle a sheet spans, all its sheets together."""
    seconds: float = 20.0
    """Wall time for reading one file."""
    max_memory: int = 800 * MEGABYTE
    """Address space of the process that parses, where the system can limit it."""
