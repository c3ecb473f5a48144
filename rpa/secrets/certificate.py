"""A client certificate with its key, as it was read."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM (`content` and `key`) or PKCS 12 (`content` alone); nothing of it shows in a text of this object."""

    content: bytes = field(repr=False)
    key: bytes | None = field(default=None, repr=False)
    passphrase: str = field(default="", repr=False)
    """Opens the key."""
