"""How a target system stands: paused, outside its hours, left alone after faults, or with all seats taken."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rpa.models import Ending
from rpa.states import Failure
from rpa.systems import System

OPEN_FROM, OPEN_UNTIL = 8, 18
PAS = System("pas", "https://pas.example.nhs.uk", max_sessions=1, breaker=2)
EPR = System(
    "epr",
    "https://epr.example.nhs.uk",
    max_sessions=2,
    breaker=2,
    hours=(f"mon-fri {OPEN_FROM:02}:00-{OPEN_UNTIL}:00",),
)
SYSTEMS = (PAS, EPR)
MAY_USE: dict[str, tuple[str, ...]] = {"tidy_up": (), "move": ("pas",), "move_and_tell": ("pas", "epr")}
"""The workflows, and the systems each acts in."""
OF_THE_ROBOT = ("UNEXPECTED", "IN_DOUBT")
LONGEST_WAIT = 1800.0


@dataclass
class ModelSystem:
    name: str
    seats: int
    breaker: int
    first_wait: float
    has_hours: bool
    paused: bool = False
    faults: int = 0
    looks: int = 0
    """How often it was looked at since the breaker opened; above 0 and in use, it is on trial."""
    look_at: datetime | None = None
    """When it is looked at next; None while it is not left alone."""
    sitting: set[str] = field(default_factory=set)

    def is_open(self, now: datetime) -> bool:
        return self._in_hours(now) and not self.paused and self.look_at is None

    def lets_in(self, worker: str, now: datetime) -> bool:
        return self.is_open(now) and (worker in self.sitting or len(self.sitting) < self.seats)

    def sit(self, worker: str) -> None:
        self.sitting.add(worker)

    def attempt_ended(self, ending: Ending, uses: Sequence[str], now: datetime) -> bool:
        """Take note of the end of an attempt in this system; return whether the breaker opened."""
        if ending.code in OF_THE_ROBOT:
            return False  # it says nothing of the system, neither good nor bad
        if ending.code is None or ending.failure == Failure.BUSINESS:
            if self.look_at is None:
                self.faults = self.looks = 0
            return False
        return (ending.system not in uses or ending.system == self.name) and self._failed(now)

    def wait(self, looks: int) -> timedelta:
        return timedelta(seconds=min(self.first_wait * 2**looks, LONGEST_WAIT))

    def _in_hours(self, now: datetime) -> bool:
        # The clocks of the trust show UTC in the winter that the machine lives in.
        return not self.has_hours or (now.weekday() < 5 and OPEN_FROM <= now.hour < OPEN_UNTIL)

    def _failed(self, now: datetime) -> bool:
        self.faults += 1
        if self.look_at is not None or self.faults < (1 if self.looks else self.breaker):
            return False
        self.look_at = now + self.wait(self.looks)
        return True

    def is_due(self, now: datetime) -> bool:
        return self._in_hours(now) and not self.paused and self.look_at is not None and self.look_at <= now

    def looked_at(self, *, well: bool, now: datetime) -> None:
        if self.look_at is None:
            return  # a person was first
        self.looks += 1
        self.look_at = None if well else now + self.wait(self.looks)
        self.faults = 0 if well else self.faults

    def resume(self) -> bool:
        in_trouble = self.paused or self.look_at is not None
        if in_trouble:
            self.paused, self.look_at, self.faults, self.looks = False, None, 0, 0
        return in_trouble


def registered() -> dict[str, ModelSystem]:
    return {
        one.name: ModelSystem(one.name, one.max_sessions or 0, one.breaker, one.probe_after, bool(one.hours))
        for one in SYSTEMS
    }
