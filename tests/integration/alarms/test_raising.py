"""An alarm is stored with the fact it tells of, and one that waits is counted up."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from rpa.alarms import AlarmKind, raise_alarm
from rpa.db import Database
from tests.integration.alarms.conftest import Office


def test_alarm_that_waits_is_counted_up_and_tells_the_latest(office: Office) -> None:
    office.raised("12", said="Two items.")

    office.raised("12", said="Three items.")

    (one,) = office.alarms
    assert (one.count, one.text, one.state) == (2, "Three items.", "waits")


def test_alarm_is_not_there_when_its_fact_is_not(office: Office) -> None:
    with pytest.raises(ZeroDivisionError), office.database.transaction() as connection:
        raise_alarm(connection, AlarmKind.NEEDS_PERSON, subject="12", said="Look.", now=office.clock.now())
        raise ZeroDivisionError

    assert not office.alarms


def test_facts_that_raise_the_same_alarm_at_the_same_moment_all_come_true(office: Office) -> None:
    together = Barrier(4)

    def one() -> None:
        database = Database(office.database.url)
        with database.transaction() as connection:
            if office.database.kind == "postgresql":  # on SQLite only one can be in a transaction
                together.wait(30)
            raise_alarm(connection, AlarmKind.BREAKER_OPENED, subject="pas", said="Look.", now=office.clock.now())
        database.close()

    with ThreadPoolExecutor(4) as pool:
        for ended in [pool.submit(one) for _ in range(4)]:
            ended.result(60)

    assert [alarm.count for alarm in office.alarms] == [4]
