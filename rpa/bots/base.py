"""What every bot has: a session that is signed in when it is needed, and reading that outlasts passing faults."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import ClassVar, TypeVar

from tenacity import Retrying, retry_if_exception, stop_after_attempt, stop_after_delay, wait_exponential_jitter

from rpa.bots.attribution import attribute_faults
from rpa.bots.sign_ins import OwnSignIns, SignIns, keeping_quiet
from rpa.connectors.browser import Browser, Html, Reply, Session
from rpa.connectors.browser.access import Access, Way
from rpa.exceptions import SystemException
from rpa.secrets import Credential
from rpa.systems import System

T = TypeVar("T")

_PASSING = frozenset({"TIMEOUT", "CONNECTION", "BROWSER_CRASHED"})
_TRIES, _BUDGET = 3, 20.0


class Bot(ABC):
    """Does named things in one system through the browser; a subclass says how to sign in and what can be done.

    Nothing starts before `session` is first used. Reading is tried again on passing faults; a write never is.
    Each SystemException that leaves a method names the bot's system.
    """

    system_name: ClassVar[str]
    """The registered name of the system this bot acts in."""
    masks: ClassVar[tuple[str, ...]] = ()
    """CSS selectors of what every screenshot must cover."""
    labels: ClassVar[Mapping[str, str]] = {}
    """What the pages call the fields that the bot writes, by their name in code; for whoever approves a change."""

    def __init__(self, system: System, browser: Browser, credential: Credential | None = None) -> None:
        self.system = system
        self.sign_ins: SignIns | None = None
        """Where the credential comes from; None for a system without sign-in."""
        if credential is not None:
            self.sign_ins = OwnSignIns(self.system_name, credential, browser.refusals)
        self._browser = browser

    def __init_subclass__(cls) -> None:
        """Have the faults of the subclass's own methods attributed as well."""
        super().__init_subclass__()
        attribute_faults(cls)

    @abstractmethod
    def sign_in(self, session: Session, credential: Credential) -> None:
        """Sign in on a session without cookies.

        Where the browser itself answers the system (`sign_in` in its settings), opening a page is all there is to do.

        Raises:
            SystemException: `SIGN_IN_REFUSED` if the system says the credential is wrong: it is then not tried again.
        """

    def signed_out(self, page: Html) -> bool:
        """Is this what a system shows when the session has ended: a password field, unless a subclass knows better."""
        return page.asks_for_password

    @property
    def session(self) -> Session:
        """The system's session, signed in; opened when first used and shared by all items of this worker."""
        session = self._session()
        if self.sign_ins is None:
            session.access = Access(Way(self.system.sign_in))
        elif not session.signed_in:
            self._patiently(lambda: self._sign_in(session, self.sign_ins))
        return session

    def get(self, path: str) -> Reply:
        """Read an address beside the screen; signs in afresh once if the session has ended.

        Raises:
            SystemException: `SIGNED_OUT` if a fresh sign-in didn't help; whatever else was still wrong at the last try.
        """
        return self.reading(lambda: self._get(path))

    def reading(self, read: Callable[[], T]) -> T:
        """Read something, again after passing faults, and once more after a fresh sign-in; never wrap a write in it.

        `read` raises `SIGNED_OUT` (a SystemException) when it meets the sign-in page.
        """
        try:
            return self._patiently(read)
        except SystemException as fault:
            if fault.code != "SIGNED_OUT":
                raise
        self.sign_in_afresh()
        return self._patiently(read)

    def sign_in_afresh(self) -> None:
        """Drop what is left of the session and sign in once more."""
        self._session().sign_out()
        _ = self.session

    def probe(self) -> None:
        """Look whether the system answers, without signing in: asked while it is left alone after faults.

        A subclass that knows more of its system may look further, as long as it neither signs in nor writes.

        Raises:
            SystemException: `CONNECTION`, `TIMEOUT`, `HTTP_…` or another: it doesn't answer as it should.
        """
        session = self._browser.session(f"{self.system_name} (probe)", origins=self._origins)
        session.sign_out()  # no cookie of an earlier look makes this one look better
        if self.sign_ins is not None:
            session.access = Access(certificate=self.sign_ins.certificate())
        try:
            session.goto("/")
        finally:
            session.sign_out()

    def leave(self) -> None:
        """Give up the session, because another slot needs the place: a subclass that can sign out does so first."""
        self._session().sign_out()

    def close(self) -> None:  # noqa: B027 - a bot may have nothing to close
        """End what it has open beside the browser: nothing, unless a subclass opens something."""

    def reset(self) -> None:
        """Leave pages, popups and dialogs of a failed item behind; still signed in."""
        self._session().reset()

    def picture(self) -> bytes | None:
        """Return a masked screenshot of where the bot is; None if it has no page open."""
        session = self._session()
        return session.screenshot() if session.is_open else None

    def record(self) -> None:
        """Record from now on what is done in the system, but for sign-ins."""
        self._session().record()

    def recorded(self) -> list[bytes]:
        """End the recording, if there is one, and return it in pieces."""
        return self._session().recorded()

    def forget_recorded(self) -> None:
        """End the recording, if there is one, and keep nothing of it."""
        self._session().forget_recorded()

    @property
    def _origins(self) -> tuple[str, ...]:
        return self.system.address, *self.system.origins

    def _session(self) -> Session:
        session = self._browser.session(self.system_name, origins=self._origins)
        session.masks = self.masks
        return session

    def _sign_in(self, session: Session, sign_ins: SignIns | None) -> None:
        assert sign_ins is not None  # noqa: S101 - the caller looked
        with session.unrecorded(), sign_ins.trying() as credential, keeping_quiet(credential):
            session.access = Access.of(credential, Way(self.system.sign_in))
            self.sign_in(session, credential)
            session.keep()
        session.signed_in = True

    def _get(self, path: str) -> Reply:
        reply = self.session.get(path)
        if self.signed_out(reply.html):
            raise SystemException(f"{self.system_name} asks to sign in again, expected a page", "SIGNED_OUT")
        return reply

    def _patiently(self, read: Callable[[], T]) -> T:
        tries = Retrying(
            retry=retry_if_exception(_is_passing),
            stop=stop_after_attempt(_TRIES) | stop_after_delay(_BUDGET),
            wait=wait_exponential_jitter(multiplier=0.1, max=1, jitter=0.1),
            reraise=True,
        )
        return tries(read)


attribute_faults(Bot)


def _is_passing(error: BaseException) -> bool:
    return isinstance(error, SystemException) and (error.code in _PASSING or error.code.startswith("HTTP_"))
