"""Tokens are fetched with the client's secret, renewed before they end, and no fault shows the secret."""

from base64 import b64decode

import httpx
import pytest

from rpa.connectors.fhir import Grant, fetch_token
from rpa.exceptions import RpaError, SystemException, UsageError
from tests.conftest import HandClock
from tests.unit.fhir.servers import BASE, PaperServer, egress_to, tokens

SECRET = "correct horse"
GRANT = Grant(f"{BASE}/token", "rpa", SECRET, scope="system/Appointment.read")
GIVEN = httpx.Response(200, json={"access_token": "T1", "token_type": "Bearer", "expires_in": 300})


def test_client_says_who_it_is_in_the_header(clock: HandClock) -> None:
    server = PaperServer(GIVEN)

    token = fetch_token(egress_to(server, clock), GRANT)

    (asked,) = server.asked
    assert (token.value, token.seconds) == ("T1", 300)
    assert b64decode(asked.headers["authorization"].removeprefix("Basic ")).decode() == f"rpa:{SECRET}"
    assert asked.content == b"grant_type=client_credentials&scope=system%2FAppointment.read"


def test_client_says_who_it_is_in_the_form_where_that_is_asked(clock: HandClock) -> None:
    server = PaperServer(GIVEN)

    fetch_token(egress_to(server, clock), Grant(f"{BASE}/token", "rpa", SECRET, method="client_secret_post"))

    (asked,) = server.asked
    assert "authorization" not in asked.headers
    assert b"client_id=rpa&client_secret=correct+horse" in asked.content


def test_token_is_renewed_before_it_ends(clock: HandClock) -> None:
    given = tokens(clock, seconds=300)
    first = given.current()

    clock.pass_by(seconds=200)
    kept = given.current()
    clock.pass_by(seconds=45)

    assert (first, kept, given.current()) == ("T1", "T1", "T2")


def test_token_of_a_short_life_is_used_for_most_of_it(clock: HandClock) -> None:
    given = tokens(clock, seconds=10)
    given.current()

    clock.pass_by(seconds=7)

    assert given.current() == "T1"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(401, json={"error": "invalid_client"}), SystemException),
        (httpx.Response(400, json={"error": "unauthorized_client"}), SystemException),
        (httpx.Response(400, json={"error": "invalid_scope", "error_description": SECRET}), UsageError),
        (httpx.Response(400, text=SECRET), UsageError),
    ],
)
def test_refusal_says_whose_turn_it_is_and_never_the_secret(
    clock: HandClock, answer: httpx.Response, kind: type[RpaError]
) -> None:
    with pytest.raises(kind) as caught:
        fetch_token(egress_to(PaperServer(answer), clock), GRANT)

    assert getattr(caught.value, "code", "SIGN_IN_REFUSED") == "SIGN_IN_REFUSED"
    assert SECRET not in str(caught.value)
    assert SECRET not in repr(GRANT)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (httpx.Response(503), "HTTP_503"),
        (httpx.ReadTimeout("late"), "TIMEOUT"),
        (httpx.Response(302, headers={"location": "https://elsewhere.example/"}), "ORIGIN_BLOCKED"),
        (httpx.Response(200, html="<title>Sign in</title>"), "PAGE_UNEXPECTED"),
        (httpx.Response(200, json={"access_token": "T1", "token_type": "mac"}), "PAGE_UNEXPECTED"),
        (httpx.Response(200, json={"access_token": "T1", "token_type": "bearer", "expires_in": "soon"}),
         "PAGE_UNEXPECTED"),
    ],
)  # fmt: skip
def test_fault_of_the_token_endpoint_is_no_refusal(
    clock: HandClock, answer: httpx.Response | httpx.HTTPError, code: str
) -> None:
    with pytest.raises(SystemException) as caught:
        fetch_token(egress_to(PaperServer(answer), clock), GRANT)

    assert caught.value.code == code


@pytest.mark.parametrize("endpoint", ["https://elsewhere.example/token", "http://pas.example.nhs.uk/token"])
def test_secret_goes_nowhere_but_to_a_registered_origin_that_is_encrypted(clock: HandClock, endpoint: str) -> None:
    server = PaperServer(GIVEN)

    with pytest.raises(RpaError):
        fetch_token(egress_to(server, clock), Grant(endpoint, "rpa", SECRET))

    assert not server.asked
