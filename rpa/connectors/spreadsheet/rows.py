"""What a sheet becomes: typed rows, rejected rows, and the table that holds both."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticUndefined

from rpa.exceptions import UsageError
from rpa.models import RowRef

OWN_FIELDS = frozenset({"source", "resubmit"})
"""Fields of `Row` that the reader sets; no column of the sheet feeds them."""


NOWHERE = RowRef("", "", 0)
"""The source of a row that was made in code and came from no sheet."""


class Row(BaseModel):
    """One row of a sheet: a workflow author's class names the columns as fields.

    `source` says where the row was found and `resubmit` whether its `Outcome` cell asked for another run.
    Neither is a column; the reader sets both.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    source: RowRef = Field(default=NOWHERE)
    resubmit: bool = False

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """Show only the source: a row holds patient data, and a repr ends up in logs."""
        return [("source", self.source)]

    __str__ = BaseModel.__repr__


def column(*headings: str, default: Any = ..., required: bool = True, note: str = "", example: Any = None,
           offers: tuple[str, Mapping[str, Sequence[str]]] | None = None) -> Any:  # fmt: skip
    """Say under which headings a field's column may stand; the field's own name is used if none is given.

    Args:
        headings: headings that mean this column; case, spaces and punctuation don't matter.
        default: the value of a blank cell; without it, a blank cell is taken only by an `X | None` field.
        required: whether the sheet must have the column at all; one that need not be there needs a default.
        note: a sentence for whoever fills the sheet in, shown in the template.
        example: what the template's example row has there; something that fits the type if not given.
        offers: another field, and what the template offers here for each value of it; anything else is taken too.
    """
    if not required and default is ...:
        raise UsageError(f"column {headings!r} need not be there, so it needs a default: add default=None or a value")
    return Field(
        default=PydanticUndefined if default is ... else default,
        json_schema_extra={
            "headings": list(headings),
            "required": required,
            "note": note,
            "example": example,
            "offers": None if offers is None else [offers[0], {said: list(some) for said, some in offers[1].items()}],
        },
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell: the heading as in the sheet, and a plain sentence without the cell's value."""

    column: str
    rule: str

    def __str__(self) -> str:
        return f"{self.column} {self.rule}" if self.column else self.rule


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that can't be taken, and every reason why."""

    source: RowRef
    problems: tuple[Problem, ...]


R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Table(Generic[R]):
    """One sheet, read: each of its rows is in exactly one of `rows`, `rejected` and `left_out`."""

    name: str
    """The input's name in the workflow."""
    file: str
    """The file's name, without its folder."""
    sha256: str
    sheet: str
    header_row: int
    """Row number of the headings, as Excel shows it."""
    headings: tuple[str, ...]
    """The headings found, from left to right, as the sheet writes them."""
    rows: tuple[R, ...]
    rejected: tuple[RejectedRow, ...]
    left_out: tuple[RowRef, ...] = ()
    """Rows of a returned workbook that nobody asked to run again."""
    hidden_rows: int = 0
    """Rows that are read although the sheet hides them (a filter left on)."""
    warnings: tuple[str, ...] = ()
    secret: str = ""
    """Name of the secret whose password opened the file; empty if none was needed."""

    def __iter__(self) -> Iterator[R]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def rows_in(self) -> int:
        """Rows that came in: the good ones and the rejected ones."""
        return len(self.rows) + len(self.rejected)
