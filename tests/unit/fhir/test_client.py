"""The client reads with patience, follows pages no further than it should, and writes once and on condition."""

import logging
import ssl

import httpx
import pytest

from rpa.connectors.fhir import FhirClient, Grant, Limits, Server, Tokens, Versioned, fetch_token
from rpa.connectors.fhir.tokens import Token
from rpa.exceptions import BusinessException, Conflict, SystemException, UsageError
from tests.conftest import HandClock
from tests.unit.fhir.servers import (
    BASE,
    NAME,
    PaperServer,
    bundle,
    client_of,
    egress_to,
    found,
    outcome,
    resource,
    tokens,
)

READ = Versioned(resource(), 'W/"3"')


def test_resource_comes_with_its_version(clock: HandClock) -> None:
    server = PaperServer(found(version="3"))

    read = client_of(server, clock).read("Appointment", "A1")

    assert (read.id, read.etag) == ("A1", 'W/"3"')
    assert str(server.asked[0].url) == f"{BASE}/Appointment/A1"


def test_resource_with_another_id_than_asked_for_is_not_believed(clock: HandClock) -> None:
    with pytest.raises(SystemException) as caught:
        client_of(PaperServer(found("A2")), clock).read("Appointment", "A1")

    assert caught.value.code == "WRONG_PATIENT"


@pytest.mark.parametrize("number", ["", "../Patient/P1", "A1?_x=1", "A 1", "x" * 65])
def test_id_that_could_lead_elsewhere_is_never_sent(clock: HandClock, number: str) -> None:
    server = PaperServer(found())

    with pytest.raises(UsageError):
        client_of(server, clock).read("Appointment", number)

    assert not server.asked


def test_search_finds_the_resources_of_all_pages_with_their_versions(clock: HandClock) -> None:
    server = PaperServer(bundle("A1", "A2", after=f"{BASE}/Appointment?_page=2"), bundle("A3"))

    read = client_of(server, clock).search(
        "Appointment", {"status": "booked", "date": ["ge2026-12-01", "lt2026-12-02"]}
    )

    assert [(one.id, one.etag) for one in read] == [(name, 'W/"7"') for name in ("A1", "A2", "A3")]
    assert server.asked[0].url.params.get_list("date") == ["ge2026-12-01", "lt2026-12-02"]


def test_next_page_that_is_told_without_its_server_is_found(clock: HandClock) -> None:
    server = PaperServer(bundle("A1", after="?_page=2"), bundle("A2"))

    assert len(client_of(server, clock).search("Appointment", {})) == 2


def test_next_page_on_another_origin_is_not_asked_for(clock: HandClock) -> None:
    server = PaperServer(bundle("A1", after="https://elsewhere.example/fhir/Appointment?_page=2"))

    with pytest.raises(SystemException) as caught:
        client_of(server, clock, tokens=tokens(clock)).search("Appointment", {})

    assert caught.value.code == "ORIGIN_BLOCKED"
    assert len(server.asked) == 1


def test_pages_that_lead_in_a_circle_end_the_search(clock: HandClock) -> None:
    server = PaperServer(bundle("A1", after=f"{BASE}/Appointment"))

    with pytest.raises(SystemException, match="in a circle"):
        client_of(server, clock).search("Appointment", {})

    assert len(server.asked) == 1


def test_search_ends_at_its_limits(clock: HandClock) -> None:
    numbers = iter(range(2, 100))
    endless = PaperServer(lambda _: bundle("A1", after=f"{BASE}/Appointment?_page={next(numbers)}"))

    with pytest.raises(SystemException, match="more than 3"):
        client_of(endless, clock, limits=Limits(pages=3)).search("Appointment", {})
    with pytest.raises(SystemException, match="more than 1 resources"):
        client_of(PaperServer(bundle("A1", "A2")), clock, limits=Limits(resources=1)).search("Appointment", {})


def test_update_is_sent_on_condition_of_the_version_that_was_read(clock: HandClock) -> None:
    server = PaperServer(found(version="4"))

    client_of(server, clock).update(READ.changed(status="cancelled"))

    (asked,) = server.asked
    assert (asked.method, asked.headers["if-match"]) == ("PUT", 'W/"3"')
    assert b'"status":"cancelled"' in asked.content


