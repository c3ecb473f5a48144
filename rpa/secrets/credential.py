"""What signs in to a system: its values are handed out one at a time, its name and version are what is shown."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from json import dumps
from typing import NoReturn
from urllib.parse import quote, quote_plus

from rpa.exceptions import UsageError
from rpa.secrets.certificate import Certificate
from rpa.secrets.codes import OneTimeCodes

_LEAST = 4  # a shorter value would be found in any text


@dataclass(frozen=True, slots=True)
class Label:
    """Which credential it is, as the record, the log and `rpa doctor` show it."""

    name: str = ""
    version: str = ""
    """As it was given with the secret; empty if none was."""
    found_in: str = ""
    """`environment`, `keyring`, or the file or folder."""
    dated: str = ""
    """When its file was last changed, UTC, where no version was given."""

    @property
    def shown_version(self) -> str:
        """The version, or what stands for it."""
        return self.version or (f"dated {self.dated}" if self.dated else "not given")

    def __str__(self) -> str:
        return f"{self.name}, version {self.shown_version}"


class Credential:
    """User name, password, and where it has them one-time codes and a client certificate.

    No value shows in a text of this object, and it can't be pickled: it never leaves its process.
    """

    def __init__(self, username: str, password: str, *, label: Label | None = None,
                 codes: OneTimeCodes | None = None, certificate: Certificate | None = None) -> None:  # fmt: skip
        self.username = username
        self.label = label or Label()
        self.certificate = certificate
        self._password = password
        self._codes = codes
        self._release: Callable[[], None] = lambda: None

    @property
    def password(self) -> str:
        """The password.

        Raises:
            SignInHeld: It may not be tried now, so that the account isn't locked.
        """
        self._release()
        return self._password

    def one_time_code(self) -> str:
        """Return the code of this moment (RFC 6238), each only once: one that was used waits for the next.

        Raises:
            UsageError: The credential has no secret for codes.
            SignInHeld: It may not be tried now.
        """
        if self._codes is None:
            raise UsageError(
                f"the system asks for a one-time code and the sign-in {self.label.name!r} has no secret for it; "
                "add `totp` to it"
            )
        self._release()
        return self._codes.next()

    @property
    def has_codes(self) -> bool:
        """Whether it makes one-time codes."""
        return self._codes is not None

    @property
    def told_clock(self) -> str:
        """What to say of a sign-in that was refused after a one-time code: a wrong clock makes wrong codes."""
        if self._codes is None or self._codes.given_at is None:
            return ""
        return (
            f" A one-time code was sent, made when this machine's clock showed {self._codes.given_at}: compare that "
            "with the right time."
        )

    def lent(self, *, release: Callable[[], None], take: Callable[[int], bool]) -> "Credential":
        """Return it for one try: `release` is asked before a value is handed out, `take` before a period's code is."""
        codes = self._codes.shared(take) if self._codes is not None else None
        lent = Credential(self.username, self._password, label=self.label, codes=codes, certificate=self.certificate)
        lent._release = release
        return lent

    def material(self) -> bytes:
        """Return all that makes it this credential, for a keyed digest and nothing else."""
        parts = [self.username, self._password, self.label.version, *self._hidden_parts()]
        certificate = self.certificate.content if self.certificate else b""
        encoded = [*(one.encode() for one in parts), certificate]
        return b"".join(len(one).to_bytes(4, "big") + one for one in encoded)

    def shows_in(self, text: str) -> bool:
        """Whether a text holds the password or another value that must not be told, as it is or as it is sent."""
        values = [one for one in (self._password, *self._hidden_parts()) if len(one) >= _LEAST]
        basic = b64encode(f"{self.username}:{self._password}".encode()).decode()
        return any(
            form in text for one in values for form in (one, dumps(one)[1:-1], quote(one), quote_plus(one), basic)
        )

    def _hidden_parts(self) -> tuple[str, str]:
        return (self._codes.secret if self._codes else "", self.certificate.passphrase if self.certificate else "")

    def __repr__(self) -> str:
        return f"Credential({self.label})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a credential can't be pickled or copied: it never leaves its process")
