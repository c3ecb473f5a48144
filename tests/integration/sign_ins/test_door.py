"""No worker tries a refused sign-in again, one at a time tries what never worked, and the account is never locked."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier, Lock

import pytest
from sqlalchemy import inspect, text

from rpa.audit import verify
from rpa.clock import SystemClock
from rpa.db import Database
from rpa.exceptions import NotFoundError, SignInHeld, SystemException
from rpa.secrets import Credential
from rpa.sign_ins import Door
from tests.conftest import HandClock
from tests.integration.conftest import PERSON
from tests.integration.sign_ins.conftest import GONE, REFUSED, Interrupted, Office

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MANY = 6


def refuse(office: Office, worker_id: str = "w1") -> None:
    with pytest.raises(SignInHeld):
        office.try_it(office.door(worker_id), ending=REFUSED)


def test_sign_in_is_told_in_the_record_by_name_and_version(office: Office, database: Database) -> None:
    office.try_it(office.door())

    (told,) = office.told()

    facts = {"system": "pas", "credential": "pas", "version": "1", "found_in": f"file {office.folder / 'pas'}"}
    assert told == ("session.signed_in", facts)
    assert verify(database).clean


def test_refused_sign_in_pauses_the_system_and_tells_people(office: Office) -> None:
    with pytest.raises(SignInHeld) as caught:
        office.try_it(office.door(), ending=REFUSED)

    assert caught.value.code == "SIGN_IN_REFUSED" and caught.value.until is None
    assert str(office.why_closed()).startswith(
        "paused by rpa since Mon 23 Nov 09:00: pas refused the sign-in pas, version 1"
    )
    assert [name for name, _ in office.told()] == ["system.paused", "sign_in.refused"]
    (alarm,) = office.alarms()
    assert (alarm.kind, alarm.subject) == ("sign_in_refused", "pas")
    assert "rpa resume pas" in alarm.text


def test_refused_sign_in_is_tried_again_by_no_worker(office: Office) -> None:
    refuse(office)

    for worker_id in ("w1", "w2", "w3"):
        with pytest.raises(SignInHeld), office.door(worker_id).trying():
            raise AssertionError("not even the page is opened")

    assert office.passwords == ["first"]


def test_changed_password_is_a_new_sign_in(office: Office) -> None:
    refuse(office)

    office.keep("second", "version = 2")
    office.try_it(office.door())

    assert office.passwords == ["first", "second"]
    assert office.told("session.signed_in")[0][1]["version"] == "2"


def test_door_that_is_kept_takes_the_credential_as_it_is_now(office: Office) -> None:
    door = office.door()
    office.try_it(door)

    office.keep("second", "version = 2")
    office.try_it(door)

    assert office.passwords == ["first", "second"]
    assert [facts["version"] for _, facts in office.told("session.signed_in")] == ["1", "2"]


def test_person_who_resumes_the_system_lets_the_same_be_tried_again(office: Office) -> None:
    refuse(office)

    office.resume()
    office.try_it(office.door("w2"))

    assert office.passwords == ["first", "first"]
    assert office.why_closed() is None


def test_refusal_that_a_person_clears_in_the_moment_it_is_met_pauses_nothing(office: Office) -> None:
    refuse(office)
    late = office.sign_ins("w2", database=Interrupted(office.database, after=1, by=office.resume))

    with pytest.raises(SignInHeld) as caught, Door(late, "pas", "pas").trying():
        raise AssertionError("not even the page is opened")

    assert office.why_closed() is None
    assert caught.value.until is not None


def test_refusal_that_is_met_when_the_password_is_asked_for_and_cleared_then_pauses_nothing(office: Office) -> None:
    late = office.sign_ins("w2", database=Interrupted(office.database, after=2, by=office.resume))

    with pytest.raises(SignInHeld) as caught, Door(late, "pas", "pas").trying() as credential:
        refuse(office)
        office.passwords.append(credential.password)

    assert office.passwords == ["first"]
    assert office.why_closed() is None
    assert caught.value.until is not None


def test_two_refused_tries_within_an_hour_are_the_most_whatever_is_resumed_or_changed(office: Office) -> None:
    refuse(office)
    office.resume()
    office.keep("second")
    refuse(office)
    office.resume()
    office.keep("third")

    with pytest.raises(SignInHeld, match="There is none before 10:00 on 23 November 2026"):
        office.try_it(office.door("w2"))

    assert office.passwords == ["first", "second"]
    assert "none before 10:00" in str(office.why_closed())


def test_after_an_hour_there_may_be_another_try(office: Office, clock: HandClock) -> None:
    for password in ("first", "second"):
        office.keep(password)
        refuse(office)
        office.resume()
    office.keep("third")

    clock.pass_by(minutes=61)
    office.try_it(office.door())

    assert office.passwords == ["first", "second", "third"]


def test_refused_password_stays_refused_for_longer_than_the_hour(office: Office, clock: HandClock) -> None:
    refuse(office)

    clock.pass_by(days=3)

    with pytest.raises(SignInHeld):
        office.try_it(office.door())
    assert office.passwords == ["first"]


def test_pause_of_a_person_is_not_written_over(office: Office) -> None:
    office.do(lambda connection: office.gates.pause(connection, "pas", by=PERSON, why="upgrade"))

    refuse(office)

    assert "paused by A. Clerk" in str(office.why_closed())
    assert office.told("sign_in.refused") and office.alarms()


def test_fault_before_the_password_was_handed_out_is_no_try(office: Office) -> None:
    door = office.door()

    for _ in range(9):
        with pytest.raises(SystemException), door.trying():
            raise GONE
    office.try_it(door)

    assert office.passwords == ["first"]


def test_tries_that_are_cut_off_after_the_password_was_handed_out_are_few(office: Office) -> None:
    door = office.door()
    for _ in range(3):
        with pytest.raises(SystemException, match="nobody answers"):
            office.try_it(door, ending=GONE)

    with pytest.raises(SignInHeld, match="refused or cut off"):
        office.try_it(door)

    assert office.passwords == ["first"] * 3


def test_what_has_signed_in_before_may_be_cut_off_any_number_of_times(office: Office) -> None:
    door = office.door()
    office.try_it(door)

    for _ in range(9):
        with pytest.raises(SystemException, match="nobody answers"):
            office.try_it(door, ending=GONE)
    office.try_it(door)

    assert len(office.passwords) == 11


def test_first_try_of_a_dead_worker_counts_as_cut_off(office: Office) -> None:
    for worker_id in ("w1", "w2", "w3"):
        office.start(worker_id)
        die_trying(office, worker_id)
        office.bury(worker_id)

    with pytest.raises(SignInHeld, match="refused or cut off"):
        office.try_it(office.door("w4"))

    assert len(office.passwords) == 3


def test_workers_that_die_while_they_try_what_has_signed_in_before_hinder_nobody(office: Office) -> None:
    office.try_it(office.door())
    for number in range(9):
        office.start(f"dying-{number}")
        die_trying(office, f"dying-{number}")
        office.bury(f"dying-{number}")

    office.try_it(office.door("w2"))

    assert len(office.passwords) == 11


def die_trying(office: Office, worker_id: str) -> None:
    """Hand out the password, and never come back."""
    office.left.append(trying := office.door(worker_id).trying())
    office.passwords.append(trying.__enter__().password)


def test_while_one_tries_what_never_worked_others_wait_and_then_give_their_items_back(
    office: Office, clock: HandClock
) -> None:
    with office.door("w1").trying() as first:
        _ = first.password
        before = clock.now()

        with pytest.raises(SignInHeld) as caught, office.door("w2").trying() as second:
            _ = second.password

        waited = (clock.now() - before).total_seconds()

    assert 19 < waited < 22
    assert caught.value.until is not None and caught.value.until > clock.now()
    assert office.why_closed() is None


def test_what_was_corrected_while_it_was_tried_is_refused_and_pauses_nothing(office: Office) -> None:
    with pytest.raises(SignInHeld) as caught, office.door().trying() as credential:
        _ = credential.password
        office.keep("second")
        raise REFUSED
    office.try_it(office.door())

    assert caught.value.until is not None and office.why_closed() is None
    assert office.told("sign_in.refused") and office.told("session.signed_in")


def test_who_waits_with_what_was_corrected_meanwhile_gives_its_item_back_at_once(
    office: Office, clock: HandClock
) -> None:
    with office.door("w1").trying() as first:
        _ = first.password

        with pytest.raises(SignInHeld) as caught, office.door("w2").trying() as second:
            office.keep("second")
            _ = second.password

    assert clock.slept == [] and caught.value.until is not None and caught.value.until < clock.now()
    assert office.why_closed() is None


def test_what_was_corrected_before_it_was_tried_is_not_tried_any_more(office: Office) -> None:
    with pytest.raises(SignInHeld), office.door().trying() as credential:
        office.keep("second")
        office.passwords.append(credential.password)

    office.try_it(office.door())

    assert office.passwords == ["second"]
    assert office.why_closed() is None


def test_slot_whose_try_ended_while_the_database_was_away_tries_again_at_once(office: Office, clock: HandClock) -> None:
    die_trying(office, "w1")  # as far as the database knows

    office.try_it(office.door("w1"))

    assert office.passwords == ["first", "first"]
    assert clock.slept == []


def test_no_more_than_two_try_at_once_what_has_signed_in_before(office: Office) -> None:
    office.try_it(office.door())
    with ExitStack() as trying:
        for worker_id in ("w1", "w2"):
            _ = trying.enter_context(office.door(worker_id).trying()).password

        with pytest.raises(SignInHeld), office.door("w3").trying() as third:
            _ = third.password

    assert office.why_closed() is None


def test_many_workers_that_begin_at_once_with_a_wrong_password_try_it_once(office: Office) -> None:
    held = at_once(office, lambda credential, _: fail_with(credential, office))

    assert held == MANY
    assert len(office.passwords) == 1


def test_many_workers_that_begin_at_once_with_the_right_password_all_sign_in(office: Office) -> None:
    trying, most, lock = set[int](), list[int](), Lock()

    def sign_in(credential: Credential, number: int) -> None:
        _ = credential.password
        with lock:
            trying.add(number)
            most.append(len(trying))
        with lock:
            trying.discard(number)

    held = at_once(office, sign_in)

    assert held == 0
    assert len(office.told("session.signed_in")) == MANY
    assert max(most) <= 2


def test_password_that_stops_working_for_many_at_once_is_refused_twice_at_most(office: Office) -> None:
    office.try_it(office.door())
    office.passwords.clear()

    at_once(office, lambda credential, _: fail_with(credential, office))

    assert 1 <= len(office.passwords) <= 2


def at_once(office: Office, sign_in: Callable[[Credential, int], None]) -> int:
    """Let many slots try at the same moment, with real waiting; return how many were held back for good."""
    start = Barrier(MANY)

    def one(number: int) -> bool:
        door = office.door(f"w{number}", waits_by=SystemClock())
        start.wait()
        try:
            return is_held_back(door, lambda credential: sign_in(credential, number))
        finally:
            office.database.close_thread()

    with ThreadPoolExecutor(MANY) as pool:
        return sum(pool.map(one, range(MANY)))


def is_held_back(door: Door, sign_in: Callable[[Credential], None]) -> bool:
    while True:
        try:
            with door.trying() as credential:
                sign_in(credential)
        except SignInHeld as held:
            if held.until is None:
                return True
        else:
            return False


def fail_with(credential: Credential, office: Office) -> None:
    office.passwords.append(credential.password)
    raise SystemException("the password is wrong", "SIGN_IN_REFUSED")


def test_no_two_slots_use_the_code_of_one_period(office: Office, clock: HandClock) -> None:
    office.keep("first", f"totp = {SECRET}")
    codes = []

    for worker_id in ("w1", "w2", "w3"):
        with office.door(worker_id).trying() as credential:
            codes.append(credential.one_time_code())

    assert len(set(codes)) == 3
    assert len(clock.slept) == 2


def test_sign_in_refused_after_a_code_names_the_clock_to_people(office: Office) -> None:
    office.keep("first", f"totp = {SECRET}")

    with pytest.raises(SignInHeld), office.door().trying() as credential:
        credential.one_time_code()
        raise REFUSED

    assert "machine's clock showed 09:00:00 UTC" in office.alarms()[0].text


def test_missing_credential_is_said_and_nothing_is_written(office: Office) -> None:
    (office.folder / "pas").unlink()

    with pytest.raises(NotFoundError, match="no sign-in named 'pas'"), office.door().trying():
        pass

    assert office.told() == []


def test_no_table_holds_a_password_a_user_name_or_a_code(office: Office, database: Database) -> None:
    office.keep("canary-of-the-database", f"totp = {SECRET}")
    office.try_it(office.door())
    refuse(office)

    with database.reading() as connection:
        names = inspect(connection).get_table_names()
        rows = [str(connection.execute(text(f"SELECT * FROM {name}")).all()) for name in names]  # noqa: S608

    everything = "".join(rows)
    assert "sign_in.refused" in everything
    assert not [one for one in ("canary", SECRET, "'bot'") if one in everything]