def test_update_of_what_was_changed_meanwhile_is_a_conflict(clock: HandClock) -> None:
    with pytest.raises(Conflict) as caught:
        client_of(PaperServer(outcome(412, "conflict")), clock).update(READ)

    assert caught.value.code == "CONFLICT"


def test_update_without_a_version_is_never_sent(clock: HandClock) -> None:
    server = PaperServer(found())

    with pytest.raises(UsageError, match="ETag"):
        client_of(server, clock).update(Versioned(resource()))

    assert not server.asked


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (httpx.Response(503, headers={"retry-after": "1"}), "HTTP_503"),
        (httpx.Response(429), "HTTP_429"),
        (httpx.ReadTimeout("no answer"), "TIMEOUT"),
        (httpx.ReadError("reset"), "CONNECTION"),
    ],
)
def test_update_that_fails_is_not_sent_again(
    clock: HandClock, answer: httpx.Response | httpx.HTTPError, code: str
) -> None:
    server = PaperServer(answer)

    with pytest.raises(SystemException) as caught:
        client_of(server, clock).update(READ)

    assert (caught.value.code, len(server.asked)) == (code, 1)


def test_guard_has_the_last_word_before_a_write_and_none_before_a_read(clock: HandClock) -> None:
    server = PaperServer(found())
    egress = egress_to(server, clock)
    client = FhirClient(Server(BASE), egress, clock=clock)

    def lost() -> None:
        raise RuntimeError("the lease is over")

    egress.guard = lost
    client.read("Appointment", "A1")

    with pytest.raises(RuntimeError):
        client.update(READ)
    assert [one.method for one in server.asked] == ["GET"]


@pytest.mark.parametrize("status", [400, 403, 409, 422])
def test_refusal_with_a_reason_is_for_a_person_and_quotes_no_patient(clock: HandClock, status: int) -> None:
    with pytest.raises(BusinessException) as caught:
        client_of(PaperServer(outcome(status)), clock).update(READ)

    assert caught.value.code == "REFUSED_BY_SYSTEM"
    assert "business-rule" in caught.value.message
    assert NAME not in str(caught.value)


def test_code_of_a_refusal_that_is_none_of_fhirs_is_not_quoted(clock: HandClock) -> None:
    with pytest.raises(BusinessException) as caught:
        client_of(PaperServer(outcome(422, NAME)), clock).update(READ)

    assert NAME not in str(caught.value)


@pytest.mark.parametrize("status", [404, 410])
def test_resource_that_is_not_there_is_for_a_person(clock: HandClock, status: int) -> None:
    with pytest.raises(BusinessException, match="NO_SUCH_RECORD"):
        client_of(PaperServer(outcome(status, "not-found")), clock).read("Appointment", "A1")


def test_server_that_is_busy_is_asked_again_when_it_says(clock: HandClock) -> None:
    server = PaperServer(httpx.Response(429, headers={"retry-after": "7"}), found())

    client_of(server, clock).read("Appointment", "A1")

    assert clock.slept == [7]


def test_server_that_names_a_time_is_asked_again_then(clock: HandClock) -> None:
    server = PaperServer(httpx.Response(503, headers={"retry-after": "Mon, 23 Nov 2026 09:00:10 GMT"}), found())

    client_of(server, clock).read("Appointment", "A1")

    assert clock.slept == [pytest.approx(10, abs=0.1)]


def test_server_that_asks_for_more_patience_than_there_is_is_left_to_the_queue(clock: HandClock) -> None:
    server = PaperServer(httpx.Response(503, headers={"retry-after": "3600"}))

    with pytest.raises(SystemException) as caught:
        client_of(server, clock).read("Appointment", "A1")

    assert (caught.value.code, len(server.asked), clock.slept) == ("HTTP_503", 1, [])


