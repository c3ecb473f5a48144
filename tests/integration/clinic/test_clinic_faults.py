import time
from http.client import HTTPConnection, IncompleteRead, RemoteDisconnected
from urllib.parse import urlsplit

import pytest

from rpa.demo.clinic import FAULTS, Clinic, changes_between
from rpa.exceptions import UsageError
from tests.integration.clinic.visiting import Visitor

PAGE = "/patients/P100020/contact"
FORM = f"{PAGE}/edit"


def phone(clinic: Clinic) -> str | None:
    return clinic.snapshot()["patient"]["P100020"]["phone"]


def save(visitor: Visitor, number: str, seconds: float = 10) -> int:
    form = {"phone": number, "preferred_contact": "phone"}
    return visitor.ask("POST", FORM, form, seconds=seconds).status


@pytest.mark.parametrize(("fault", "status"), [("error_500", 500), ("error_503", 503)])
def test_an_error_comes_once_and_nothing_is_saved(clinic: Clinic, visitor: Visitor, fault: str, status: int) -> None:
    before = phone(clinic)
    clinic.faults.set(fault, path="/patients/*", times=1)

    statuses = [save(visitor, "01632 960201"), visitor.get(PAGE).status]

    assert statuses == [status, 200]
    assert phone(clinic) == before


def test_slow_comes_late_but_whole(clinic: Clinic, visitor: Visitor) -> None:
    clinic.faults.set("slow", path=PAGE, seconds=0.3)
    begun = time.monotonic()

    reply = visitor.get(PAGE)

    assert reply.status == 200
    assert time.monotonic() - begun >= 0.3


def test_an_expired_session_leads_to_the_sign_in_and_stays_expired(clinic: Clinic, visitor: Visitor) -> None:
    clinic.faults.set("expired_session", path=PAGE, times=1)

    replies = [visitor.get(PAGE), visitor.get(PAGE)]

    assert [reply.leads_to[:8] for reply in replies] == ["/sign-in", "/sign-in"]


def test_the_sign_in_page_may_come_with_status_200(clinic: Clinic, visitor: Visitor) -> None:
    clinic.faults.set("sign_in_page", path=PAGE, times=1)

    reply = visitor.get(PAGE)

    assert reply.status == 200
    assert "<h1>Sign in</h1>" in reply.text


@pytest.mark.parametrize("status", [500, 502])
def test_a_save_may_be_made_and_answered_with_an_error(clinic: Clinic, visitor: Visitor, status: int) -> None:
    clinic.faults.set("saved_but_error", path="/patients/*", times=1, status=status)

    answered = save(visitor, f"01632 9602{status % 100:02d}")

    assert answered == status
    assert phone(clinic) == f"01632 9602{status % 100:02d}"


def test_success_may_be_shown_although_nothing_was_saved(clinic: Clinic, visitor: Visitor) -> None:
    before, written = clinic.snapshot(), clinic.writes()
    clinic.faults.set("success_but_not_saved", path="/patients/*", times=1)

    answered = save(visitor, "01632 960203")

    assert answered == 303
    assert changes_between(before, clinic.snapshot()) == []
    assert clinic.writes() == written


def test_a_save_may_be_applied_late(clinic: Clinic, visitor: Visitor) -> None:
    before = phone(clinic)
    clinic.faults.set("applied_late", path="/patients/*", times=1, seconds=0.5)

    answered, at_once = save(visitor, "01632 960204"), phone(clinic)

    assert (answered, at_once) == (303, before)
    wait_for_phone(clinic, "01632 960204")


def wait_for_phone(clinic: Clinic, number: str) -> None:
    end = time.monotonic() + 5
    while phone(clinic) != number:
        assert time.monotonic() < end, "the late save never came"


def test_a_field_may_be_renamed(clinic: Clinic, visitor: Visitor) -> None:
    plain = visitor.get(FORM).text
    clinic.faults.set("renamed_field", path=FORM, field="phone", times=1)

    renamed = visitor.get(FORM).text

    assert 'name="phone"' in plain
    assert 'name="phone"' not in renamed
    assert 'name="phone_2"' in renamed


