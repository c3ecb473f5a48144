"""`rpa submit`: how urgent a job is, when it may start, and when it must be done."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rpa.cli.exits import Exit
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office

WINTER = {"not_before": "2099-01-05 07:00", "deadline": "2099-01-06 12:00"}
SUMMER = {"not_before": "2099-07-06 07:00", "deadline": "2099-07-07 12:00"}


def test_job_says_how_it_stands_when_it_starts_and_when_it_must_be_done(rpa: Rpa, office: Office) -> None:
    sheet = office.list("fine")

    rpa("submit", "tidy", sheet, "--priority", "high", "--not-before", "2099-01-05 07:00",
        "--deadline", "2 working hours")  # fmt: skip

    shown, told = rpa("job", 1), rpa("job", 1, "--json").json
    assert "Its priority is high, it may start at Mon 5 Jan 2099, 07:00, it must be done by Mon 5 Jan 2099, 11:00." in (
        " ".join(shown.out.split())
    )
    assert told["priority"] == "high"
    assert told["deadline"] == "2099-01-05T11:00:00+00:00"


@pytest.mark.parametrize(("asked", "hour"), [(WINTER, 7), (SUMMER, 6)], ids=["winter", "summer"])
def test_times_are_those_of_the_clocks_on_the_wall(rpa: Rpa, office: Office, asked: dict[str, str], hour: int) -> None:
    rpa("submit", "tidy", office.list("fine"), "--not-before", asked["not_before"], "--deadline", asked["deadline"])

    told = rpa("job", 1, "--json").json

    assert datetime.fromisoformat(told["not_before"]).hour == hour
    assert datetime.fromisoformat(told["deadline"]).hour == hour + 5


def test_more_urgent_job_goes_first_whatever_waited_before_it(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine", "fine", name="low.csv"), "--priority", "low")
    others = replace(office, numbers=office.numbers[2:])
    rpa("submit", "tidy", others.list("fine", "fine", name="urgent.csv"), "--priority", "urgent")

    rpa("work", "--until-idle")

    low, urgent = (rpa("items", job_id, "--json").json for job_id in (1, 2))
    assert max(one["updated_at"] for one in urgent) < min(one["updated_at"] for one in low)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--not-before", "soon"), "expected a UK date or time such as 2026-12-01 07:00"),
        (("--deadline", "soon"), "expected working time such as"),
        (("--deadline", "2020-01-01"), "expected one after the job may start"),
        (("--deadline", "2098-01-01", "--not-before", "2099-01-01"), "expected one after the job may start"),
        (("--priority", "now"), "urgent"),
    ],
)
def test_time_or_priority_that_can_not_be_is_refused_and_nothing_is_stored(
    rpa: Rpa, office: Office, asked: tuple[str, ...], said: str
) -> None:
    refused = rpa("submit", "tidy", office.list("fine"), *asked)

    assert refused.code is Exit.USAGE
    assert said in " ".join(refused.err.split())
    assert rpa("jobs", "--json").out.strip() in ("", "[]")  # nothing at all where even the database was not made


def test_offset_of_a_time_is_believed(rpa: Rpa, office: Office) -> None:
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)

    rpa("submit", "tidy", office.list("fine"), "--not-before", at.isoformat())

    assert datetime.fromisoformat(rpa("job", 1, "--json").json["not_before"]) == at
