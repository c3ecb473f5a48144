"""The supervisor of `rpa work`: keeps slots running, extends their leases, ends what hangs, rescues what was lost."""

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import wait
from types import FrameType
from uuid import uuid4

from loguru import logger

from rpa.db.away import if_there
from rpa.desk import Desk
from rpa.duties import Duties
from rpa.executor import Executor
from rpa.queue import LIBRARY
from rpa.slot import LOST_SUPERVISOR, Extended, LeaseTime, Stop, open_for_slot
from rpa.slots import InHand, Opener, Slot, start_slot, start_tracker
from rpa.temporary import remove_temporary_folders
from rpa.watch import LOST_LEASE

_GRACE_SECONDS = 10.0
"""What a slot has, after an attempt's time is over and its browser was closed, to end the attempt by itself."""
_TICK, _LONGEST_TICK, _STOPPING_TICK, _MEASURE_EVERY = 0.5, 5.0, 0.05, 10.0
_LONGEST_PAUSE = 60.0
_CLEARS_WITHIN = 2.0
# What comes in meanwhile is heard in the same round: a slot with short items says more than a thousand things a second.
_MORE = 0.02
_MEGABYTE = 1_000_000
# Ends that a slot chose itself because of its supervisor or the database: no item is to blame.
_BLAMELESS = frozenset({0, LOST_LEASE, LOST_SUPERVISOR})


@dataclass(slots=True)
class Place:
    """The place of a slot: who fills it, and when the next may if one died early again and again."""

    number: int
    slot: Slot | None = None
    early_deaths: int = 0
    start_at: float = 0.0


