"""What a database that was away for a moment leaves open: a commit that was made, whose answer was lost."""

from sqlalchemy import select

from rpa.db.tables import event
from rpa.journal import WORTH_A_COMMIT
from rpa.models import Ending, KeptStep
from rpa.states import ItemState
from tests.integration.conftest import Bench

AWAY = "the database was away"


def test_step_whose_keeping_was_not_answered_is_kept_and_told_once(bench: Bench) -> None:
    bench.submit("a")
    claim, step = bench.claim(), KeptStep("look", 1, {"result": 1}, 2 * WORTH_A_COMMIT)
    bench.journal(claim).keep_step(step)

    bench.finish(claim, Ending(ItemState.PENDING, given_back=AWAY, steps=(step,)))

    assert bench.state(claim.item_id) == ItemState.PENDING
    with bench.database.reading() as connection:
        told = connection.execute(select(event.c.name).where(event.c.name == "step.completed")).all()
    assert len(told) == 1
    assert bench.journal(bench.claim()).steps() == {("look", 1): {"result": 1}}
