"""The keys of kept files: beside the data, outside of the database, readable by their owner alone."""

import hmac
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from rpa.audit.files import check_private, write_secret_once
from rpa.exceptions import EvidenceLocked, RecordError

_PREFIX, _NAMES, _LENGTH = "evidence-", "evidence-names", 32


@dataclass(frozen=True, slots=True)
class EvidenceKey:
    """One version of the key that files are encrypted with."""

    version: int
    secret: bytes = field(repr=False)

    @property
    def mark(self) -> bytes:
        """Eight bytes by which a file tells this key from another of the same version."""
        return sha256(b"mark of a key of evidence\0" + self.secret).digest()[:8]


class EvidenceKeys:
    """The folder of keys: `evidence-1`, `evidence-2` … of which the newest encrypts, and `evidence-names`.

    Names are made with a key of their own that never changes: otherwise the same content, stored again after a new
    key, would be another file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def newest(self, *, make: bool) -> EvidenceKey:
        """Return the key that encrypts; the first is made when there is none and `make` allows it.

        Raises:
            EvidenceLocked: It is missing, can't be read, or others may read it.
        """
        version = max(self.versions(), default=1)
        return EvidenceKey(version, self._secret(f"{_PREFIX}{version}", make=make and version == 1))

    def of_version(self, version: int) -> EvidenceKey:
        """Return the key of that version.

        Raises:
            EvidenceLocked: As `newest`.
        """
        return EvidenceKey(version, self._secret(f"{_PREFIX}{version}", make=False))

    def name_of(self, digest: str, *, make: bool) -> str:
        """Return the name of the file whose content has that SHA-256; nobody without the key can test a guess.

        Raises:
            EvidenceLocked: As `newest`.
        """
        return hmac.new(self._secret(_NAMES, make=make), digest.encode(), sha256).hexdigest()

    def rotate(self) -> EvidenceKey:
        """Let a new key encrypt from now on; the others stay, for the files they were used for."""
        version = max(self.versions(), default=0) + 1
        return EvidenceKey(version, self._secret(f"{_PREFIX}{version}", make=True))

    def versions(self) -> list[int]:
        """Return the versions there are, oldest first."""
        found = (path.name.removeprefix(_PREFIX) for path in self._folder.glob(f"{_PREFIX}*"))
        return sorted(int(one) for one in found if one.isdecimal())

    def _secret(self, name: str, *, make: bool) -> bytes:
        path = self._folder / name
        if make and not path.exists():
            write_secret_once(path, secrets.token_hex(_LENGTH))
        try:
            check_private(path)
            secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
        except FileNotFoundError:
            raise EvidenceLocked(f"the key {name} of kept files is not in the folder of keys; {_RESTORE}") from None
        except RecordError as error:
            raise EvidenceLocked(str(error)) from None
        except PermissionError:
            raise EvidenceLocked(f"the key {name} of kept files may not be read by this account") from None
        except ValueError:
            secret = b""
        if len(secret) != _LENGTH:
            raise EvidenceLocked(f"the file {name} in the folder of keys holds no key for kept files; {_RESTORE}")
        return secret


_RESTORE = "bring it back from a backup"
