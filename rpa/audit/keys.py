"""The keys that seals are signed with: kept outside of the database, readable by their owner alone."""

import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rpa.audit.key_folder import KeyFolder
from rpa.audit.key_ring import KeyRing
from rpa.audit.notes import PublicKey, SigningKey
from rpa.exceptions import RecordError


class SealKeys:
    """The keys `seal-1`, `seal-2` … each in the form of C2SP signed notes, and the newest signs.

    The public ones are files `seal-1.pub` in the folder of keys. A private one is a file `seal-1` beside it, or in the
    keyring: new ones go where `in_keyring` says, and the one that signs is looked for in both.
    """

    def __init__(self, folder: Path, *, in_keyring: bool = False) -> None:
        self._folder = folder
        self._files = KeyFolder(folder)
        self._ring = KeyRing()
        self._in_keyring = in_keyring

    def signing(self) -> SigningKey:
        """Return the key that signs; the first is made when there is none.

        Raises:
            RecordError: It is gone or can't be read, others may read it, or it isn't the one of its public key.
        """
        if not self._files.known():
            self._write(self.fresh(), 1)
        known = self._files.known()
        number = max(known)
        key = self._private(number, known[number])
        if key.public != known[number]:
            raise RecordError(
                f"the key seal-{number} in the folder of keys does not fit its public key, seal-{number}.pub: one of "
                "them was exchanged; bring both back from a backup"
            )
        self._files.mend(key.public, number)
        return key

    def public(self) -> tuple[PublicKey, ...]:
        """Return the public key of each, oldest first; that of a lost key is still there, in `seal-1.pub`.

        Raises:
            RecordError: One can't be read.
        """
        known = self._files.known()
        return tuple(known[number] for number in sorted(known))

    def fresh(self) -> SigningKey:
        """Return a new key under the name of those before; it signs once it is kept.

        Raises:
            RecordError: There is no keyring to keep it in.
        """
        if self._in_keyring:
            self._ring.check()
        before = self.public()
        name = before[-1].name if before else f"rpa-{secrets.token_hex(4)}"
        return SigningKey(name, Ed25519PrivateKey.generate())

    def keep(self, key: SigningKey) -> None:
        """Let a key sign from now on.

        Raises:
            RecordError: It can't be kept, or another process was first.
        """
        number = max(self._files.known(), default=0) + 1
        self._write(key, number)
        if self._files.known()[number] != key.public:
            raise RecordError(
                "another new key was made at this very moment, and that one signs from now on; see "
                "`rpa audit key public`"
            )

    def place(self) -> str:
        """Return in words where the key is that signs, or where the first will be.

        Raises:
            RecordError: It can't be read, or there is no keyring to put it into.
        """
        if not self._files.known():
            self.fresh()
            return f"none yet, the first seal makes it in {self._ring.name if self._in_keyring else self._folder}"
        name = self.signing().public.name
        number = max(self._files.known())
        path = self._files.place(number)
        return f"seal-{number} of {name} can be read in {path if path.exists() else self._ring.name}"

    def _write(self, key: SigningKey, number: int) -> None:
        if not self._in_keyring:
            self._files.keep(key, number)
            return
        self._ring.keep(key)
        self._files.keep_public(key.public, number)
        # A keyring can't be asked to keep only the first of two: the file says who was, and the other takes his back.
        if self._files.known()[number] != key.public:
            self._ring.forget(key)

    def _private(self, number: int, public: PublicKey) -> SigningKey:
        found = self._files.private(number) or self._in_ring(public)
        if found is None:
            raise RecordError(
                f"the key {public.name} that signs the seals is gone: seal-{number} is neither in the folder of keys "
                "nor in a keyring that can be read here; bring it back from a backup, or let `rpa audit key new` make "
                "another"
            )
        return found

    def _in_ring(self, public: PublicKey) -> SigningKey | None:
        try:
            return self._ring.find(public)
        except RecordError:
            if self._in_keyring:
                raise
            return None  # most machines whose keys are files have no keyring
