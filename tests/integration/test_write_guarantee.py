"""The write guarantee: what one item may do to a target system, whatever the system does in return."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rpa.audit import verify
from rpa.evidence import Attachments, EvidenceKeys, EvidenceStore
from rpa.exceptions import BusinessException, ClaimLost, Conflict, InDoubt, SystemException, UsageError
from rpa.item import Frame, Item
from rpa.models import Claim
from rpa.states import EffectState
from tests.integration.conftest import Bench

SETTLE = 2.0


class Killed(BaseException):
    """The process ends here: nothing in the library may catch it."""


@dataclass
class Target:
    """A system with one record, which does as it is told, or not."""

    values: dict[str, Any] = field(default_factory=lambda: {"phone": "old"})
    writes: int = 0
    on_write: Callable[["Target", dict[str, Any]], None] | None = None

    def read(self) -> dict[str, Any]:
        return dict(self.values)

    def write(self, **new: Any) -> None:
        if self.on_write is not None:
            self.on_write(self, new)
        else:
            self.save(new)

    def save(self, new: dict[str, Any]) -> None:
        self.writes += 1
        self.values |= new


@pytest.fixture
def target() -> Target:
    return Target()


@dataclass(frozen=True)
class Author:
    """Makes the handle a workflow gets, for the attempt that is to come."""

    bench: Bench
    folder: Path

    def item(self, *, dry_run: bool = False, claim: Claim | None = None) -> Item[None]:
        claim = claim or self.bench.claim()
        journals = self.bench.journals
        keys = EvidenceKeys(self.folder.with_name("keys"))
        store = EvidenceStore(self.folder, self.bench.database, journals.record, clock=self.bench.clock, keys=keys)
        attachments = Attachments(store, claim.job_id, claim.item_id)
        frame = Frame(params=None, dry_run=dry_run, settle=SETTLE, follows=claim.follows, attachments=attachments)
        return Item(None, claim, self.bench.journal(claim), frame=frame)

    def after_a_crash(self) -> Item[None]:
        self.bench.queue.rescue(dead_workers=["w1"])
        return self.item()

    def states(self) -> list[str]:
        (job,) = self.bench.views.jobs()
        return [one.state for one in self.bench.views.effects(job.id)]


@pytest.fixture
def author(bench: Bench, tmp_path: Path) -> Author:
    bench.submit("a")
    return Author(bench, tmp_path / "evidence")


def change(item: Item[None], target: Target, *, expected: str = "old", new: str = "new") -> bool:
    return item.change("phone", expected={"phone": expected}, new={"phone": new}, read=target.read,
                       write=lambda: target.write(phone=new))  # fmt: skip


def test_a_change_is_recorded_before_and_after_it_is_made(author: Author, target: Target) -> None:
    changed = change(author.item(), target)

    (effect,) = author.bench.views.effects(1)
    assert changed
    assert target.values == {"phone": "new"}
    assert (effect.state, effect.before, effect.after) == (EffectState.MADE, {"phone": "old"}, {"phone": "new"})
    assert verify(author.bench.database).clean


def test_what_is_right_already_is_not_written(author: Author, target: Target) -> None:
    target.values["phone"] = "new"

    changed = change(author.item(), target)

    assert not changed
    assert target.writes == 0
    assert author.states() == ["already"]


def test_what_somebody_else_changed_is_a_conflict_and_not_written(author: Author, target: Target) -> None:
    target.values["phone"] = "somebody else's"

    with pytest.raises(BusinessException, match="CONFLICT"):
        change(author.item(), target)

    assert target.writes == 0
    assert author.states() == []


def test_write_that_the_system_refuses_because_somebody_was_faster_is_a_conflict_and_no_doubt(
    author: Author, target: Target
) -> None:
    def faster(target: Target, new: dict[str, Any]) -> None:
        target.values["phone"] = "somebody else's"
        raise Conflict

    target.on_write = faster

    with pytest.raises(BusinessException, match="CONFLICT"):
        change(author.item(), target)

    assert author.states() == ["absent"]
    assert verify(author.bench.database).clean


def test_write_that_comes_twice_and_is_refused_the_second_time_is_made(author: Author, target: Target) -> None:
    def twice(target: Target, new: dict[str, Any]) -> None:
        target.save(new)
        raise Conflict

    target.on_write = twice

    assert change(author.item(), target)

    assert author.states() == ["made"]


def test_a_change_that_expects_other_fields_than_it_writes_is_refused_by_their_names(
    author: Author, target: Target
) -> None:
    with pytest.raises(UsageError, match=r"expected=\{phone, town\} and new=\{phone\}"):
        author.item().change("phone", expected={"phone": "old", "town": None}, new={"phone": "new"}, read=target.read,
                             write=lambda: target.write(phone="new"))  # fmt: skip

    assert target.writes == 0
    assert author.states() == []


def test_a_dry_run_writes_nothing_and_says_what_it_would(author: Author, target: Target) -> None:
    changed = change(author.item(dry_run=True), target)

    assert changed
    assert target.writes == 0
    assert author.states() == ["planned"]


def test_an_error_page_after_a_saved_write_is_a_saved_write(author: Author, target: Target) -> None:
    def saved_but_error(target: Target, new: dict[str, Any]) -> None:
        target.save(new)
        raise SystemException("the system answered 500", "HTTP_500")

    target.on_write = saved_but_error

    changed = change(author.item(), target)

    assert changed
    assert author.states() == ["made"]


def test_a_success_page_after_an_unsaved_write_is_not_saved(author: Author, target: Target) -> None:
    target.on_write = lambda _target, _new: None

    with pytest.raises(SystemException, match="NOT_SAVED"):
        change(author.item(), target)

    assert author.states() == ["absent"]


def test_a_late_write_is_waited_for(author: Author, target: Target) -> None:
    clock = author.bench.clock
    target.on_write = lambda target, new: setattr(target, "late", (clock.now(), new))

    def read_late() -> dict[str, Any]:
        at, new = target.late  # type: ignore[attr-defined]
        if (clock.now() - at).total_seconds() >= SETTLE / 2:
            target.save(new)
        return target.read()

    target.late = (clock.now(), {})  # type: ignore[attr-defined]

    changed = author.item().change("phone", expected={"phone": "old"}, new={"phone": "new"}, read=read_late,
                                   write=lambda: target.write(phone="new"))  # fmt: skip

    assert changed
    assert author.states() == ["made"]


def test_a_refusal_of_the_system_reaches_the_workflow(author: Author, target: Target) -> None:
    def refused(_target: Target, _new: dict[str, Any]) -> None:
        raise BusinessException("REFUSED_BY_SYSTEM")

    target.on_write = refused

    with pytest.raises(BusinessException, match="REFUSED_BY_SYSTEM"):
        change(author.item(), target)

    assert author.states() == ["absent"]


def test_killed_after_the_write_it_is_found_and_not_written_again(author: Author, target: Target) -> None:
    def killed(target: Target, new: dict[str, Any]) -> None:
        target.save(new)
        raise Killed

    target.on_write = killed
    with pytest.raises(Killed):
        change(author.item(), target)
    target.on_write = None

    changed = change(author.after_a_crash(), target)

    assert changed
    assert target.writes == 1
    assert author.states() == ["confirmed"]


def test_killed_before_the_write_it_is_written_once(author: Author, target: Target) -> None:
    def killed(_target: Target, _new: dict[str, Any]) -> None:
        raise Killed

    target.on_write = killed
    with pytest.raises(Killed):
        change(author.item(), target)
    target.on_write = None

    changed = change(author.after_a_crash(), target)

    assert changed
    assert target.writes == 1
    assert author.states() == ["absent", "made"]


@pytest.mark.parametrize("passed", [{"seconds": 0}, {"hours": 1}, {"hours": -1}], ids=["none", "ahead", "back"])
def test_a_doubtful_write_is_looked_up_only_after_the_settle_time_whatever_the_clock_says(
    author: Author, target: Target, passed: dict[str, float]
) -> None:
    def killed(_target: Target, _new: dict[str, Any]) -> None:
        raise Killed

    target.on_write = killed
    with pytest.raises(Killed):
        change(author.item(), target)
    target.on_write = None

    author.bench.clock.pass_by(**passed)
    change(author.after_a_crash(), target)

    assert author.bench.clock.slept[0] == SETTLE


def test_a_doubtful_write_that_shows_a_third_value_is_for_a_person(author: Author, target: Target) -> None:
    def killed(target: Target, _new: dict[str, Any]) -> None:
        target.values["phone"] = "a third value"
        raise Killed

    target.on_write = killed
    with pytest.raises(Killed):
        change(author.item(), target)

    with pytest.raises(InDoubt):
        change(author.after_a_crash(), target)

    assert author.states() == ["in_doubt"]


def test_killed_after_the_ending_the_next_attempt_still_says_it_changed_it(author: Author, target: Target) -> None:
    change(author.item(), target)

    changed = change(author.after_a_crash(), target)

    assert changed
    assert target.writes == 1
    assert author.states() == ["made"]


def test_dates_compare_equal_to_what_was_kept(author: Author, target: Target) -> None:
    target.values = {"day": date(2026, 1, 2)}

    def killed(target: Target, new: dict[str, Any]) -> None:
        target.save(new)
        raise Killed

    def move(item: Item[None]) -> bool:
        return item.change("day", expected={"day": date(2026, 1, 2)}, new={"day": date(2026, 1, 9)}, read=target.read,
                           write=lambda: target.write(day=date(2026, 1, 9)))  # fmt: skip

    target.on_write = killed
    with pytest.raises(Killed):
        move(author.item())

    assert move(author.after_a_crash())
    assert target.writes == 1


def test_without_its_record_a_change_does_not_happen(author: Author, target: Target) -> None:
    item = author.item()
    author.bench.clock.pass_by(seconds=61)

    with pytest.raises(ClaimLost):
        change(item, target)

    assert target.writes == 0


def test_an_effect_that_cannot_be_looked_up_is_never_repeated(author: Author, target: Target) -> None:
    def killed() -> None:
        target.writes += 1
        raise Killed

    with pytest.raises(Killed):
        author.item().effect("letter", killed)

    with pytest.raises(InDoubt):
        author.after_a_crash().effect("letter", killed)

    assert target.writes == 1
    assert author.states() == ["in_doubt"]


def test_an_effect_that_was_done_is_not_done_by_a_later_attempt(author: Author, target: Target) -> None:
    author.item().effect("letter", lambda: target.save({}))

    done = author.after_a_crash().effect("letter", lambda: target.save({}))

    assert done
    assert target.writes == 1


def test_an_effect_that_can_be_looked_up_is_recovered(author: Author, target: Target) -> None:
    def killed() -> None:
        target.save({"sent": True})
        raise Killed

    def sent() -> bool:
        return bool(target.values.get("sent"))

    with pytest.raises(Killed):
        author.item().effect("letter", killed, done=sent)

    author.after_a_crash().effect("letter", killed, done=sent)

    assert target.writes == 1
    assert author.states() == ["confirmed"]
