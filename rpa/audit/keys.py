"""The keys that seals are signed with: kept beside the data, outside of the database, readable by their owner alone."""

import secrets
from base64 import b64decode, b64encode
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rpa.audit.files import check_private, write_secret_once
from rpa.audit.notes import PublicKey, SigningKey
from rpa.exceptions import RecordError

_FORM = ("PRIVATE", "KEY")
_ED25519 = b"\1"


class SealKeys:
    """The folder of keys: `seal-1`, `seal-2` … each in the form of C2SP signed notes, and the newest signs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def signing(self) -> SigningKey:
        """Return the key that signs; the first is made when there is none.

        Raises:
            RecordError: It can't be read, or others may read it.
        """
        path = self._newest() or self._make("rpa-" + secrets.token_hex(4), 1)
        check_private(path)
        return _parse(path)

    def public(self) -> tuple[PublicKey, ...]:
        """Return the public key of each, oldest first."""
        return tuple(_parse(path).public for path in self._all())

    def prepare(self) -> SigningKey:
        """Return a new key under the name of the newest; it signs once it is kept.

        Raises:
            RecordError: The newest can't be read.
        """
        return SigningKey(self.signing().name, Ed25519PrivateKey.generate())

    def keep(self, key: SigningKey) -> None:
        """Let a key sign from now on."""
        newest = self._newest()
        number = 1 if newest is None else int(newest.name.removeprefix("seal-")) + 1
        write_secret_once(self._folder / f"seal-{number}", _written(key))

    def _make(self, name: str, number: int) -> Path:
        path = self._folder / f"seal-{number}"
        write_secret_once(path, _written(SigningKey(name, Ed25519PrivateKey.generate())))
        return path

    def _newest(self) -> Path | None:
        return next(reversed(self._all()), None)

    def _all(self) -> list[Path]:
        found = (path for path in self._folder.glob("seal-*") if path.name.removeprefix("seal-").isdecimal())
        return sorted(found, key=lambda path: int(path.name.removeprefix("seal-")))


def _written(key: SigningKey) -> str:
    encoded = b64encode(_ED25519 + key.private.private_bytes_raw()).decode()
    return "+".join((*_FORM, key.name, key.public.id.hex(), encoded))


def _parse(path: Path) -> SigningKey:
    try:
        first, second, name, told, encoded = path.read_text(encoding="ascii").strip().split("+", 4)
        decoded = b64decode(encoded, validate=True)
        key = SigningKey(name, Ed25519PrivateKey.from_private_bytes(decoded[1:]))
        if (first, second) == _FORM and decoded[:1] == _ED25519 and key.public.id.hex() == told:
            return key
    except ValueError:
        pass
    raise RecordError(f"the file {path.name} in the folder of keys holds no key for seals; bring it back from a backup")