def test_a_field_may_be_moved(clinic: Clinic, visitor: Visitor) -> None:
    plain = visitor.get(FORM).text
    clinic.faults.set("moved_field", path=FORM, field="phone", times=1)

    moved = visitor.get(FORM).text

    assert plain.index('name="phone"') < plain.index('name="mobile"')
    assert moved.index('name="phone"') > moved.index('name="postcode"')


def test_a_page_may_be_about_somebody_else(clinic: Clinic, visitor: Visitor) -> None:
    clinic.faults.set("wrong_patient", path=PAGE, times=1)

    wrong, right = visitor.get(PAGE).text, visitor.get(PAGE).text

    assert "P100020" not in wrong
    assert "P100020" in right


@pytest.mark.parametrize(("fault", "saved"), [("hung_before", False), ("hung_after", True)])
def test_a_reply_may_be_held(clinic: Clinic, visitor: Visitor, fault: str, saved: bool) -> None:
    before, number = phone(clinic), f"01632 96021{len(fault) % 10}"
    clinic.faults.set(fault, path="/patients/*", times=1)

    with pytest.raises(TimeoutError):
        save(visitor, number, seconds=0.5)

    assert phone(clinic) == (number if saved else before)


def test_a_held_reply_ends_without_a_word(clinic: Clinic, visitor: Visitor) -> None:
    clinic.faults.set("hung_before", path=PAGE, times=1, seconds=0.1)

    with pytest.raises(RemoteDisconnected):
        visitor.get(PAGE)


def test_half_a_reply_may_come(clinic: Clinic, visitor: Visitor) -> None:
    clinic.faults.set("half_reply", path="/patients/*", times=2)

    with pytest.raises(IncompleteRead):
        save(visitor, "01632 960220")
    with pytest.raises(IncompleteRead):
        visitor.get(PAGE)

    assert phone(clinic) == "01632 960220"


@pytest.mark.parametrize(("fault", "saved"), [("reset_before", False), ("reset_after", True)])
def test_the_connection_may_be_reset(clinic: Clinic, visitor: Visitor, fault: str, saved: bool) -> None:
    before, number = phone(clinic), f"01632 96023{len(fault) % 10}"
    clinic.faults.set(fault, path="/patients/*", times=1)

    with pytest.raises(ConnectionResetError):
        save(visitor, number)

    assert phone(clinic) == (number if saved else before)


def test_a_fault_may_come_on_each_nth_request_after_some(clinic: Clinic, visitor: Visitor) -> None:
    clinic.faults.set("error_503", path=PAGE, skip=1, every=2, times=2)

    statuses = [visitor.get(PAGE).status for _ in range(8)]

    assert statuses == [200, 200, 503, 200, 503, 200, 200, 200]
    assert [(rule["met"], rule["happened"]) for rule in clinic.faults.counts()] == [(8, 2)]


def test_faults_of_writes_leave_reads_alone(clinic: Clinic, visitor: Visitor) -> None:
    clinic.faults.set("saved_but_error", path="/patients/*")

    assert visitor.get(PAGE).status == 200


def test_an_unknown_fault_is_refused_with_the_names_there_are(clinic: Clinic) -> None:
    with pytest.raises(ValueError, match="choose one of slow, error_500"):
        clinic.faults.set("gremlin")


def test_only_the_token_s_holder_may_set_faults(clinic: Clinic) -> None:
    connection = HTTPConnection(urlsplit(clinic.address).netloc, timeout=10)

    connection.request("GET", "/control/faults", headers={"x-clinic-token": "guess"})

    assert connection.getresponse().status == 403
    connection.close()


def test_a_switch_with_a_wrong_token_says_so(clinic: Clinic) -> None:
    other = type(clinic.faults)(clinic.address, "guess")

    with pytest.raises(UsageError, match="answered 403, expected 200"):
        other.clear()


def test_every_fault_says_what_it_does() -> None:
    assert all(fault.says.endswith(".") for fault in FAULTS.values())
