"""The parts of a secret as one of the places has them, and the credential they make."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from rpa.clock import Clock
from rpa.exceptions import UsageError
from rpa.secrets.certificate import Certificate
from rpa.secrets.codes import OneTimeCodes
from rpa.secrets.credential import Credential, Label

TEXTS = ("username", "password", "version", "totp", "passphrase")
FILES = ("certificate", "key")
"""Parts that are files of their own."""
_VERSION = re.compile(r"[\w.:+-]{1,64}")


@dataclass(frozen=True, slots=True)
class Parts:
    """What was found of a secret."""

    found_in: str
    texts: Mapping[str, str]
    files: Mapping[str, bytes]
    dated: str = ""
    permissions: str = ""
    """Who may read its files, in words; empty where there are none."""


class Place(Protocol):
    """Where secrets are kept."""

    def find(self, name: str) -> Parts | None:
        """Return what it has of that secret, None if it has nothing.

        Raises:
            UsageError: What it has can't be used, or others may read it.
        """


def credential_of(name: str, parts: Parts, clock: Clock) -> Credential:
    """Put a credential together.

    Raises:
        UsageError: A part is missing or can't be used; the message names it and never shows it.
    """
    text = {one: parts.texts.get(one, "") for one in TEXTS}
    if not text["password"] and "certificate" not in parts.files:
        raise _wrong(name, parts, "has neither a password nor a certificate")
    if text["version"] and not _VERSION.fullmatch(text["version"]):
        raise _wrong(name, parts, "has a version that is not up to 64 letters, digits and .:+-_")
    return Credential(
        text["username"],
        text["password"],
        label=Label(name, text["version"], parts.found_in, parts.dated),
        codes=OneTimeCodes(text["totp"], clock) if text["totp"] else None,
        certificate=_certificate(parts.files, text["passphrase"]),
    )


def _certificate(files: Mapping[str, bytes], passphrase: str) -> Certificate | None:
    if "certificate" not in files:
        return None
    return Certificate(files["certificate"], files.get("key"), passphrase)


def _wrong(name: str, parts: Parts, what: str) -> UsageError:
    return UsageError(f"the sign-in {name!r} ({parts.found_in}) {what}; mend it")
