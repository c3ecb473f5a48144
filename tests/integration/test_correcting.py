"""A failed row is corrected by a person and done again, once, whoever else is at it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from rpa.answers import certificate_of
from rpa.audit import Trail
from rpa.correcting import Refused, correct
from rpa.desk import Desk, open_desk
from rpa.exceptions import UsageError
from rpa.models import Actor, ActorKind, Job
from rpa.results import write_results
from rpa.settings import load_settings
from rpa.states import ItemState
from tests.conftest import HandClock
from tests.integration.cli.office import Office, make_office

CLERK, OTHER = Actor(ActorKind.PERSON, "Jo Clerk"), Actor(ActorKind.PERSON, "Aoife Byrne")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return make_office(tmp_path)


@pytest.fixture
def desk(office: Office, clock: HandClock, database_url: str) -> Iterator[Desk]:
    """An office whose job of three rows has two that failed: the items 2 and 3."""
    with closing(open_desk(load_settings(office.data, database_url=database_url), clock)) as opened:
        opened.submit("tidy", [str(office.list("fine", "nobody", "nobody"))], by=CLERK)
        work(opened)
        yield opened


def work(desk: Desk) -> None:
    crew = desk.crew()
    with closing(crew):
        desk.worker(crew).run_alone(desk.me, until=desk.nothing_waits)


def sent(made: Job | Refused) -> Job:
    assert isinstance(made, Job)
    return made


def test_a_corrected_row_is_the_same_item_and_is_done(desk: Desk) -> None:
    job = sent(correct(desk, 2, {"fate": "fine"}, by=CLERK))
    work(desk)

    assert (job.parent_id, job.requested_by, job.rows_in) == (1, "Jo Clerk", 1)
    assert desk.views.item(2).state is ItemState.COMPLETED
    assert desk.views.item(2).data["fate"] == "fine"
    assert desk.views.totals(1).completed == 2


def test_what_was_corrected_is_recorded_from_what_to_what(desk: Desk) -> None:
    correct(desk, 2, {"fate": "fine"}, by=CLERK)

    told = Trail(desk.database).of_run("job-1", names=["item.corrected"])[-1]
    assert (told.actor.name, told.item_id, told.facts) == ("Jo Clerk", 2, {"job": 2, "fields": ["fate"]})
    assert told.payload == {"before": {"fate": "nobody"}, "after": {"fate": "fine"}}


def test_what_is_wrong_is_told_by_field_and_nothing_is_sent(desk: Desk) -> None:
    refused = correct(desk, 2, {"nhs_number": "1234567890"}, by=CLERK)

    assert isinstance(refused, Refused)
    assert list(refused.wrong) == ["nhs_number"]
    assert "1234567890" not in refused.wrong["nhs_number"]
    assert [one.id for one in desk.views.jobs()] == [1]
    assert desk.views.item(2).state is ItemState.FAILED


def test_another_key_is_a_new_item_and_the_old_one_gives_way(desk: Desk, office: Office) -> None:
    job = sent(correct(desk, 2, {"nhs_number": office.numbers[9], "fate": "fine"}, by=CLERK))
    work(desk)

    (made,) = desk.views.items(job.id)
    assert (made.key, made.state) == (office.numbers[9], ItemState.COMPLETED)
    assert desk.views.item(2).state is ItemState.CANCELLED
    assert desk.views.totals(1).balance


@pytest.mark.parametrize("is_same_key", [True, False])
def test_a_certificate_agrees_with_the_record_after_a_row_was_corrected(
    desk: Desk, office: Office, is_same_key: bool
) -> None:
    other = {} if is_same_key else {"nhs_number": office.numbers[9]}
    sent(correct(desk, 2, {"fate": "fine", **other}, by=CLERK))
    waiting = certificate_of(desk, 1).broken
    work(desk)

    assert [waiting, certificate_of(desk, 1).broken, certificate_of(desk, 2).broken] == [None, None, None]


def test_a_key_that_another_row_has_in_hand_is_told_and_nothing_is_changed(desk: Desk, office: Office) -> None:
    (office.folder / "more.csv").write_text(f"NHS number,Fate,Priority\n{office.numbers[9]},fine,Routine\n")
    desk.submit("tidy", [str(office.folder / "more.csv")], by=OTHER)

    with pytest.raises(UsageError, match="another row has this case in hand already"):
        correct(desk, 2, {"nhs_number": office.numbers[9]}, by=CLERK)
    assert desk.views.item(2).state is ItemState.FAILED
    assert len(desk.views.jobs()) == 2


def test_a_second_click_makes_no_second_job(desk: Desk) -> None:
    correct(desk, 2, {"fate": "fine"}, by=CLERK)

    with pytest.raises(UsageError, match="seen to this row meanwhile"):
        correct(desk, 2, {"fate": "fine"}, by=CLERK)
    assert len(desk.views.jobs()) == 2


@pytest.mark.parametrize("field", ["fate", "nhs_number"])
def test_of_two_who_correct_at_once_one_is_told_and_it_is_done_once(desk: Desk, office: Office, field: str) -> None:
    given = {"fate": ("fine", "bug"), "nhs_number": (office.numbers[8], office.numbers[9])}[field]

    def try_it(who: Actor, value: str) -> object:
        try:
            return correct(desk, 2, {field: value}, by=who)
        except UsageError as error:
            return str(error)
        finally:
            desk.database.close_thread()

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(try_it, (CLERK, OTHER), given))

    assert sum(isinstance(one, Job) for one in found) == 1
    assert len(desk.views.jobs()) == 2
    assert len(Trail(desk.database).of_run("job-1", names=["item.corrected"])) == 1


def test_a_row_that_was_seen_to_is_not_corrected(desk: Desk) -> None:
    desk.queue.cancel([2], by=OTHER, why="by hand")

    with pytest.raises(UsageError, match="seen to this row meanwhile"):
        correct(desk, 2, {"fate": "fine"}, by=CLERK)


def test_the_results_of_a_correction_can_be_fetched(desk: Desk, tmp_path: Path) -> None:
    job = sent(correct(desk, 2, {"fate": "fine"}, by=CLERK))
    work(desk)

    write_results(desk, job.id, tmp_path / "results.xlsx")

    assert (tmp_path / "results.xlsx").is_file()
