"""Talks with the provider: where to send people, and who the one is that it sends back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from rpa.clock import Clock
from rpa.console.provider.journey import Journey
from rpa.exceptions import RpaError
from rpa.oidc_settings import OidcSettings
from rpa.secrets import Secrets

if TYPE_CHECKING:
    import httpx

_SECONDS = 10.0
_LEEWAY = 60
_FRESH = timedelta(hours=1)
_SCOPE = "openid profile email"  # roles come as app roles; the scope of groups would break with many of them


class ProviderError(RpaError):
    """The provider did not answer, or not as agreed; nobody is signed in."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Who somebody is to the provider."""

    tenant: str
    object: str
    name: str
    login: str
    roles: tuple[str, ...]
    ways: tuple[str, ...]
    """How he was let in there, such as `pwd` and `mfa`."""


class Provider:
    """The trust's own sign-in."""

    def __init__(self, settings: OidcSettings, secrets: Secrets, clock: Clock) -> None:
        self.settings = settings
        self._secrets = secrets
        self._clock = clock
        self._known: tuple[datetime, dict[str, Any]] | None = None

    def begin(self, journey: Journey, address: str) -> str:
        """Return where to send the browser; the provider sends it back to `address`.

        Raises:
            ProviderError: The provider does not say where.
        """
        from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # only who signs in pays for it
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        place = prepare_grant_uri(
            self.metadata()["authorization_endpoint"], self.settings.client_id, "code", address, _SCOPE,
            journey.state, nonce=journey.nonce, code_challenge=create_s256_code_challenge(journey.verifier),
            code_challenge_method="S256", **({"max_age": self._seconds} if self._seconds else {}),
        )  # fmt: skip
        return str(place)

    def finish(self, journey: Journey, address: str, answer: Mapping[str, str]) -> Claims:
        """Return who came back.

        Raises:
            ProviderError: What came back does not prove who it is.
        """
        if "error" in answer or "code" not in answer:
            raise ProviderError("the provider let nobody in")
        if answer.get("iss", self.settings.issuer) != self.settings.issuer:
            raise ProviderError("another provider answered")
        given = self._traded(answer["code"], journey, address)
        token = self._checked(str(given.get("id_token", "")), journey)
        found = _claims(token, self.settings.issuer)
        self._check_way(found.ways)
        self._check_time(token.get("auth_time"))
        return found

    def metadata(self) -> dict[str, Any]:
        """Return what the provider says of itself.

        Raises:
            ProviderError: It says nothing, or is another than it should be.
        """
        if self._known is None or self._clock.now() - self._known[0] > _FRESH:
            found = self._read(f"{self.settings.issuer}/.well-known/openid-configuration")
            if str(found.get("issuer", "")).rstrip("/") != self.settings.issuer:
                raise ProviderError("the provider calls itself otherwise than `issuer` in the settings")
            missing = {"authorization_endpoint", "token_endpoint", "jwks_uri"} - found.keys()
            if missing:
                raise ProviderError(f"the provider does not say its {', '.join(sorted(missing))}")
            self._known = self._clock.now(), found
        return self._known[1]

    def _checked(self, id_token: str, journey: Journey) -> Mapping[str, Any]:
        from joserfc import jwt  # takes as long as all else here: only who signs in pays for it
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        rules = jwt.JWTClaimsRegistry(
            now=lambda: int(self._clock.now().timestamp()), leeway=_LEEWAY,
            iss={"essential": True, "value": str(self.metadata()["issuer"])},
            aud={"essential": True, "value": self.settings.client_id},
            nonce={"essential": True, "value": journey.nonce}, exp={"essential": True}, sub={"essential": True},
        )  # fmt: skip
        try:
            keys = KeySet.import_key_set(self._read(self.metadata()["jwks_uri"]))  # type: ignore[arg-type]
            found = jwt.decode(id_token, keys, algorithms=["RS256"])
            rules.validate(found.claims)
        except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:  # whatever stands there as keys
            raise ProviderError(f"the provider's token does not hold ({type(error).__name__})") from None
        return found.claims

    @property
    def _seconds(self) -> int:
        """How long ago somebody may have signed in there; 0 where that is all the same."""
        return int(self.settings.signed_in_hours * 3600)

    def _check_way(self, ways: tuple[str, ...]) -> None:
        if self.settings.ways and not set(ways) & set(self.settings.ways):
            found, wanted = ", ".join(ways)[:200] or "not told", " or ".join(self.settings.ways)
            raise ProviderError(f"the provider says the way of signing in was {found}, expected {wanted}")

    def _check_time(self, told: object) -> None:
        """Take no sign-in from too long ago, and none of which it is not told when it was."""
        if not self._seconds:
            return
        if not isinstance(told, int):
            raise ProviderError("the provider does not say when somebody signed in (`auth_time`)")
        ago = int(self._clock.now().timestamp()) - told
        if not -_LEEWAY <= ago <= self._seconds + _LEEWAY:
            raise ProviderError(f"the provider let somebody in {ago} s ago, expected at most {self._seconds}")

    def _traded(self, code: str, journey: Journey, address: str) -> dict[str, Any]:
        """Return what the provider gives for a code, which it takes once and with the client's secret."""
        import httpx
        from authlib.oauth2.auth import ClientAuth
        from authlib.oauth2.rfc6749.parameters import prepare_token_request

        endpoint = self.metadata()["token_endpoint"]
        body = prepare_token_request("authorization_code", "", address, code=code, code_verifier=journey.verifier)
        secret = self._secrets.get(self.settings.secret).password
        client = ClientAuth(self.settings.client_id, secret, "client_secret_basic")
        headers = {"accept": "application/json", "content-type": "application/x-www-form-urlencoded"}
        place, headers, body = client.prepare("POST", endpoint, headers, body)
        return _answer(lambda: httpx.post(place, headers=headers, content=body, timeout=_SECONDS))

    def _read(self, address: str) -> dict[str, Any]:
        import httpx

        return _answer(lambda: httpx.get(address, timeout=_SECONDS))


def _answer(ask: "Callable[[], httpx.Response]") -> dict[str, Any]:
    """Return what the provider answers; what is wrong is told by its kind, for it may hold a token."""
    import httpx

    try:
        answer = ask()
        answer.raise_for_status()
        found = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise ProviderError(f"the provider does not answer as agreed ({type(error).__name__})") from None
    if not isinstance(found, dict):
        raise ProviderError("the provider answers something else than was asked for")
    return found


def _claims(found: Mapping[str, Any], issuer: str) -> Claims:
    """Return who it is, by what never changes: names and addresses do."""
    login = str(found.get("preferred_username") or found.get("email") or "")
    return Claims(
        tenant=str(found.get("tid") or issuer)[:255],
        object=str(found.get("oid") or found["sub"])[:255],
        name=" ".join(str(found.get("name") or login).split()),
        login=login,
        roles=_listed(found.get("roles")),
        ways=(
            *_listed(found.get("amr")),
            *_listed(found.get("acrs")),
            *_listed([found["acr"]] if "acr" in found else ()),
        ),
    )


def _listed(told: object) -> tuple[str, ...]:
    return tuple(str(one) for one in told) if isinstance(told, list | tuple) else ()
