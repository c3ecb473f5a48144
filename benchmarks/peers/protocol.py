"""What each contestant is asked on its command line; it answers with one line of JSON."""

import json
import sys
import time
from collections.abc import Sequence
from random import Random
from typing import Protocol

GAPS = (0.15, 0.6)
"""Seconds between two single items, at random: no worker may be in step with them."""


class Contestant(Protocol):
    """One engine as its own documentation recommends it. Tasks are `nothing` and `effect`, items are numbers."""

    def submit(self, task: str, numbers: Sequence[str]) -> None:
        """Submit items, in bulk if there is a way; they are on the disk when it returns."""

    def work(self) -> None:
        """Be a worker of one item at a time until killed."""

    def step_in(self) -> None:
        """Do what a person has to do for items whose worker was killed; nothing, where nothing helps."""


def answer(contestant: Contestant) -> None:
    """Do what the command line asks."""
    asked, *arguments = sys.argv[1:]
    match asked:
        case "submit":
            _say(seconds=_submit(contestant, arguments[0], int(arguments[1])))
        case "ping":
            _say(submitted=_ping(contestant, int(arguments[0])))
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


def _say(**answers: object) -> None:
    print(json.dumps(answers), flush=True)
