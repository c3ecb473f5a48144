"""The way into one system for one slot: hands out the credential for a try, and writes down how that ended."""

from collections.abc import Iterator
from contextlib import contextmanager

from rpa.exceptions import SignInHeld, SystemException
from rpa.secrets import Certificate, Credential
from rpa.sign_ins.keeper import SignIns
from rpa.sign_ins.tries import Try


class Door:
    """Signs in to one system, always with the credential as it is now."""

    def __init__(self, sign_ins: SignIns, system: str, credential: str) -> None:
        self._sign_ins = sign_ins
        self._system = system
        self._name = credential

    @contextmanager
    def trying(self) -> Iterator[Credential]:
        """Yield the credential for one try; how the block ends is how the try ended.

        Raises:
            SignInHeld: The system refused it, now or before, or it may not be tried now; the system is paused.
            NotFoundError | UsageError: There is no such credential, or it can't be used.
        """
        credential = self._kept_now()
        one = Try(self._sign_ins, self._system, credential, kept_now=self._kept_now)
        one.refuse_if_known()
        try:
            yield (lent := credential.lent(release=one.release, take=one.take))
        except SignInHeld:
            raise
        except SystemException as fault:
            if fault.code == "SIGN_IN_REFUSED":
                raise one.refused(lent.told_clock) from None
            one.broke_off()
            raise
        except BaseException:
            one.broke_off()
            raise
        one.signed_in()

    def certificate(self) -> Certificate | None:
        """Return the client certificate of the credential as it is now."""
        return self._kept_now().certificate

    def _kept_now(self) -> Credential:
        return self._sign_ins.secrets.get(self._name)
