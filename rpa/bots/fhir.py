"""What every bot has that reaches its system by FHIR: a client that is signed in when it is needed, and no browser."""

from functools import cached_property
from typing import ClassVar

from rpa.bots.attribution import attribute_faults
from rpa.bots.base import Bot
from rpa.bots.exchanges import Exchanges
from rpa.bots.sign_ins import keeping_quiet
from rpa.connectors.browser import Session
from rpa.connectors.browser.origins import AllowList
from rpa.connectors.fhir import Egress, FhirClient, Grant, Limits, Server, Tokens, fetch_token
from rpa.connectors.fhir.tokens import Token
from rpa.exceptions import UsageError
from rpa.secrets import Credential


class FhirBot(Bot):
    """Does named things in one system through its FHIR server; a subclass says what can be done.

    Its options in the settings: `fhir` (path or address of the server), `token` (path or address of its token
    endpoint), `scope`, `client_auth` (`client_secret_basic` or `client_secret_post`). The user name of the credential
    is the client id, its password the secret; without a credential no token is asked for.
    """

    fhir_path: ClassVar[str] = "/fhir"
    """Where the server is, unless its options say otherwise."""
    token_path: ClassVar[str] = "/fhir/token"  # noqa: S105 - an address
    """Where its token endpoint is, unless its options say otherwise."""
    scope: ClassVar[str] = ""
    """What it asks to be allowed, unless its options say otherwise."""

    @cached_property
    def fhir(self) -> FhirClient:
        """The client of the system's server; it asks for a token when it first sends something."""
        return FhirClient(self._server, self._egress, Tokens(self._token) if self.sign_ins is not None else None)

    def sign_in(self, session: Session, credential: Credential) -> None:
        """Refuse: there is no page to sign in on."""
        raise _no_browser(self.system_name)

    @property
    def session(self) -> Session:
        """Refuse: there is no page.

        Raises:
            UsageError: Always; use `fhir`.
        """
        raise _no_browser(self.system_name)

    def sign_in_afresh(self) -> None:
        """Drop the token, so that the next request asks for a fresh one."""
        self.leave()

    def probe(self) -> None:
        """Look whether the server answers, without a token."""
        FhirClient(self._server, self._egress).look()

    def leave(self) -> None:
        """Drop the token, and close every connection."""
        self.close()

    def close(self) -> None:
        """Close every connection; the next use opens one anew, with a fresh token."""
        vars(self).pop("fhir", None)
        egress = vars(self).pop("_egress", None)
        if egress is not None:
            egress.close()

    def reset(self) -> None:
        """Do nothing: no request leaves anything open."""

    def picture(self) -> bytes | None:
        """Return nothing: there is no screen."""
        return None

    def record(self) -> None:
        """Record from now on what is asked and answered, but for sign-ins."""
        self._exchanges.begin()

    def recorded(self) -> list[bytes]:
        """End the recording, if there is one, and return it."""
        return self._exchanges.taken()

    def forget_recorded(self) -> None:
        """End the recording, if there is one, and keep nothing of it."""
        self._exchanges.taken()

    @cached_property
    def _egress(self) -> Egress:
        made = Egress(AllowList(self._origins), self._server.limits)
        made.guard = lambda: self._browser.guard()
        made.seen = self._exchanges.add
        return made

    @cached_property
    def _exchanges(self) -> Exchanges:
        return Exchanges(beside=self._at("token", self.token_path))

    @cached_property
    def _server(self) -> Server:
        base = self._at("fhir", self.fhir_path).rstrip("/")
        return Server(base, limits=Limits(timeout=self._browser.settings.timeout))

    def _at(self, option: str, usual: str) -> str:
        told = self.system.options.get(option, usual)
        return told if "://" in told else f"{self.system.address.rstrip('/')}/{told.lstrip('/')}"

    def _token(self) -> Token:
        assert self.sign_ins is not None  # noqa: S101 - without, no token is asked for
        self.probe()  # a system that is down costs no try of its account: too many cut off would pause it
        with self.sign_ins.trying() as credential, keeping_quiet(credential):
            if credential.certificate is not None:
                raise UsageError("a client certificate can't be shown to a FHIR server; use a client id and its secret")
            return fetch_token(self._egress, self._grant(credential), timeout=self._server.limits.timeout)

    def _grant(self, credential: Credential) -> Grant:
        options = self.system.options
        return Grant(
            self._at("token", self.token_path),
            credential.username,
            credential.password,
            scope=options.get("scope", self.scope),
            method=options.get("client_auth", "client_secret_basic"),
        )


attribute_faults(FhirBot)


def _no_browser(system_name: str) -> UsageError:
    return UsageError(f"{system_name} is reached by FHIR, so it has no page; use `fhir`, or another bot")
