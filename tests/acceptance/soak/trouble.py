"""What goes wrong in a day: the system has faults, and processes are killed."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from random import Random
from signal import SIGKILL

import psutil

from rpa.clock import Clock
from rpa.states import ItemState
from tests.acceptance.soak.installation import Installation
from tests.acceptance.survival.running import RunningWorker

FAULTS = (
    "error_500", "error_503", "expired_session", "half_reply", "reset_after", "reset_before", "saved_but_error",
    "sign_in_page", "slow", "success_but_not_saved",
)  # fmt: skip


class Trouble:
    """Makes trouble of all kinds, by chance. The first worker's supervisor is spared: it is the one to grow old."""

    def __init__(self, office: Installation, random: Random) -> None:
        self.kills: list[str] = []
        self.faults: list[str] = []
        self._office = office
        self._random = random

    def fault(self) -> None:
        """Let the clinic go wrong once or twice."""
        chosen = self._random.choice(FAULTS)
        self._office.clinic.faults.clear()
        self._office.clinic.faults.set(chosen, path="/patients/*", times=self._random.choice((1, 2)))
        self.faults.append(chosen)

    def outage(self, clock: Clock, seconds: float) -> None:
        """Let the clinic answer nothing but errors for so long."""
        self._office.clinic.faults.clear()
        self._office.clinic.faults.set("error_503", path="/patients*")
        clock.sleep(seconds)
        self._office.clinic.faults.clear()
        self.faults.append("outage")

    def kill(self, workers: Sequence[RunningWorker]) -> None:
        """Kill a slot, or the browser of one, or what draws a page of it."""
        worker = self._random.choice(workers)
        ways: dict[str, Callable[[], Sequence[psutil.Process]]] = {
            "slot": worker.slots, "browser": worker.browsers, "renderer": worker.renderers,
        }  # fmt: skip
        way = self._random.choice(sorted(ways))
        victims = ways[way]()
        # An item that is hit for the third time would rightly go to a person.
        if victims and not any(one.crashes for one in self._office.items(ItemState.RUNNING)):
            with suppress(psutil.Error):
                self._random.choice(victims).send_signal(SIGKILL)
                self.kills.append(way)
