"""How a bot comes by its credential, and what leaves its sign-in: never a value of it."""

import traceback
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from playwright.sync_api import Error

from rpa.connectors.browser.refusals import Refusals
from rpa.exceptions import SystemException
from rpa.secrets import Certificate, Credential


class SignIns(Protocol):
    """Hands out the credential for one try at a time."""

    def trying(self) -> AbstractContextManager[Credential]:
        """Yield the credential as it is now; how the block ends is how the try ended.

        Raises:
            SystemException: `SIGN_IN_REFUSED`: it may not be tried.
        """

    def certificate(self) -> Certificate | None:
        """Return the client certificate of the credential, without which some systems don't even answer."""


class OwnSignIns:
    """One given credential; what the system refused is remembered by the browser."""

    def __init__(self, system: str, credential: Credential, refusals: Refusals) -> None:
        self._system = system
        self._credential = credential
        self._refusals = refusals

    @contextmanager
    def trying(self) -> Iterator[Credential]:
        """Yield the credential, unless the system refused it before."""
        self._refusals.check(self._system, self._credential.material())
        try:
            yield self._credential
        except SystemException as fault:
            if fault.code == "SIGN_IN_REFUSED":
                self._refusals.remember(self._system, self._credential.material())
            raise

    def certificate(self) -> Certificate | None:
        """Return the client certificate of the credential."""
        return self._credential.certificate


@contextmanager
def keeping_quiet(credential: Credential) -> Iterator[None]:
    """Let no fault leave that shows the password: a browser's own errors quote what was typed."""
    try:
        yield
    except SystemException as fault:
        if fault.code == "SIGN_IN_REFUSED":
            fault.message += credential.told_clock
        if credential.shows_in(_told(fault)):
            raise _silenced(fault, fault.code) from None
        raise
    except Exception as error:
        # A browser's error may quote a part of what was typed, which no search for the whole would find.
        if isinstance(error, Error) or credential.shows_in(_told(error)):
            raise _silenced(error, "UNEXPECTED") from None
        raise


def _told(error: Exception) -> str:
    return "".join(traceback.format_exception(error))


def _silenced(error: Exception, code: str) -> SystemException:
    place = traceback.extract_tb(error.__traceback__)[-1]
    what = f"{type(error).__name__} in {place.name} (line {place.lineno})"
    return SystemException(
        f"the sign-in ended with {what}; what it says is left out, for it may show the password", code
    )
