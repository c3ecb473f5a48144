"""Of many workers one does a duty."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from rpa.db import Database
from rpa.duties import Rota
from tests.conftest import HandClock

MINUTE = timedelta(minutes=1)


def test_duty_is_taken_by_one_and_again_when_it_is_due(database: Database, clock: HandClock) -> None:
    rota = Rota(database, clock)

    taken = [rota.take("check", hold=MINUTE), rota.take("check", hold=MINUTE)]
    clock.pass_by(seconds=61)
    taken.append(rota.take("check", hold=MINUTE))

    assert taken == ["", None, ""]


def test_next_one_goes_on_where_the_last_one_came_to(database: Database, clock: HandClock) -> None:
    rota = Rota(database, clock)
    rota.take("check", hold=MINUTE)

    rota.done("check", again_in=timedelta(), reached="job-7")

    assert rota.take("check", hold=MINUTE) == "job-7"


def test_one_who_dies_leaves_the_duty_when_its_hold_ends(database: Database, clock: HandClock) -> None:
    rota = Rota(database, clock)
    rota.take("check", hold=MINUTE)
    rota.done("check", again_in=timedelta(), reached="job-7")
    rota.take("check", hold=MINUTE)

    clock.pass_by(seconds=61)

    assert rota.take("check", hold=MINUTE) == "job-7"


def test_of_many_at_the_same_moment_one_takes_it(database: Database, clock: HandClock) -> None:
    def take() -> str | None:
        own = Database(database.url)
        taken = Rota(own, clock).take("check", hold=MINUTE)
        own.close()
        return taken

    with ThreadPoolExecutor(6) as pool:
        taken = [one.result(60) for one in [pool.submit(take) for _ in range(6)]]

    assert sorted(map(str, taken)) == ["", *["None"] * 5]
