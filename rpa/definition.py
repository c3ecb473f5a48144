"""`@workflow`: a business procedure as code with a stable name, and what the library needs to know of it."""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypedDict, TypeVar, Unpack, cast, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from rpa.bots import Bot
from rpa.codes import words_of
from rpa.connectors.spreadsheet import Row, Table
from rpa.exceptions import UsageError
from rpa.item import Item
from rpa.models import Made
from rpa.retry import Retry, seconds_of
from rpa.source import digest_of

R = TypeVar("R", bound=Row)
F = TypeVar("F", bound=Callable[..., Any])


class NoParams(BaseModel, extra="forbid"):
    """The parameters of a workflow that takes none."""


@dataclass(frozen=True, slots=True)
class Case(Generic[R]):
    """One case a plan makes of its tables: the row of the item, and the rows of the sheets it accounts for.

    With `outcome` it needs no work and is completed at once; with `code` it is for a person at once.
    """

    row: R
    of: Sequence[Row]
    outcome: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class NeedsApproval:
    """That a second person must have seen what would be written, before any of it is.

    More items than `above` in a job need it; `canary` items are done first, and the rest only when a person has looked
    at them; `cap` is the most that one job may have; `holds` is how long an approval holds.
    """

    above: int = 0
    canary: int = 0
    cap: int | None = None
    holds: str = "1d"

    def __post_init__(self) -> None:
        if self.above < 0 or self.canary < 0 or (self.cap is not None and self.cap < 1):
            raise UsageError("NeedsApproval takes numbers of items, expected none below zero and a cap of 1 at least")
        seconds_of(self.holds)


@dataclass(frozen=True, slots=True)
class Options:
    """What `@workflow` was told."""

    title: str
    key: str | Callable[[Any], str]
    uses: tuple[type[Bot], ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)
    params: type[BaseModel] = NoParams
    retry: Retry = field(default_factory=Retry)
    timeout: str = "5m"
    minutes_by_hand: float = 0
    minutes_to_fix: float = 0
    minutes_agreed: str = ""
    owner: str = ""
    input_titles: Mapping[str, str] = field(default_factory=dict)
    once: bool = False
    trace: bool = False
    approval: NeedsApproval | None = None
    destructive: bool = False
    version: str = "1"

    def __post_init__(self) -> None:
        if not self.destructive:
            return
        needs = self.approval
        if needs is None or needs.above or not needs.canary or needs.cap is None:
            raise UsageError(
                "a destructive workflow needs approval for every job, a canary and a cap, expected "
                "approval=NeedsApproval(canary=5, cap=200) or other numbers, and no `above`"
            )


class Workflow(Generic[R]):
    """A workflow: its body attempts one item, its plan turns tables into cases, its report makes the workbook."""

    def __init__(self, body: Callable[..., str], options: Options) -> None:
        self.body = body
        self.name = body.__name__
        self.options = options
        self.description = inspect.getdoc(body) or options.title
        self.row_model: type[R] = _row_model(body)
        self.timeout = seconds_of(options.timeout)
        self.planner: Callable[..., Iterable[Case[R]]] | None = None
        self.reporter: Callable[..., Any] | None = None
        self.pager: Callable[..., str] | None = None
        self.reverser: Callable[..., object] | None = None
        self.inputs: Mapping[str, type[Row]] = {"sheet": self.row_model}
        _check_key(self)
        _check_takes(body, f"workflow {self.name}", self._handed())

    def __call__(self, item: Item[R], *bots: Bot) -> str:
        """Attempt one item with the bots of `uses`, and return how it ended in a few words."""
        return self.body(item, *bots)

    def plan(self, function: F) -> F:
        """Say how cases are made of the tables: its parameters annotated `Table[…]` are the inputs, by name."""
        self.planner = function
        hints = get_type_hints(function)
        tables = {name: hint for name, hint in hints.items() if get_origin(hint) is Table}
        if not tables:
            raise UsageError(
                f"the plan of {self.name} has no parameter annotated Table[…], expected one for each input"
            )
        if unknown := set(self.options.input_titles) - set(tables):
            raise UsageError(
                f"{self.name} has titles for {', '.join(sorted(unknown))}, expected inputs: {', '.join(tables)}"
            )
        if len({self.title_of(name) for name in tables}) < len(tables):
            raise UsageError(f"{self.name} has inputs of one title, expected another for each: people tell them by it")
        self.inputs = {name: get_args(hint)[0] for name, hint in tables.items()}
        return function

    def title_of(self, name: str) -> str:
        """Return what people call one of the inputs: its title, else its name as words."""
        return self.options.input_titles.get(name) or words_of(name)

    def report(self, function: F) -> F:
        """Say how the results workbook is made, in place of the sent sheet with three columns added."""
        self.reporter = function
        return function

    def reverse(self, function: F) -> F:
        """Say how one change is put back: `function(item, *bots, done)` calls `item.change` the other way round.

        Raises:
            UsageError: The function does not take these.
        """
        _check_takes(function, f"what puts back a change of {self.name}", self._handed("done"))
        self.reverser = function
        return function

    def _handed(self, *more: str) -> list[str]:
        return ["the item", *(bot.__name__ for bot in self.options.uses), *more]

    def put_back(self, item: Item[R], bots: Sequence[Bot], made: Iterable[Made]) -> None:
        """Put back what an item changed, in the order given.

        Raises:
            UsageError: The author has not said how.
        """
        if self.reverser is None:
            raise UsageError(
                f"{self.name} can't be reversed: its code does not say how a change is put back, expected a function "
                f"with @{self.name}.reverse"
            )
        for done in made:
            self.reverser(item, *bots, done)

    def page(self, function: F) -> F:
        """Say how a page is made of the results, as the text of one HTML file that asks nothing of a network."""
        self.pager = function
        return function

    def key_of(self, row: Row) -> str:
        """Return what makes a row the same item wherever it turns up again."""
        key = self.options.key
        value = getattr(row, key) if isinstance(key, str) else key(row)
        return str(value)

    @property
    def version(self) -> str:
        """The author's version and a digest of the source, so that the record says which code ran."""
        module = inspect.getmodule(self.body)
        return f"{self.options.version}+{digest_of(module) if module else 'unknown'}"


