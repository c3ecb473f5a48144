"""Read one sheet into typed rows and rejected rows."""

import hashlib
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeAlias, cast

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from rpa.connectors.spreadsheet.blocks import Blocks
from rpa.connectors.spreadsheet.cell import Cell
from rpa.connectors.spreadsheet.choice import choose_sheet
from rpa.connectors.spreadsheet.columns import Column, columns_of, is_plain, wanted
from rpa.connectors.spreadsheet.garbage import unwatched
from rpa.connectors.spreadsheet.gate import check_file
from rpa.connectors.spreadsheet.grid import Grid
from rpa.connectors.spreadsheet.guide import EXAMPLE, guides_by_field
from rpa.connectors.spreadsheet.headings import RETURN_HEADINGS, Header
from rpa.connectors.spreadsheet.limits import Limits
from rpa.connectors.spreadsheet.packed import rows_in, stretches
from rpa.connectors.spreadsheet.parser import warm_parser
from rpa.connectors.spreadsheet.problems import BLANK, problems_of
from rpa.connectors.spreadsheet.rows import Problem, R, RejectedRow, Row, Table
from rpa.connectors.spreadsheet.strips import Columns
from rpa.connectors.spreadsheet.unlock import EXCELS_OWN
from rpa.connectors.spreadsheet.values import MOST_KNOWN
from rpa.models import RowRef
from rpa.secrets import Credential

DEFAULT_LIMITS = Limits()
NO_HEADINGS: Mapping[str, str] = {}
RESUBMIT = "resubmit"
_PLAIN = (str, int, float, Decimal, date, type(None), RowRef)
"""Kinds of values that can't be changed, so that rows may share them."""
Corrections: TypeAlias = Mapping[tuple[int, str], Cell]
"""Corrected cells by row number and heading."""


def read_table(path: Path, model: type[R], *, name: str | None = None, sheet: str | None = None,
               limits: Limits = DEFAULT_LIMITS, also: Mapping[str, str] = NO_HEADINGS,
               password: Credential | None = None) -> Table[R]:  # fmt: skip
    """Read a workbook (xlsx, xlsm, xls, xlsb, ods) or a delimited file (csv, tsv, txt) into rows of `model`.

    Args:
        path: the file; it is only read.
        model: the row class; its columns are looked for in the first fifty rows of each visible sheet.
        name: the input's name in the workflow; the file's name if not given.
        sheet: the one sheet to read, where several would do.
        limits: how large the file may be.
        also: headings of a layout of somebody's own, each with the heading of the row class that it stands for.
        password: the secret whose password opens the file, if it needs one.

    Raises:
        InputRefused: the file as a whole can't be taken; the message says what was found and what to do.
    """
    return _read(path, model, name or path.name, _Ask(sheet, limits, also=also, password=password))


def read_corrected(path: Path, model: type[R], corrections: Corrections, *, name: str,
                   also: Mapping[str, str] = NO_HEADINGS, password: Credential | None = None) -> Table[R]:  # fmt: skip
    """Read a file as it would be with some cells corrected; the file itself stays as it is.

    Args:
        path: the file, as for `read_table`.
        model: the row class.
        corrections: a value for each row number as Excel shows it and heading as the sheet writes it.
        name: the input's name in the workflow.
        also: headings of a layout of somebody's own, as for `read_table`.
        password: the secret whose password opens the file, as for `read_table`.

    Raises:
        InputRefused: the file as a whole can't be taken.
    """
    return _read(path, model, name, _Ask(None, DEFAULT_LIMITS, corrections, also, password))


@dataclass(frozen=True, slots=True)
class _Ask:
    """What is asked of a file beside its rows."""

    sheet: str | None
    limits: Limits
    corrections: Corrections = field(default_factory=dict)
    also: Mapping[str, str] = field(default_factory=dict)
    password: Credential | None = None


