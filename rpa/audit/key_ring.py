"""Keeps the keys of the seals in the keyring of the machine, where nothing private lies in a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from rpa.audit.key_text import read_private, written
from rpa.audit.notes import PublicKey, SigningKey
from rpa.exceptions import RecordError

_USER = "seal"


class KeyRing:
    """The keyring of the account on this machine. All processes of the account share it, other machines don't.

    Each key has a service of its own, `rpa:seals:NAME+ID`, so that two processes never write over one another's.
    """

    @property
    def name(self) -> str:
        """What keeps the keys, as the package `keyring` calls it."""
        import keyring

        return str(keyring.get_keyring().name)

    def check(self) -> None:
        """Check that something can be kept here.

        Raises:
            RecordError: There is no keyring, or it is locked.
        """
        with _told() as keyring:
            if keyring.get_keyring().priority <= 0:  # stands for "there is none", or drops what it is given
                raise keyring.errors.NoKeyringError
            keyring.get_password(_service("check"), _USER)

    def find(self, public: PublicKey) -> SigningKey | None:
        """Return the private key that belongs to a public one, None if it isn't here.

        Raises:
            RecordError: The keyring can't be read, or what it has is no key.
        """
        with _told() as keyring:
            found = keyring.get_password(_service(_named(public)), _USER)
        if found is None:
            return None
        key = read_private(found)
        if key is None:
            raise RecordError(
                f"what the keyring keeps as {_service(_named(public))!r} is no key for seals; bring it back from a "
                "backup, or let `rpa audit key new` make another"
            )
        return key

    def keep(self, key: SigningKey) -> None:
        """Keep a key, and look that it was kept.

        Raises:
            RecordError: It was not.
        """
        with _told() as keyring:
            keyring.set_password(_service(_named(key.public)), _USER, written(key))
        kept = self.find(key.public)
        if kept is None or kept.public != key.public:
            raise RecordError("the keyring did not keep the new key, so it does not sign; see `rpa doctor`")

    def forget(self, key: SigningKey) -> None:
        """Remove a key that never signed.

        Raises:
            RecordError: The keyring can't be written to.
        """
        with _told() as keyring:
            keyring.delete_password(_service(_named(key.public)), _USER)


def _service(what: str) -> str:
    return f"rpa:seals:{what}"


def _named(public: PublicKey) -> str:
    return f"{public.name}+{public.id.hex()}"


@contextmanager
def _told() -> Iterator[ModuleType]:
    import keyring  # only who keeps keys there waits until it has loaded
    import keyring.errors

    try:
        yield keyring
    except Exception as error:  # each kind of keyring has errors of its own, and a message may hold what was kept
        raise RecordError(
            f"the keyring of this machine can't be used ({type(error).__name__}); see that it is there and unlocked "
            "for the account that rpa runs as"
        ) from None
