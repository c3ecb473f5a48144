"""`kill -9` of the whole worker while it puts a job back: the next one goes on, and nothing is written twice."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from rpa.audit import verify
from rpa.connectors.browser import Browser
from rpa.demo.clinic import Clinic
from rpa.states import EffectState
from tests.acceptance.bot.conftest import bot_of
from tests.acceptance.reverse.conftest import Stage, let_in
from tests.acceptance.reverse.test_put_back import DISCHARGE, lingering
from tests.acceptance.survival.office import Office
from tests.acceptance.survival.running import KILLED


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Clinic(tmp_path / "clinic") as clinic:
        (tmp_path / "office").mkdir()
        opened = Office(tmp_path / "office", clinic, workflows="workflows")
        yield opened
        opened.close()


@pytest.mark.timeout(600)
def test_worker_killed_while_it_puts_a_job_back_leaves_nothing_behind(
    office: Office, browser: Browser, tmp_path: Path
) -> None:
    with office.desk() as desk:
        stage = Stage(office.clinic, bot_of(office.clinic, browser), desk, tmp_path, let_in(desk))
        before = stage.tables()
        done = stage.apply_first(stage.plan(DISCHARGE, lingering(stage)))
        plan = stage.plan_reversal(done)
        back = stage.approved(plan)

    killed = office.work_fated("worker@written:2")
    ended = office.work()

    with office.desk() as desk:
        left = desk.views.effects(back)
        saves = Counter(row.reference for row in office.clinic.writes() if row.what == "reopened referral")
        assert (killed, ended) == (KILLED, 0), office.printed
        assert [one.state for one in left].count(EffectState.CONFIRMED) == 1
        assert stage.tables() == before
        assert set(saves.values()) == {3} and len(saves) == 5  # each once: three fields of one save
        assert verify(desk.database).clean
