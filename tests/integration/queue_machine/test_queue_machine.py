"""The queue, driven at random on both databases, does what a simple model says."""

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from rpa.db import Database
from tests.integration.queue_machine.attempts import Attempts
from tests.integration.queue_machine.crashes import Crashes
from tests.integration.queue_machine.decisions import Decisions

EXAMPLES, STEPS = 150, 50


@pytest.mark.slow
@pytest.mark.timeout(1200)  # Hypothesis takes five minutes to make a failing example smaller
def test_queue_does_what_the_model_says_whatever_happens_in_whatever_order(database: Database) -> None:
    class QueueMachine(Attempts, Crashes, Decisions):
        def __init__(self) -> None:
            super().__init__(database)

    often = settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, print_blob=True)
    run_state_machine_as_test(QueueMachine, settings=often)
