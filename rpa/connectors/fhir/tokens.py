"""OAuth2 client credentials: a token is fetched with the client's own secret, and anew before it ends."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx

from rpa.clock import Clock, SystemClock
from rpa.connectors.fhir.egress import Egress, mapped
from rpa.connectors.fhir.replies import check_server, json_of
from rpa.connectors.fhir.server import check_encrypted
from rpa.exceptions import SystemException, UsageError

_MARGIN, _SHARE = 60.0, 0.2
"""A token is renewed a minute before its end, or after four fifths of a short life."""
_UNSAID = 300.0
"""Seconds that a token holds where the server doesn't say: what RFC 6749 leaves to the client."""
_REFUSALS = frozenset({"invalid_client", "unauthorized_client", "access_denied"})

ClientAuthMethod = Literal["client_secret_basic", "client_secret_post"]


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token is asked for with."""

    endpoint: str
    """Address of the token endpoint."""
    client_id: str
    secret: str = field(repr=False)
    scope: str = ""
    method: str = "client_secret_basic"
    """How the client says who it is: `client_secret_basic` or `client_secret_post`."""


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token and the seconds it holds."""

    value: str = field(repr=False)
    seconds: float


class Tokens:
    """The token of this moment: fetched when first needed, renewed before it ends, dropped when it is refused."""

    def __init__(self, fetch: Callable[[], Token], clock: Clock | None = None) -> None:
        self._fetch = fetch
        self._clock = clock or SystemClock()
        self._token: Token | None = None
        self._until = 0.0

    def current(self) -> str:
        """Return a token that still holds.

        Raises:
            SystemException: `SIGN_IN_REFUSED`, or whatever kept it from being fetched.
        """
        now = self._clock.monotonic()
        if self._token is None or now >= self._until:
            self._token = self._fetch()
            self._until = now + self._token.seconds - min(_MARGIN, self._token.seconds * _SHARE)
        return self._token.value

    def drop(self) -> None:
        """Forget the token, so that the next use fetches a fresh one."""
        self._token = None


def fetch_token(egress: Egress, grant: Grant, *, timeout: float = 15.0) -> Token:
    """Fetch a token.

    Raises:
        SystemException: `SIGN_IN_REFUSED` if the server doesn't take the client's secret; else a fault on the way.
        UsageError: The server doesn't give this client what it asks for: the scope or the way must change.
    """
    check_encrypted(grant.endpoint)
    address, headers, body = _signed(grant)
    with mapped("asking for a token"):
        # Never closed: that would close the way out, which the client of the resources needs too.
        client = httpx.Client(transport=egress, timeout=timeout, follow_redirects=False, trust_env=False)
        reply = client.post(address, headers=headers, content=body)
    check_server(reply, "asking for a token")
    if reply.status_code != 200:
        raise _refused(reply)
    return _token(json_of(reply, "asking for a token"))


def _signed(grant: Grant) -> tuple[str, dict[str, str], str]:
    from authlib.oauth2.auth import ClientAuth  # takes as long as all else here: only who asks for a token pays for it
    from authlib.oauth2.rfc6749.parameters import prepare_token_request

    headers = {"accept": "application/json", "content-type": "application/x-www-form-urlencoded"}
    body = prepare_token_request("client_credentials", "", scope=grant.scope or None)
    signed: tuple[str, dict[str, str], str] = ClientAuth(grant.client_id, grant.secret, grant.method).prepare(
        "POST", grant.endpoint, headers, body
    )
    return signed


def _refused(reply: httpx.Response) -> Exception:
    try:
        error = str(reply.json().get("error", ""))
    except (ValueError, AttributeError):
        error = ""
    if reply.status_code == 401 or error in _REFUSALS:
        return SystemException("the server refused the client's secret; correct the credential", "SIGN_IN_REFUSED")
    known = error if error in ("invalid_scope", "unsupported_grant_type", "invalid_request", "invalid_grant") else ""
    return UsageError(
        f"the server gives no token ({known or reply.status_code}), expected one for client credentials; mend the "
        "scope or the token endpoint in the system's options"
    )


def _token(told: dict[str, Any]) -> Token:
    value, kind, seconds = told.get("access_token"), str(told.get("token_type", "")), told.get("expires_in", _UNSAID)
    if not isinstance(value, str) or not value or kind.lower() != "bearer":
        raise SystemException("the answer to the sign-in holds no bearer token", "PAGE_UNEXPECTED")
    try:
        return Token(value, float(seconds))
    except (TypeError, ValueError):
        raise SystemException("the answer to the sign-in doesn't say how long it holds", "PAGE_UNEXPECTED") from None