def test_reading_gives_up_after_its_tries(clock: HandClock) -> None:
    server = PaperServer(httpx.ConnectError("refused"))

    with pytest.raises(SystemException) as caught:
        client_of(server, clock).read("Appointment", "A1")

    assert (caught.value.code, len(server.asked)) == ("CONNECTION", 3)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirect_is_not_followed(clock: HandClock, status: int) -> None:
    server = PaperServer(httpx.Response(status, headers={"location": "https://elsewhere.example/"}))

    with pytest.raises(SystemException) as caught:
        client_of(server, clock).update(READ)

    assert (caught.value.code, len(server.asked)) == ("ORIGIN_BLOCKED", 1)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, content=b"x" * 2_000),
        httpx.Response(200, content=b"[]"),
        httpx.Response(200, content=f"{{{NAME}".encode()),
        httpx.Response(200, headers={"content-encoding": "br"}, content=b"{}"),
    ],
    ids=["too long", "no object", "no json", "packed"],
)
def test_answer_that_is_no_resource_is_not_read(clock: HandClock, answer: httpx.Response) -> None:
    with pytest.raises(SystemException) as caught:
        client_of(PaperServer(answer), clock, limits=Limits(reply_bytes=1_000)).read("Appointment", "A1")

    assert caught.value.code == "PAGE_UNEXPECTED"
    assert NAME not in str(caught.value)


def test_reply_that_trickles_in_ends_at_its_limit(clock: HandClock) -> None:
    class Slow(httpx.SyncByteStream):
        def __iter__(self):  # type: ignore[no-untyped-def]
            for _ in range(1000):
                clock.pass_by(seconds=1)
                yield b" "

    with pytest.raises(SystemException) as caught:
        client_of(PaperServer(lambda _: httpx.Response(200, stream=Slow())), clock).read("Appointment", "A1")

    assert caught.value.code == "TIMEOUT"


def test_server_whose_certificate_is_not_trusted_is_not_spoken_to(clock: HandClock) -> None:
    fault = httpx.ConnectError("failed")
    fault.__cause__ = ssl.SSLCertVerificationError("self-signed")

    with pytest.raises(SystemException) as caught:
        client_of(PaperServer(fault), clock).update(READ)

    assert caught.value.code == "CERTIFICATE"


def test_refused_token_is_renewed_once(clock: HandClock) -> None:
    server = PaperServer(outcome(401, "login"), found())

    client_of(server, clock, tokens=tokens(clock)).read("Appointment", "A1")

    assert [one.headers["authorization"] for one in server.asked] == ["Bearer T1", "Bearer T2"]


def test_sign_in_page_with_status_200_counts_as_a_refused_token(clock: HandClock) -> None:
    page = httpx.Response(200, html="<title>Sign in</title>")

    read = client_of(PaperServer(page, found()), clock, tokens=tokens(clock)).read("Appointment", "A1")

    assert read.id == "A1"


def test_token_that_is_refused_again_and_again_is_a_fault(clock: HandClock) -> None:
    server = PaperServer(outcome(401, "login"))

    with pytest.raises(SystemException) as caught:
        client_of(server, clock, tokens=tokens(clock)).update(READ)

    assert (caught.value.code, len(server.asked)) == ("SIGNED_OUT", 2)


def test_token_goes_over_no_connection_that_others_can_read(clock: HandClock) -> None:
    server = PaperServer(found())

    with pytest.raises(UsageError, match="isn't encrypted"):
        FhirClient(Server("http://pas.example.nhs.uk/fhir"), egress_to(server, clock), tokens(clock))


@pytest.mark.parametrize("status", [200, 401, 404])
def test_server_that_answers_is_well_even_where_it_asks_for_a_token(clock: HandClock, status: int) -> None:
    server = PaperServer(httpx.Response(status, json={}))

    client_of(server, clock, tokens=tokens(clock)).look()

    assert "authorization" not in server.asked[0].headers


def test_sign_in_that_fails_is_not_tried_again_by_reading(clock: HandClock) -> None:
    server, tries = PaperServer(httpx.Response(503)), []
    egress = egress_to(server, clock)

    def fetch() -> Token:
        tries.append(1)
        return fetch_token(egress, Grant(f"{BASE}/token", "rpa", "secret"))

    with pytest.raises(SystemException):
        FhirClient(Server(BASE), egress, Tokens(fetch, clock), clock).read("Appointment", "A1")

    assert (len(tries), len(server.asked)) == (1, 1)


def test_no_log_tells_what_was_searched_for(clock: HandClock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    client_of(PaperServer(bundle("A1")), clock).search("Patient", {"identifier": "9990000018"})

    assert "9990000018" not in caplog.text