class Supervisor:
    """Runs slots as child processes. Any number of supervisors may work on one database."""

    def __init__(self, desk: Desk, slots: int, *, duties: Duties,
                 after_round: Callable[[Sequence[int]], object] = len,
                 opener: Opener = open_for_slot) -> None:  # fmt: skip
        self._desk = desk
        self._me = desk.me
        self._clock = desk.clock
        self._lease = desk.lease
        self._after_round = after_round
        self._duties = duties
        self._opener = opener
        self._places = [Place(number) for number in range(1, slots + 1)]
        self._dead: dict[str, bool] = {}
        self._signals = 0
        self._is_paused = False
        self._tick = _TICK
        self._beat_at = self._rescue_at = self._measure_at = 0.0
        self._made = 0
        self._ended: list[int] = []

    def run(self, *, until_idle: bool = False, until: Callable[[], bool] = bool) -> int:
        """Work until told to stop, until no item waits or runs, or `until` says so; return how many attempts ended.

        It is idle once no item waits or runs and the duties have no work to bring; from then on they bring none.
        The first SIGINT or SIGTERM lets each slot finish its step and give its item back; the second ends all at once,
        and what they held is put back.
        """
        start_tracker()
        with self._counting_signals(), self._duties:
            try:
                self._register()
                if_there(self._heed_pause)
                while not self._signals and not until() and not (until_idle and self._idle()):
                    self._round()
                self._stop_slots()
            finally:
                self._end_slots()
        if_there(self._tell_ended)
        if_there(lambda: self._desk.workers.end(self._me))
        return self._made

    @property
    def was_told(self) -> bool:
        """Whether a signal told it to end, also while it ended for another reason."""
        return self._signals > 0

    def _register(self) -> None:
        while not self._signals and not if_there(lambda: self._desk.workers.register(self._me)):
            self._clock.sleep(_TICK)

    @property
    def _slots(self) -> list[Slot]:
        return [place.slot for place in self._places if place.slot is not None]

    def _round(self) -> None:
        self._fill_places()
        self._hear(self._tick)
        # While the database is away it is asked less and less often; what the slots say is heard at once all the same.
        self._tick = _TICK if if_there(self._beat) else min(self._tick * 1.5, _LONGEST_TICK)
        self._end_overdue()
        self._bury_dead_slots()
        if_there(self._rescue)
        self._recycle()
        if_there(self._tell_ended)

    def _fill_places(self) -> None:
        now = self._clock.monotonic()
        for place in self._places if not self._is_paused else ():
            if place.slot is None and now >= place.start_at:
                place.slot = start_slot(self._desk.settings, self._me.id, place.number, opener=self._opener)

    def _hear(self, seconds: float) -> None:
        ends = [end for slot in self._slots for end in (slot.pipe, slot.process.sentinel)]
        if wait(ends, timeout=seconds):
            self._clock.sleep(_MORE)
        for slot in self._slots:
            self._ended += [ended.job_id for ended in slot.hear(self._clock.monotonic())]

    def _tell_ended(self) -> None:
        """Tell of which jobs attempts have ended since the last time."""
        ended, self._ended = self._ended, []
        self._made += len(ended)
        self._after_round(ended)

    def _beat(self) -> None:
        """Extend every lease of the slots, tell them so, and give a sign of life."""
        now = self._clock.monotonic()
        if now < self._beat_at:
            return
        slots = {slot.id: slot for slot in self._slots}
        self._desk.leases.look()
        for slot in slots.values():
            slot.tell(LeaseTime(self._desk.leases.offset))
        asked_at = self._clock.monotonic()
        for held in self._desk.queue.extend_all(list(slots), self._lease):
            slot = slots[held.worker]
            slot.tell(Extended(held.claim, asked_at))
            if slot.in_hand is None or slot.in_hand.claim != held.claim:
                slot.in_hand = InHand(held.item_id, held.claim, held.workflow, asked_at)
        if not self._desk.workers.seen([self._me.id, *slots]):
            self._begin_anew()
        self._heed_pause()
        self._beat_at = now + self._lease.total_seconds() / 6

    def _heed_pause(self) -> None:
        """While a person has paused this machine, let each slot end what it has in hand, and start no other."""
        pause = self._desk.machines.pause_of(self._me.host)
        if pause is not None:
            for slot in self._slots:  # told again each time: one that was to end its item may have to end at a step
                slot.retiring = True
                slot.tell(Stop(at_step=pause.at_once))
        if self._is_paused != (pause is not None):
            self._is_paused = pause is not None
            logger.info("this machine is {}", "paused; no slot takes an item" if self._is_paused else "resumed")

    def _begin_anew(self) -> None:
        """Others took this worker for lost while it was cut off: what its slots held is no longer theirs."""
        logger.error("this worker was taken for lost; its slots start anew")
        self._end_slots()
        self._me = replace(self._me, id=uuid4().hex)
        self._desk.workers.register(self._me)

    def _end_overdue(self) -> None:
        now = self._clock.monotonic()
        for place in self._places:
            if place.slot is not None and place.slot.in_hand is not None and self._is_overdue(place.slot.in_hand, now):
                logger.error("item {} has had its time; ending slot {}", place.slot.in_hand.item_id, place.number)
                place.slot.kill()
                if_there(lambda slot=place.slot: self._end_attempt(slot))  # type: ignore[misc]

    def _is_overdue(self, in_hand: InHand, now: float) -> bool:
        timeout = self._desk.workflows.get(in_hand.workflow).timeout
        return now > in_hand.since + timeout + _GRACE_SECONDS

    def _end_attempt(self, slot: Slot) -> None:
        """End, in the name of a slot that was ended, the attempt it made: it is counted like any other."""
        claim = self._desk.queue.held_by(slot.id)
        if claim is not None:
            self._desk.queue.finish(claim, self._executor().timed_out(claim), by=LIBRARY)
            self._ended.append(claim.job_id)

    def _executor(self) -> Executor:
        return self._desk.executor(self._desk.crew())

    def _bury_dead_slots(self) -> None:
        now = self._clock.monotonic()
        for place in self._places:
            if place.slot is not None and not place.slot.is_alive:
                self._bury(place, place.slot, now)
        if_there(self._rescue_dead)

    def _bury(self, place: Place, slot: Slot, now: float) -> None:
        code = slot.process.exitcode
        slot.kill()  # whatever it had started
        self._dead[slot.id] = code not in _BLAMELESS
        early = code != 0 and now - slot.started_at < self._lease.total_seconds()
        place.early_deaths = place.early_deaths + 1 if early else 0
        pause = min(2.0 ** (place.early_deaths - 2), _LONGEST_PAUSE) if place.early_deaths > 1 else 0.0
        place.slot, place.start_at = None, now + pause
        if code != 0:
            logger.warning("slot {} ended with {}; a fresh one starts in {:.0f} s", place.number, code, pause)

    def _rescue_dead(self) -> None:
        for slot_id, blame in list(self._dead.items()):
            self._desk.queue.rescue(dead_workers=[slot_id], blame=blame)
            self._desk.workers.lost(slot_id)
            del self._dead[slot_id]

    def _rescue(self) -> None:
        """Put back what other workers lost: those of this machine that are gone, and leases that ended.

        Leases are judged only after the database's clock has been steady for one of them (see `LeaseClock`), and right
        after a look at it: others may have seen it jump, and have extended theirs by the clock as it is now.
        """
        now = self._clock.monotonic()
        if now < self._rescue_at:
            return
        steady = self._desk.leases.look() and self._desk.leases.steady_for >= self._lease.total_seconds()
        own = {slot.id for slot in self._slots}
        gone = self._desk.workers.bury(self._me, silent_for=2 * self._lease if steady else None)
        gone = [one for one in gone if one not in own]
        remove_temporary_folders()
        rescued = self._desk.queue.rescue(dead_workers=gone, lease=self._lease if steady else None)
        if rescued:
            logger.info("rescued {} items that a lost worker held", rescued)
        self._rescue_at = now + min(self._lease.total_seconds() / 6, 5.0)

    def _recycle(self) -> None:
        now = self._clock.monotonic()
        if now < self._measure_at:
            return
        self._measure_at = now + _MEASURE_EVERY
        options = self._desk.settings.worker
        for slot in self._slots:
            old = now - slot.started_at > options.recycle_hours * 3600
            if not slot.retiring and (old or slot.memory() > options.recycle_megabytes * _MEGABYTE):
                logger.info("slot {} is recycled for its {}", slot.number, "age" if old else "memory")
                slot.retiring = True
                slot.tell(Stop(at_step=False))

    def _idle(self) -> bool:
        if any(slot.in_hand is not None for slot in self._slots) or not self._nothing_waits():
            self._duties.go_on()
            return False
        # Once they are at rest it is asked again: one of them may have brought something just before.
        return self._duties.come_to_rest() and self._nothing_waits()

    def _nothing_waits(self) -> bool:
        answers: list[bool] = []
        if_there(lambda: answers.append(self._desk.nothing_waits()))
        return any(answers)

    def _stop_slots(self) -> None:
        """Let each slot come to its next step and give its item back; until then it is looked after as before."""
        for slot in self._slots:
            slot.tell(Stop())
        logger.info(
            "{}; each slot comes to its next step", "told to end" if self._signals else "nothing more is to be done"
        )
        while any(slot.is_alive for slot in self._slots) and self._signals < 2:
            self._hear(_STOPPING_TICK)
            if_there(self._beat)
            self._end_overdue()

    def _end_slots(self) -> None:
        """End what still runs at once, and put back what it held."""
        for place in self._places:
            if place.slot is not None:
                list(place.slot.hear(self._clock.monotonic()))
                place.slot.kill()
                self._dead[place.slot.id] = False
                place.slot = None
        self._clear_up()
        if_there(self._rescue_dead)

    def _clear_up(self) -> None:
        """Remove the temporary files of what has ended; a browser that still ends may hold on to some for a moment."""
        give_up = self._clock.monotonic() + _CLEARS_WITHIN
        while not remove_temporary_folders() and self._clock.monotonic() < give_up:
            self._clock.sleep(_STOPPING_TICK)

    @contextmanager
    def _counting_signals(self) -> Iterator[None]:
        names = [name for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)]
        numbers = [getattr(signal, name) for name in names] if _in_main_thread() else []
        before = [signal.signal(number, self._count) for number in numbers]
        try:
            yield
        finally:
            for number, handler in zip(numbers, before, strict=True):
                signal.signal(number, handler)

    def _count(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