class MoreOptions(TypedDict, total=False):
    """The options of `@workflow` that have a default."""

    codes: Mapping[str, str]
    params: type[BaseModel]
    retry: Retry
    timeout: str
    minutes_by_hand: float
    minutes_to_fix: float
    minutes_agreed: str
    owner: str
    input_titles: Mapping[str, str]
    once: bool
    trace: bool
    approval: NeedsApproval
    destructive: bool
    version: str


def workflow(*, title: str, key: str | Callable[[Any], str], uses: type[Bot] | tuple[type[Bot], ...] = (),
             **options: Unpack[MoreOptions]) -> Callable[[Callable[..., str]], Workflow[Any]]:  # fmt: skip
    """Make a function a workflow. Its first parameter is annotated `Item[YourRow]`; the bots of `uses` follow.

    Args:
        title: What it does, for people.
        key: The field of the row, or a function of the row, that makes it the same item wherever it turns up.
        uses: The bots it works with, in the order of the parameters.
        **options: `codes` (text for each code: the first sentence says what happened, the others how to fix it),
            `params` (a pydantic model of the job's parameters), `retry`, `timeout` (one attempt, such as "90s"),
            `minutes_by_hand` (a row done by a person), `minutes_to_fix` (a row that comes back, put right by a person),
            `minutes_agreed` (by whom and when, for the figures), `owner` (who looks after it, for people),
            `input_titles` (what people call each input, where a plan takes several),
            `once` (a completed key is never done again),
            `trace` (what the browser does is recorded, and kept if the attempt fails), `approval` (a
            `NeedsApproval`: a second person sees first what would be written), `destructive` (what is written can't
            be written back by hand, so it needs approval, a canary and a cap), `version`.

    Raises:
        UsageError: An option is unknown, a span of time isn't one, the row has no such key, or the function does not
            take the item and each bot.
    """
    unknown = set(options) - set(Options.__dataclass_fields__)
    if unknown:
        known = ", ".join(Options.__dataclass_fields__)
        raise UsageError(f"@workflow does not know {', '.join(sorted(unknown))}, expected some of {known}")
    bots = uses if isinstance(uses, tuple) else (uses,)
    told = Options(title=title, key=key, uses=bots, **options)
    return lambda body: Workflow(body, told)


def _row_model(body: Callable[..., str]) -> type[Any]:
    name = body.__name__
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,99}", name):
        raise UsageError(f"workflow {name!r} needs a lower-case name of letters, digits and underscores: it is stored")
    hints = get_type_hints(body)
    for parameter in inspect.signature(body).parameters:
        hint = hints.get(parameter)
        if get_origin(hint) is Item:
            return cast(type[Any], get_args(hint)[0])
        break
    raise UsageError(f"the first parameter of workflow {name} must be annotated Item[YourRow], where YourRow is a Row")


def _check_key(made: Workflow[Any]) -> None:
    key = made.options.key
    if isinstance(key, str) and key not in made.row_model.model_fields:
        fields = ", ".join(made.row_model.model_fields)
        raise UsageError(
            f"workflow {made.name} has key={key!r}, expected a field of {made.row_model.__name__}: {fields}"
        )


def _check_takes(function: Callable[..., object], what: str, handed: Sequence[str]) -> None:
    takes = inspect.signature(function)
    try:
        takes.bind(*handed)
    except TypeError:
        *first, last = handed
        expected = f"{', '.join(first)}, and {last}" if last == "done" else ", ".join(handed)
        number = f"{len(handed)} parameter{'s' if len(handed) > 1 else ''}"
        raise UsageError(
            f"{what} is {function.__name__}({', '.join(takes.parameters)}), expected {number}: {expected}"
        ) from None
