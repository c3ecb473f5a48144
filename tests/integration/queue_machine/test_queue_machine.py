"""The queue, driven at random on both databases, does what a simple model says."""

from typing import Any

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from rpa.db import Database
from tests.integration.queue_machine.attempts import Attempts
from tests.integration.queue_machine.crashes import Crashes
from tests.integration.queue_machine.decisions import Decisions
from tests.integration.queue_machine.writes import Writes

EXAMPLES, STEPS = 40, 50


class QueueMachine(Attempts, Writes, Crashes, Decisions):
    """All that may happen to a queue."""


def test_queue_does_what_the_model_says_whatever_happens_in_whatever_order(database: Database) -> None:
    often = settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, print_blob=True)

    made: Any = lambda: QueueMachine(database)  # noqa: E731 - whatever makes one will do, whatever its type says
    run_state_machine_as_test(made, settings=often)
