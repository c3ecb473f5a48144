"""What is asked of the queue: jobs, endings of attempts, and how much time passes; in few words, to be read."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hypothesis import strategies as st

from rpa.models import Ending, KeptStep, LostRow, NewItem, Priority, RowRef, Submission, Timing
from rpa.states import Failure, ItemState, RowEnd
from tests.integration.conftest import DONE, PERSON
from tests.integration.queue_machine.systems import MAY_USE, SYSTEMS

SPANS = {"a breath": 0.7, "half a minute": 29.3, "a lease": 61.1, "some minutes": 607.0, "hours": 20011.0,
         "half a day": 43210.0}  # fmt: skip
WORKFLOWS = tuple(MAY_USE)
SETTLED = {
    "done": Ending(ItemState.COMPLETED, outcome="matched"),
    "refused": Ending(ItemState.FAILED, failure=Failure.BUSINESS, code="NO_MATCH"),
}
ENDINGS = {
    "done": DONE,
    "refused": SETTLED["refused"],
    "in doubt": Ending(ItemState.FAILED, failure=Failure.IN_DOUBT, code="IN_DOUBT"),
    "down": Ending(ItemState.FAILED, failure=Failure.SYSTEM, code="HTTP_503"),
    "down, again later": Ending(ItemState.PENDING, code="HTTP_503"),
    "a mistake of the author": Ending(ItemState.FAILED, failure=Failure.SYSTEM, code="UNEXPECTED", detail="where"),
    "a mistake, again later": Ending(ItemState.PENDING, code="UNEXPECTED", detail="where"),
    "given back": Ending(ItemState.PENDING, given_back="the worker stops"),
}
OFTEN = ("done", "done", "done", "down", "down, again later")


@dataclass(frozen=True)
class Case:
    """One case of a sheet; it may be ended by the plan."""

    key: str
    rows: int = 1
    settled: str = ""


@dataclass(frozen=True)
class Job:
    """What somebody sends. It is to wait for so many seconds."""

    workflow: str
    cases: tuple[Case, ...]
    rejected: int = 0
    left_out: int = 0
    priority: Priority = Priority.NORMAL
    wait: float = 0.0
    once: bool = False

    def submission(self, now: datetime, number: int) -> Submission:
        sheet = iter(RowRef("sheet", "Sheet1", row) for row in range(2, 99))
        items = [NewItem(one.key, {"value": f"{one.key} of {number}"}, [next(sheet) for _ in range(one.rows)],
                         settled=SETTLED.get(one.settled)) for one in self.cases]  # fmt: skip
        lost = [RowEnd.REJECTED] * self.rejected + [RowEnd.LEFT_OUT] * self.left_out
        not_before = now + timedelta(seconds=self.wait) if self.wait else None
        return Submission(self.workflow, "1", PERSON, items, [LostRow(next(sheet), end) for end in lost],
                          timing=Timing(self.priority, not_before), once=self.once)  # fmt: skip


# Keys are few, so that many are there already or twice in the sheet.
cases = st.builds(Case, st.sampled_from("abcdefgh"), st.integers(1, 2), st.sampled_from(("",) * 8 + tuple(SETTLED)))
jobs = st.builds(
    Job,
    st.sampled_from(WORKFLOWS),
    st.lists(cases, max_size=8).map(tuple),
    rejected=st.integers(0, 1),
    left_out=st.integers(0, 1),
    priority=st.sampled_from((*[Priority.NORMAL] * 3, Priority.URGENT)),
    wait=st.sampled_from((0.0,) * 6 + (45.5, 9000.5)),
    once=st.booleans(),
)
large_jobs = st.builds(Job, st.sampled_from(WORKFLOWS), st.lists(cases, min_size=3, max_size=8).map(tuple))
able_to = st.sampled_from((WORKFLOWS, WORKFLOWS, WORKFLOWS, *((name,) for name in WORKFLOWS)))
"""The workflows that a process can do."""


@dataclass(frozen=True)
class End:
    """How an attempt ends; whose fault it was, if it was one, and in how many seconds there may be another."""

    how: str
    system: str | None
    wait: float

    def ending(self, now: datetime, steps: tuple[KeptStep, ...]) -> Ending:
        """Return it as an executor hands it over; `steps` are those that no write has kept yet."""
        ending, later = ENDINGS[self.how], now + timedelta(seconds=self.wait)
        return replace(ending, steps=steps, system=self.system if ending.code else None,
                       retry_at=later if ending.state == ItemState.PENDING else None)  # fmt: skip


END_WELL, END_BADLY = End("done", None, 0.0), End("refused", None, 0.0)
ends = st.builds(
    End,
    st.sampled_from((*OFTEN, *ENDINGS)),
    st.sampled_from((None, "elsewhere", *(one.name for one in SYSTEMS))),
    st.sampled_from((0.0, 0.25, 33.3)),
)
