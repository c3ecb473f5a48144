"""The keys that seals are signed with: kept beside the data, outside of the database, readable by their owner alone."""

import secrets
from base64 import b64decode, b64encode
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rpa.audit.files import check_private, write_once, write_secret_once
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
        path = self._newest()
        if path is None and (lost := self.public()):
            raise RecordError(
                f"the key {lost[-1].name} that signs the seals is gone; bring it back from a backup, or let "
                "`rpa audit key new` make another"
            )
        path = path or self._write(self.fresh(), 1)
        check_private(path)
        return _parse(path)

    def public(self) -> tuple[PublicKey, ...]:
        """Return the public key of each, oldest first; that of a lost key is still there, in `seal-1.pub`.

        Raises:
            RecordError: One can't be read.
        """
        known = {
            path.stem: PublicKey.parse(path.read_text(encoding="ascii")) for path in self._folder.glob("seal-*.pub")
        }
        known |= {path.name: _parse(path).public for path in self._all() if path.name not in known}
        return tuple(known[name] for name in sorted(known, key=_number))

    def fresh(self) -> SigningKey:
        """Return a new key under the name of those before; it signs once it is kept."""
        before = self.public()
        name = before[-1].name if before else f"rpa-{secrets.token_hex(4)}"
        return SigningKey(name, Ed25519PrivateKey.generate())

    def keep(self, key: SigningKey) -> None:
        """Let a key sign from now on."""
        numbers = [_number(path.stem) for path in self._folder.glob("seal-*")]
        self._write(key, max(numbers, default=0) + 1)

    def _write(self, key: SigningKey, number: int) -> Path:
        path = self._folder / f"seal-{number}"
        write_secret_once(path, _written(key))
        # Two processes may begin at once: the public key is that of the one that was first.
        write_once(path.with_suffix(".pub"), f"{_parse(path).public}\n", mode=0o644)
        return path

    def _newest(self) -> Path | None:
        return next(reversed(self._all()), None)

    def _all(self) -> list[Path]:
        found = (path for path in self._folder.glob("seal-*") if path.name.removeprefix("seal-").isdecimal())
        return sorted(found, key=lambda path: _number(path.name))


def _number(name: str) -> int:
    said = name.removeprefix("seal-")
    return int(said) if said.isdecimal() else 0


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