@unwatched()
def _read(path: Path, model: type[R], name: str, ask: _Ask) -> Table[R]:
    check_file(path, ask.limits)
    columns = columns_of(model)
    book = warm_parser().read(path, sheet=ask.sheet, limits=ask.limits, password=ask.password)
    grid, header, warnings = choose_sheet(path.name, book.grids, wanted(columns, ask.also), ask.sheet)
    _correct(grid, header, ask.corrections)
    sha256 = _sha256(path)
    reading = _Reading(model, columns, grid, header, name)
    reading.read()
    return Table(
        name=name,
        file=path.name,
        sha256=sha256,
        sheet=grid.sheet,
        header_row=header.row,
        headings=tuple(heading for heading in header.headings if heading),
        rows=reading.rows,
        rejected=tuple(reading.rejected),
        left_out=tuple(reading.left_out),
        hidden_rows=reading.hidden,
        secret=ask.password.label.name if ask.password and book.password not in {"", EXCELS_OWN} else "",
        warnings=(*book.warnings, *warnings, *reading.warnings()),
    )


def _correct(grid: Grid, header: Header, corrections: Corrections) -> None:
    if not corrections:
        return
    grid.rows = list(grid.rows)
    places = {header.headings[place]: place for place in header.columns.values()}
    for (row, heading), cell in corrections.items():
        index = row - grid.first_row
        if heading in places and 0 <= index < len(grid.rows):
            grid.rows[index][places[heading]] = cell
            grid.errors.get(row, {}).pop(places[heading], None)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(slots=True)
