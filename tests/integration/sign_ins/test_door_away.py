"""The database goes away while a slot signs in: how the try ended is not forgotten, and none is counted for that."""

from typing import cast

import pytest
from sqlalchemy.exc import OperationalError

from rpa.db import Database
from rpa.exceptions import SignInHeld, SystemException
from rpa.sign_ins import Door
from tests.conftest import HandClock
from tests.integration.sign_ins.conftest import GONE, REFUSED, Fleeting, Office

OFTEN = 9


@pytest.fixture(params=[False, True], ids=["nothing kept", "answer lost"])
def fleeting(request: pytest.FixtureRequest, database: Database) -> Fleeting:
    made = Fleeting(database)
    made.keeps = request.param
    return made


@pytest.fixture
def door(office: Office, fleeting: Fleeting) -> Door:
    return Door(office.sign_ins(database=cast(Database, fleeting)), "pas", "pas")


def test_sign_in_that_could_not_be_written_down_is_not_one_that_was_cut_off(
    office: Office, door: Door, fleeting: Fleeting
) -> None:
    for _ in range(OFTEN):
        with pytest.raises(OperationalError), door.trying() as credential:
            office.passwords.append(credential.password)
            fleeting.is_away = True
        fleeting.is_away = False

    office.try_it(door)

    assert len(office.passwords) == OFTEN + 1
    assert office.why_closed() is None
    assert len(office.told("session.signed_in")) == OFTEN + 1


def test_try_that_could_not_be_booked_was_never_made(office: Office, door: Door, fleeting: Fleeting) -> None:
    for _ in range(OFTEN):
        with pytest.raises(OperationalError), door.trying() as credential:
            fleeting.is_away = True
            _ = credential.password
        fleeting.is_away = False

    office.try_it(door)

    assert office.passwords == ["first"]
    assert office.why_closed() is None


def test_refusal_that_could_not_be_written_down_is_written_before_the_next_try(
    office: Office, door: Door, fleeting: Fleeting
) -> None:
    with pytest.raises(OperationalError), door.trying() as credential:
        office.passwords.append(credential.password)
        fleeting.is_away = True
        raise REFUSED
    fleeting.is_away = False

    with pytest.raises(SignInHeld), door.trying():
        raise AssertionError("not even the page is opened")

    assert office.passwords == ["first"]
    assert "refused the sign-in" in str(office.why_closed())
    assert len(office.told("sign_in.refused")) == 1


def test_pause_for_too_many_tries_that_could_not_be_written_down_is_not_made_when_their_hour_is_over(
    office: Office, door: Door, fleeting: Fleeting, clock: HandClock
) -> None:
    fleeting.keeps = False
    for _ in range(3):
        with pytest.raises(SystemException):
            office.try_it(door, ending=GONE)
    with pytest.raises(OperationalError), door.trying() as credential:
        fleeting.after = 1  # the booking is answered, the pause that follows from it is not
        _ = credential.password
    fleeting.after, fleeting.is_away = None, False
    clock.pass_by(minutes=61)

    office.try_it(door)

    assert office.why_closed() is None
