"""What a workflow holds: one item, and the only two ways to write to a target system."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, NoReturn, TypeVar

from loguru import logger
from orjson import loads

from rpa.db.types import canonical
from rpa.evidence import Attachments
from rpa.exceptions import BusinessException, Conflict, Differs, InDoubt, SystemException, UsageError
from rpa.journal import Intent, Journal, differing
from rpa.models import Claim, Facts, Write
from rpa.states import EffectState

R = TypeVar("R")


class Item(Generic[R]):
    """One item under one attempt.

    `row` is the typed row, `key` what makes it the same item wherever it turns up, `params` the job's parameters.
    `change` and `effect` are the only ways to write to a target system.
    """

    def __init__(self, row: R, claim: Claim, journal: Journal, *, frame: "Frame") -> None:
        self.row = row
        self.key = claim.key
        self.id = claim.item_id
        self.attempt = claim.attempt
        self.params = frame.params
        self.dry_run = frame.dry_run
        self._journal = journal
        self._frame = frame
        # Only an attempt that follows another can find a write of this item.
        self._earlier = journal.earlier() if frame.follows else {}

    def change(self, what: str, *, expected: Facts, new: Facts, read: Callable[[], Facts],
               write: Callable[[], object]) -> bool:  # fmt: skip
        """Write fields to a target system so that nothing is written twice and every write can be proved.

        Compare, record the intent, write, read back, record. `read` returns the present values of the fields named in
        `new` (more do no harm); `what` names the place and must be the same at every attempt. Both `expected` and `new`
        hold text, numbers, dates or None.

        Returns:
            Whether the target system is different for it: False when it was right already.

        Raises:
            UsageError: `expected` and `new` name different fields, so that no read could ever tell them apart.
            BusinessException: `CONFLICT`: the present values are neither `expected` nor `new`; nothing was written.
            SystemException: `NOT_SAVED`: the system does not show what was written; the queue tries again.
            InDoubt: A write of an earlier attempt can't be told from somebody else's; a person decides.
        """
        _check_same_fields(expected, new)
        wanted = Write("change", what, before=_plain(expected), after=_plain(new))
        self._check_approved(wanted)
        look = _only(read, new)
        if self._found_done(wanted, look):
            return True
        present = look()
        if present == wanted.after:
            self._journal.note(Write("change", what, present, wanted.after), EffectState.ALREADY)
            return False
        if present != wanted.before:
            raise self._unexpected(wanted, present)
        return self._write(wanted, write, look)

    def effect(self, what: str, do: Callable[[], object], *, done: Callable[[], bool] | None = None) -> bool:
        """Do what is not a field (send a letter, press Submit), at most once.

        With `done`, which looks whether it has happened, a broken attempt is recovered as for `change`. Without it, an
        effect that may have happened goes to a person and is never repeated.

        Returns:
            Whether it was done now, or by the attempt before: False when it had been done already.
        """
        wanted = Write("effect", what, before={"done": False}, after={"done": True})
        self._check_approved(wanted)
        if done is None:
            return self._do_unseen(wanted, do)
        look = _looks_done(done)
        if self._found_done(wanted, look):
            return True
        if look() == wanted.after:
            self._journal.note(wanted, EffectState.ALREADY)
            return False
        return self._write(wanted, do, look)

    def attach(self, content: bytes, *, kind: str, name: str) -> str:
        """Keep a file (a screenshot, a letter) as evidence of this item and return its SHA-256."""
        return self._frame.attachments.keep(content, kind=kind, name=name)

    def _check_approved(self, wanted: Write) -> None:
        """Make sure that a write is one that was approved, where that is needed: to that place, of those values."""
        if self._frame.planned is None:
            return
        planned = self._frame.planned.get(wanted.what)
        if planned is None or (planned.kind, planned.after) != (wanted.kind, wanted.after):
            raise BusinessException("NOT_APPROVED")
        if planned.before != wanted.before:
            raise self._unexpected(replace(wanted, before=planned.before), wanted.before or {})

    def _found_done(self, wanted: Write, look: Callable[[], Facts]) -> bool:
        """Return whether an earlier attempt of this item made this very write; it may be made now if not."""
        earlier = self._earlier.pop(wanted.what, None)
        if earlier is None:
            return False
        if earlier.state == EffectState.INTENDED:
            return self._recovered(earlier, look)
        return look() == earlier.write.after == wanted.after

    def _write(self, wanted: Write, write: Callable[[], object], look: Callable[[], Facts]) -> bool:
        if self.dry_run:
            self._journal.note(wanted, EffectState.PLANNED)
            return True
        intent = self._journal.intend(wanted)
        try:
            write()
        except Conflict:
            self._judge_conflict(intent, look)
        except (BusinessException, SystemException) as refused:
            self._judge_refused(intent, look, refused)
        else:
            self._judge(intent, look)
        return True

    def _judge(self, intent: Intent, look: Callable[[], Facts]) -> None:
        """Let the read-back alone decide whether it was saved, whatever the page said."""
        found = look()
        if found != intent.write.after:
            found = self._look_again(look)
        self._end(intent, found)
        if found != intent.write.after:
            raise SystemException("the system does not show what was written to it", code="NOT_SAVED")

    def _judge_refused(self, intent: Intent, look: Callable[[], Facts], refused: Exception) -> None:
        """An error page after a saved write is a saved write; the error counts only if nothing was saved."""
        logger.info("writing raised {}; looking whether it was saved", type(refused).__name__)
        found = self._look_again(look)
        self._end(intent, found)
        if found != intent.write.after:
            raise refused

    def _judge_conflict(self, intent: Intent, look: Callable[[], Facts]) -> None:
        """A system that compared versions itself has written nothing, whatever else its record shows by now."""
        found = self._look_again(look)
        if found == intent.write.after:  # it was this very write, on its way a second time
            self._end(intent, found)
            return
        self._journal.end(intent, EffectState.ABSENT, found=found)
        raise self._unexpected(intent.write, found)

    def _unexpected(self, wanted: Write, found: Facts) -> BusinessException:
        self._journal.differ(wanted, found=found)
        return Differs("CONFLICT" if self._frame.planned is None else "STALE", differing(wanted, found))

    def _recovered(self, intent: Intent, look: Callable[[], Facts]) -> bool:
        """Decide a write that an earlier attempt began: True when it is there, False when it may be written now."""
        # In full, whenever the intent was: the request may have left long after it, and clocks jump.
        found = self._look_again(look)
        if found == intent.write.after:
            self._journal.end(intent, EffectState.CONFIRMED, found=found)
            return True
        self._end(intent, found)
        return False

    def _end(self, intent: Intent, found: Facts) -> None:
        if found == intent.write.after:
            self._journal.end(intent, EffectState.MADE, found=found)
        elif found == intent.write.before:
            self._journal.end(intent, EffectState.ABSENT, found=found)
        else:
            self._journal.end(intent, EffectState.IN_DOUBT, found=found)
            raise InDoubt(intent.write.what)

    def _do_unseen(self, wanted: Write, do: Callable[[], object]) -> bool:
        earlier = self._earlier.pop(wanted.what, None)
        if earlier is not None and earlier.state != EffectState.INTENDED:
            return True
        if earlier is not None:
            self._give_up(earlier)
        if self.dry_run:
            self._journal.note(wanted, EffectState.PLANNED)
            return True
        intent = self._journal.intend(wanted)
        try:
            do()
        except (BusinessException, SystemException):
            self._give_up(intent)
        self._journal.end(intent, EffectState.MADE, found=wanted.after)
        return True

    def _give_up(self, intent: Intent) -> NoReturn:
        self._journal.end(intent, EffectState.IN_DOUBT, found=None)
        raise InDoubt(intent.write.what) from None

    def _look_again(self, look: Callable[[], Facts]) -> Facts:
        # A system may apply a write late: an early look would call a saved write lost, and it would be written twice.
        self._journal.clock.sleep(self._frame.settle)
        return look()


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds an attempt."""

    params: Any
    """The job's parameters, as the workflow's own model."""
    dry_run: bool
    settle: float
    """Seconds in which a late write may still appear in the systems the workflow uses."""
    follows: bool
    """Whether another attempt, round or crash came before."""
    attachments: Attachments
    planned: Mapping[str, Write] | None = None
    """What was approved for this item, by the place that is written to; None where nobody need have approved it."""


def _check_same_fields(expected: Facts, new: Facts) -> None:
    if expected.keys() != new.keys():
        raise UsageError(
            f"item.change was told expected={{{', '.join(expected)}}} and new={{{', '.join(new)}}}, expected the same "
            f"fields in both: add what is missing in the workflow"
        )


def _only(read: Callable[[], Facts], new: Facts) -> Callable[[], Facts]:
    def look() -> Facts:
        found = read()
        return _plain({name: found.get(name) for name in new})

    return look


def _looks_done(done: Callable[[], bool]) -> Callable[[], Facts]:
    return lambda: {"done": done()}


def _plain(facts: Facts) -> dict[str, Any]:
    """Return the values as the journal gives them back, so that a date compares equal to the same date kept."""
    return dict(loads(canonical(dict(facts))))