class _Reading(Generic[R]):
    """One pass over the rows of a grid."""

    model: type[R]
    columns: Sequence[Column]
    grid: Grid
    header: Header
    name: str
    rows: tuple[R, ...] = ()
    rejected: list[RejectedRow] = field(default_factory=list)
    left_out: list[RowRef] = field(default_factory=list)
    good: list[R] = field(default_factory=list)
    """Rows of the stretch that is being read."""
    plain: bool = False
    hidden: int = 0
    repeated: int = 0
    examples: int = 0
    headings: dict[str, str] = field(default_factory=dict)
    heading_cells: list[Cell] = field(default_factory=list)
    defaults: dict[str, Any] | None = None
    """What a field is that no cell gives; None where a default is made anew for each row."""

    def read(self) -> None:
        """Put every row that isn't blank into exactly one of rows, rejected and left out."""
        self.plain = is_plain(self.model, self.columns)
        self.defaults = _plain_defaults(self.model)
        self.headings = {f: self.header.headings[place] for f, place in self.header.columns.items()}
        self.heading_cells = self.grid.rows[self.header.row - self.grid.first_row]
        mapped = [(c, self.header.columns[c.field]) for c in self.columns if c.field in self.header.columns]
        plan = [_Step(c.field, place, {}, c.convert, c.may_be_blank, c.has_default) for c, place in mapped]
        # each stretch goes into the tuple at once: a list of all rows beside it would be one too many
        self.rows = tuple(itertools.chain.from_iterable(self._stretches(self._blocks(mapped), plan)))

    def _stretches(self, blocks: Blocks[R] | None, plan: list["_Step"]) -> Iterator[list[R]]:
        """Yield the good rows of each stretch."""
        width, before = len(self.header.headings), self.header.first_data_row - self.grid.first_row
        for index, stretch in stretches(self.grid.rows, before):
            first = self.grid.first_row + index
            if blocks and isinstance(stretch, Columns) and len(stretch.strips) == width:
                self._together(blocks, first, stretch, plan)
            else:
                for number, cells in enumerate(rows_in(stretch), first):
                    self._by_itself(number, cells, plan)
            good, self.good = self.good, []
            yield good

    def _blocks(self, mapped: list[tuple[Column, int]]) -> Blocks[R] | None:
        """Return what makes many rows at once; None where each has to be looked at by itself."""
        places = {column.field: (column, place) for column, place in mapped}
        if not self.plain or self.defaults is None or self.header.returned or not self.model.model_config.get("frozen"):
            return None
        whole = places.keys() | self.defaults.keys() == self.model.model_fields.keys()
        return Blocks(self.model, places, self.defaults) if whole else None

    def _together(self, blocks: Blocks[R], first: int, stretch: Columns, plan: list["_Step"]) -> None:
        """Make the rows of a stretch; those that are not like most are looked at one by one."""
        rows, refused = blocks.rows(self.name, self.grid.sheet, first, stretch)
        odd = refused | self._odd(first, stretch, may_be_blank=blocks.may_be_blank)
        cells = list(stretch.rows()) if odd else []
        done = 0
        for index in sorted(odd):
            self._keep(first + done, rows[done:index])
            self._by_itself(first + index, cells[index], plan)
            done = index + 1
        self._keep(first + done, rows[done:])

    def _odd(self, first: int, stretch: Columns, *, may_be_blank: bool) -> set[int]:
        """Return which rows may be blank, may repeat the headings, or have an error value."""
        errors, place = self.grid.errors, next(iter(self.header.columns.values()))
        odd = {index for index in range(len(stretch)) if first + index in errors} if errors else set()
        column, heading = stretch.strips[place].cells(), self.heading_cells[place]
        if heading in column:
            odd |= {index for index, cell in enumerate(column) if cell == heading}
        if may_be_blank:
            odd |= {index for index, cells in enumerate(stretch.rows()) if _is_blank(cells, set())}
        return odd

    def _keep(self, first: int, rows: list[R]) -> None:
        self.good.extend(rows)
        if self.grid.hidden:
            self.hidden += sum(number in self.grid.hidden for number in range(first, first + len(rows)))

    def _by_itself(self, number: int, cells: list[Cell], plan: list["_Step"]) -> None:
        errors = self.grid.errors.get(number, {})
        if not errors and _is_blank(cells, set(self.header.returned)):
            return
        if cells == self.heading_cells:
            self.repeated += 1
            return
        if self.grid.ragged and self._has_too_many(number, cells):
            return
        self.hidden += number in self.grid.hidden
        self._row(RowRef(self.name, self.grid.sheet, number), cells, errors, plan)

    def _has_too_many(self, number: int, cells: list[Cell]) -> bool:
        """Reject a row with more values than headings: a stray delimiter moved them, so none can be trusted."""
        width = len(self.header.headings)
        cells.extend([""] * (width - len(cells)))
        if not any(cell != "" for cell in cells[width:]):
            return False
        problem = Problem("", f"has {len(cells)} values, there are {width} headings: a delimiter is in the text")
        self.rejected.append(RejectedRow(RowRef(self.name, self.grid.sheet, number), (problem,)))
        return True

    def _row(self, source: RowRef, cells: list[Cell], errors: dict[int, str], plan: list["_Step"]) -> None:
        resubmit = False
        if self.header.returned:
            outcome = re.sub(r"\W|_", "", str(cells[self.header.returned[0]])).casefold()
            if outcome == EXAMPLE.casefold():
                self._example(source, cells)
                return
            if outcome and outcome != RESUBMIT:
                self.left_out.append(source)
                return
            resubmit = outcome == RESUBMIT
        values, problems = self._values(cells, errors, plan)
        values["source"], values["resubmit"] = source, resubmit
        if not problems:
            try:
                self.good.append(self._made(values))
                return
            except ValidationError as error:
                problems = problems_of(error, self.headings, values)
        self.rejected.append(RejectedRow(source, tuple(problems)))

    def _example(self, source: RowRef, cells: list[Cell]) -> None:
        """Pass over a template's example; reject a row that somebody wrote in its place, or it would never be done."""
        examples = {name: guide.example for name, guide in guides_by_field(self.model).items()}
        mapped = [(c, self.header.columns[c.field]) for c in self.columns if c.field in self.header.columns]
        if all(_is_same(column, cells[place], examples[column.field]) for column, place in mapped):
            self.examples += 1
            return
        problem = Problem(RETURN_HEADINGS[0], f"says {EXAMPLE!r}, so the row would not be done: clear that cell")
        self.rejected.append(RejectedRow(source, (problem,)))

    def _made(self, values: dict[str, Any]) -> R:
        # what the converters made is not looked at a second time where the class has no rule of its own
        if self.plain:
            # pydantic's mypy plugin says Row, whatever the class
            return cast("R", _row_of(self.model, values, self.defaults))
        return self.model.model_validate(values)

    def _values(
        self, cells: list[Cell], errors: dict[int, str], plan: list["_Step"]
    ) -> tuple[dict[str, Any], list[Problem]]:
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for name, place, known, convert, may_be_blank, has_default in plan:
            cell = cells[place]
            value = known.get((cell.__class__, cell), known)
            if value is not known:
                values[name] = value
                continue
            if cell == "" or (isinstance(cell, str) and not cell.strip()):
                if place in errors:
                    problems.append(Problem(self.headings[name], f"holds the error {errors[place]}"))
                elif has_default:
                    continue
                elif may_be_blank:
                    values[name] = None
                else:
                    problems.append(Problem(self.headings[name], BLANK))
                continue
            try:
                values[name] = convert(cell)
                if len(known) < MOST_KNOWN:
                    known[cell.__class__, cell] = values[name]
            except PydanticCustomError as error:
                problems.append(Problem(self.headings[name], error.message()))
        return values, problems

    def warnings(self) -> list[str]:
        """Return what a person should know about the rows as a whole."""
        found = []
        if self.hidden:
            found.append(f"{self.hidden} hidden rows of sheet {self.grid.sheet!r} were read as well")
        if self.repeated:
            found.append(f"{self.repeated} rows that repeat the headings were passed over")
        if self.examples:
            found.append("the example row of the template was passed over")
        if self.grid.unseen_errors:
            found.append("error values (#REF!, #N/A) of this file format are read as blank cells; send it as .xlsx")
        return found


