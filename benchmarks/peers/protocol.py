"""What each contestant is asked on its command line; it answers with one line of JSON."""

import json
import sys
import time
from collections.abc import Sequence
from itertools import pairwise
from random import Random

GAPS = (0.15, 0.6)
"""Seconds between two single items, at random: no worker may be in step with them."""


class Contestant:
    """One engine as its own documentation recommends it. Tasks are `nothing` and `effect`, items are numbers."""

    def submit(self, task: str, numbers: Sequence[str]) -> None:
        """Submit items, in bulk if there is a way; they are on the disk when it returns. No items: only get ready."""
        raise NotImplementedError

    def work(self) -> None:
        """Be a worker of one item at a time until killed."""
        raise NotImplementedError

    def left(self) -> bool:
        """Say whether items have begun that have not ended; asked only where many begin at once."""
        return False

    def fill(self, number: int) -> None:
        """Make so many items wait, in whatever way is quickest: how they came there is not measured."""

    def claim(self) -> object:
        """Take one item as a worker would, and return it; nothing, where there is no such thing."""
        return None

    def step_in(self) -> None:
        """Do what a person has to do for items whose worker was killed; nothing, where nothing helps or is needed."""


def answer(contestant: Contestant) -> None:
    """Do what the command line asks."""
    asked, *arguments = sys.argv[1:]
    match asked:
        case "submit":
            _say(seconds=_submit(contestant, arguments[0], int(arguments[1])))
        case "ping":
            _say(submitted=_ping(contestant, int(arguments[0])))
        case "fill":
            contestant.submit("nothing", [])
            contestant.fill(int(arguments[0]))
            _say()
        case "claims":
            _say(seconds=_claims(contestant, int(arguments[0])))
        case "ended":
            _say(at=_ended(contestant))
        case "step-in":
            contestant.step_in()
            _say()
        case "work":
            contestant.work()


def _submit(contestant: Contestant, task: str, number: int) -> float:
    numbers = [str(one) for one in range(number)]
    contestant.submit(task, numbers[:0])  # connects, and makes the tables
    began = time.monotonic()
    contestant.submit(task, numbers)
    return time.monotonic() - began


def _ping(contestant: Contestant, number: int) -> list[float]:
    """Submit items one by one, and return when each was stored."""
    gaps, submitted = Random(number), []  # noqa: S311 - spreads the items, keeps no secret
    contestant.submit("nothing", [])
    for one in range(number):
        time.sleep(gaps.uniform(*GAPS))
        contestant.submit("nothing", [f"ping {one}"])
        submitted.append(time.monotonic())
    return submitted


def _ended(contestant: Contestant) -> float:
    """Wait until nothing is left, and return when that was seen."""
    contestant.submit("nothing", [])
    while contestant.left():
        time.sleep(0.02)
    return time.monotonic()


def _claims(contestant: Contestant, number: int) -> list[float]:
    """Claim items one after another, and return how long each took."""
    contestant.submit("nothing", [])
    times = [time.monotonic()]
    for _ in range(number):
        assert contestant.claim() is not None, "an item waits"
        times.append(time.monotonic())
    return [after - before for before, after in pairwise(times)]


def _say(**answers: object) -> None:
    print(json.dumps(answers), flush=True)
