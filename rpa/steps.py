"""`@step`: a named part of an attempt whose result is kept, so that the next attempt does not repeat it."""

from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial, wraps
from typing import ParamSpec, TypeVar, get_type_hints, overload

from pydantic import TypeAdapter

from rpa.exceptions import UsageError
from rpa.journal import Journal
from rpa.models import KeptStep

P = ParamSpec("P")
T = TypeVar("T")


class StepKeeper:
    """Keeps and replays the steps of one attempt."""

    def __init__(self, journal: Journal, *, first_attempt: bool) -> None:
        self._journal = journal
        # A first attempt has nothing to replay, so it need not ask.
        self._kept = {} if first_attempt else journal.steps()
        self._calls: Counter[str] = Counter()

    def run(self, name: str, call: Callable[[], T], result_type: TypeAdapter[T], *, for_report: bool = False) -> T:
        """Return the kept result of this call of the step, or make it and keep it."""
        self._calls[name] += 1
        place = (name, self._calls[name])
        if place in self._kept:
            return result_type.validate_python(self._kept[place]["result"])
        self._journal.boundary()
        began = self._journal.clock.monotonic()
        result = call()
        seconds = self._journal.clock.monotonic() - began
        kept = {"result": result_type.dump_python(result, mode="json")}
        self._journal.keep_step(KeptStep(*place, kept, seconds, for_report))
        return result


# A step is called as a plain function, so the attempt it belongs to can't be an argument. The executor sets this for
# the length of one attempt.
current_keeper: ContextVar[StepKeeper | None] = ContextVar("current_keeper", default=None)


@overload
def step(function: Callable[P, T]) -> Callable[P, T]: ...


@overload
def step(*, for_report: bool) -> Callable[[Callable[P, T]], Callable[P, T]]: ...


def step(function: Callable[P, T] | None = None, *,
         for_report: bool = False) -> Callable[P, T] | Callable[[Callable[P, T]], Callable[P, T]]:  # fmt: skip
    """Make a function a step of the workflow that calls it.

    Its result is stored as JSON by its return annotation (plain types, dates, dataclasses, pydantic models), and
    handed back by the next attempt instead of calling it again. The n-th call of a step in an attempt is the n-th call
    of it in the next: calls must come in the same order. Outside a workflow (in a test) it is a plain function.

    Args:
        function: What the step does.
        for_report: Whether the report needs what the step found: then it is kept with the item for as long as the
            item's row is, and the first call's result is in `CaseResult.kept`.

    Raises:
        UsageError: The function has no return annotation.
    """
    if function is None:
        return lambda one: _step(one, for_report=for_report)
    return _step(function, for_report=for_report)


def _step(function: Callable[P, T], *, for_report: bool) -> Callable[P, T]:
    adapters: list[TypeAdapter[T]] = []  # made at the first call: an annotation may name what is defined further below

    @wraps(function)
    def kept(*args: P.args, **kwargs: P.kwargs) -> T:
        keeper = current_keeper.get()
        if keeper is None:
            return function(*args, **kwargs)
        if not adapters:
            adapters.append(TypeAdapter(get_type_hints(function)["return"]))
        call = partial(function, *args, **kwargs)
        return keeper.run(function.__name__, call, adapters[0], for_report=for_report)

    if "return" not in getattr(function, "__annotations__", {}):
        raise UsageError(
            f"step {function.__name__} has no return annotation, expected one: its result is kept by its type"
        )
    return kept