def _is_same(column: Column, cell: Cell, example: object) -> bool:
    try:
        return column.convert(cell) == column.convert(example)
    except PydanticCustomError:
        return False


class _Step(NamedTuple):
    """How one column's cells become values."""

    field: str
    place: int
    known: dict[tuple[type, Cell], Any]
    """What cells of this column became; a sheet says the same again and again."""
    convert: Callable[[Any], object]
    may_be_blank: bool
    has_default: bool


def _plain_defaults(model: type[Row]) -> dict[str, Any] | None:
    fields = {name: info for name, info in model.model_fields.items() if not info.is_required()}
    plain = all(info.default_factory is None and isinstance(info.default, _PLAIN) for info in fields.values())
    if not plain or model.__private_attributes__ or model.model_config.get("extra") == "allow":
        return None
    return {name: info.default for name, info in fields.items()}


def _row_of(model: type[R], values: dict[str, Any], defaults: dict[str, Any] | None) -> Row:
    """Do what `model_construct` does, in a third of its time where defaults need not be made anew."""
    if defaults is None or len(defaults.keys() | values.keys()) < len(model.model_fields):
        return model.model_construct(**values)
    row = model.__new__(model)
    keep = object.__setattr__
    keep(row, "__dict__", {**defaults, **values})
    keep(row, "__pydantic_fields_set__", set(values))
    keep(row, "__pydantic_extra__", None)
    keep(row, "__pydantic_private__", None)
    return row


def _is_blank(cells: Sequence[Cell], own: set[int]) -> bool:
    """Tell whether a row holds nothing but what we ourselves wrote into it."""
    for place, cell in enumerate(cells):
        if cell != "" and place not in own and not (isinstance(cell, str) and not cell.strip()):
            return False
    return True
