"""The folder of keys as the seals use it: `seal-1` is a private key, `seal-1.pub` the public one that belongs to it."""

from contextlib import suppress
from pathlib import Path

from rpa.audit.files import check_owned, check_private, write_once, write_secret_once
from rpa.audit.key_text import read_private, read_public, written
from rpa.audit.notes import PublicKey, SigningKey
from rpa.exceptions import RecordError


class KeyFolder:
    """Files are only added to it; of two processes that add the same, one wins and both read that."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def known(self) -> dict[int, PublicKey]:
        """Return all public keys by their number; one whose file is gone is made from the private key.

        Raises:
            RecordError: One can't be read.
        """
        known = {number: self._public(number) for number in self._numbers(".pub")}
        return known | {number: self._read(number).public for number in self._numbers("") if number not in known}

    def private(self, number: int) -> SigningKey | None:
        """Return a private key, None if it isn't here.

        Raises:
            RecordError: It can't be read, or others may read it.
        """
        path = self.place(number)
        if not path.exists():
            return None
        check_private(path)
        check_owned(path)
        return self._read(number)

    def keep(self, key: SigningKey, number: int) -> None:
        """Add a private key, unless there is one of that number, and the public key of the one that is there."""
        write_secret_once(self.place(number), written(key))
        self.keep_public(self._read(number).public, number)

    def mend(self, key: PublicKey, number: int) -> None:
        """Add a public key whose file is gone: without it, nobody could even name the private one once that is lost."""
        if not self._public_place(number).exists():
            with suppress(OSError):  # a folder that may only be read still has keys that sign
                self.keep_public(key, number)

    def keep_public(self, key: PublicKey, number: int) -> None:
        """Add a public key, unless there is one of that number."""
        write_once(self._public_place(number), f"{key}\n", mode=0o644)

    def place(self, number: int) -> Path:
        """Return the file of a private key, whether or not it is there."""
        return self._path / f"seal-{number}"

    def _public_place(self, number: int) -> Path:
        return self.place(number).with_suffix(".pub")

    def _numbers(self, suffix: str) -> list[int]:
        names = (path.name.removeprefix("seal-") for path in self._path.glob(f"seal-*{suffix}"))
        found = (name.removesuffix(suffix) for name in names)
        return sorted(int(number) for number in found if number.isdecimal())

    def _public(self, number: int) -> PublicKey:
        path = self._public_place(number)
        key = read_public(_text(path))
        if key is None:
            raise RecordError(
                f"the file {path.name} in the folder of keys holds no public key; bring it back from a backup"
            )
        return key

    def _read(self, number: int) -> SigningKey:
        path = self.place(number)
        key = read_private(_text(path))
        if key is None:
            raise RecordError(
                f"the file {path.name} in the folder of keys holds no key for seals; bring it back from a backup"
            )
        return key


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except UnicodeDecodeError:  # it carries what it could not read
        return ""
    except OSError as error:
        raise RecordError(
            f"the file {path.name} in the folder of keys can't be read ({error.strerror}); let the account that rpa "
            "runs as own it"
        ) from None
