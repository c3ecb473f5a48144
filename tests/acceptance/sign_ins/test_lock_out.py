"""Two workers of two slots each, and a clinic that counts: a wrong password never comes near to locking the account."""

from typing import Any

import orjson
import pytest
from sqlalchemy import select

from rpa.db.tables import event
from rpa.desk import Desk
from rpa.states import ItemState
from tests.acceptance.sign_ins.conftest import SHORT_SESSION, Office, Open
from tests.acceptance.survival.running import wait_for

SLOTS = 4

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def test_wrong_password_is_tried_once_and_every_item_waits_without_an_attempt(office: Office) -> None:
    office.keep("wrong")
    office.submit(12)

    office.work()
    office.work()

    assert office.tries == 1
    assert {(one.state, one.attempts, one.crashes) for one in office.items()} == {(ItemState.PENDING, 0, 0)}
    with office.desk() as desk, desk.database.reading() as connection:
        (state,) = desk.gates.states(connection)
    assert "practice-pas refused the sign-in clinic, version" in str(state.why_not)
    assert "Traceback" not in office.printed


def test_password_that_is_corrected_while_a_worker_runs_is_taken_when_the_system_is_resumed(office: Office) -> None:
    office.keep("wrong")
    office.submit(6)
    worker = office.start(until_idle=False)
    wait_for(lambda: office.tries == 1 and paused(office))

    office.keep(office.clinic.password, "version = 2")
    office.resume()

    wait_for(lambda: office.outcomes() == {("completed", "looked up")})
    assert worker.stop() == 0
    assert office.tries <= 1 + 2


def test_wrong_password_that_is_resumed_again_and_again_is_tried_twice(office: Office) -> None:
    office.keep("wrong")
    office.submit(8)

    for _ in range(3):
        office.work()
        office.resume()

    assert office.tries == 2
    assert {(one.state, one.attempts) for one in office.items()} == {(ItemState.PENDING, 0)}


def test_each_slot_signs_in_once_over_all_its_items_and_contexts(office: Office) -> None:
    office.keep(office.clinic.password, "version = 7")
    office.submit(24)

    office.work()

    assert office.outcomes() == {("completed", "looked up")}
    assert 1 <= office.tries <= SLOTS
    with office.desk() as desk:
        told = signed_in(desk)
    assert len(told) == office.tries == len({who for who, _ in told})
    assert {(facts["credential"], facts["version"]) for _, facts in told} == {("clinic", "7")}


def test_session_that_the_system_ends_is_signed_in_again(open_office: Open) -> None:
    office = open_office(session=SHORT_SESSION)
    office.keep(office.clinic.password)
    office.submit(10)

    office.work(workers=1)

    assert office.outcomes() == {("completed", "looked up")}
    assert office.tries > 2


def test_slots_share_a_second_factor_and_no_code_is_used_twice(open_office: Open) -> None:
    office = open_office(second_factor=True)
    office.keep(office.clinic.password, f"totp = {office.clinic.totp}")
    office.submit(12)

    office.work()

    assert office.outcomes() == {("completed", "looked up")}
    assert 1 <= office.tries <= SLOTS


def paused(office: Office) -> bool:
    with office.desk() as desk, desk.database.reading() as connection:
        return desk.gates.states(connection)[0].why_not is not None


def signed_in(desk: Desk) -> list[tuple[str, dict[str, Any]]]:
    """Return who signed in, and what the record says of it."""
    wanted = select(event.c.body).where(event.c.name == "session.signed_in")
    with desk.database.reading() as connection:
        bodies = [orjson.loads(bytes(body)) for body in connection.execute(wanted).scalars()]
    return [(body["origin"]["worker"], body["facts"]) for body in bodies]
