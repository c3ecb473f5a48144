"""The form of a kept file on the disk: AES-256-GCM under a key that the file names."""

import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rpa.evidence.keys import EvidenceKey, EvidenceKeys
from rpa.exceptions import EvidenceLocked, RecordError

_MAGIC = b"RPAE\x01"
_HEADER = struct.Struct(">5sI8s12s")
"""What it is, version and mark of the key, and 96 random bits that no other file has."""


def encrypted(content: bytes, digest: str, key: EvidenceKey) -> bytes:
    """Return the bytes to store.

    The header and the SHA-256 of the content are authenticated with it, so that no file can take the place of another.
    The kind isn't: the same content may be evidence of two kinds, and is kept once.
    """
    nonce = os.urandom(12)
    header = _HEADER.pack(_MAGIC, key.version, key.mark, nonce)
    return header + AESGCM(key.secret).encrypt(nonce, content, _bound(header, digest))


def decrypted(stored: bytes, digest: str, keys: EvidenceKeys) -> bytes:
    """Return the content of a stored file.

    Raises:
        EvidenceLocked: Its key is missing, or is another than it was encrypted with.
        RecordError: It was changed since it was stored.
    """
    key, nonce = _key_of(stored, digest, keys)
    header, ciphertext = stored[: _HEADER.size], stored[_HEADER.size :]
    try:
        return AESGCM(key.secret).decrypt(nonce, ciphertext, _bound(header, digest))
    except InvalidTag:
        raise _changed(digest) from None


def _key_of(stored: bytes, digest: str, keys: EvidenceKeys) -> tuple[EvidenceKey, bytes]:
    if len(stored) < _HEADER.size:
        raise _changed(digest)
    magic, version, mark, nonce = _HEADER.unpack_from(stored)
    if magic != _MAGIC:
        raise _changed(digest)
    key = keys.of_version(version)
    if key.mark != mark:
        raise EvidenceLocked(
            f"the key evidence-{version} in the folder of keys is another than the one that the kept file {digest} was "
            "encrypted with; bring the right one back from a backup"
        )
    return key, nonce


def _bound(header: bytes, digest: str) -> bytes:
    return header + bytes.fromhex(digest)


def _changed(digest: str) -> RecordError:
    return RecordError(f"the kept file {digest} has been changed since it was kept; don't rely on it")
