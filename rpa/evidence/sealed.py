"""The form of a kept file on the disk: AES-256-GCM under a key that the file names."""

import os
import struct
import sys
from collections.abc import Iterator
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM

from rpa.evidence.keys import EvidenceKey, EvidenceKeys
from rpa.exceptions import EvidenceLocked, RecordError

_MAGIC = b"RPAE\x01"
_HEADER = struct.Struct(">5sI8s12s")
"""What it is, version and mark of the key, and 96 random bits that no other file has."""
_TAG = 16
"""Bytes at the end of a stored file that prove the rest."""
_PIECE = 1 << 20


def encrypted(content: IO[bytes], digest: str, key: EvidenceKey) -> Iterator[bytes]:
    """Yield what is stored of a content, piece by piece.

    The header and the SHA-256 of the content are authenticated with it, so that no file can take the place of another.
    The kind isn't: the same content may be evidence of two kinds, and is kept once.
    """
    nonce = os.urandom(12)
    header = _HEADER.pack(_MAGIC, key.version, key.mark, nonce)
    made = Cipher(AES(key.secret), GCM(nonce)).encryptor()
    made.authenticate_additional_data(_bound(header, digest))
    yield header
    for piece in pieces(content):
        yield made.update(piece)
    yield made.finalize() + made.tag


def decrypted(stored: IO[bytes], digest: str, keys: EvidenceKeys) -> Iterator[bytes]:
    """Yield the content of a stored file, piece by piece; it counts for nothing before the last one.

    Raises:
        EvidenceLocked: Its key is missing, or is another than it was encrypted with.
        RecordError: It was changed since it was stored.
    """
    size = stored.seek(0, os.SEEK_END)
    stored.seek(0)
    header = stored.read(_HEADER.size)
    if size < _HEADER.size + _TAG:
        raise _changed(digest)
    key, nonce = _key_of(header, digest, keys)
    made = Cipher(AES(key.secret), GCM(nonce)).decryptor()
    made.authenticate_additional_data(_bound(header, digest))
    for piece in pieces(stored, size - _HEADER.size - _TAG):
        yield made.update(piece)
    try:
        yield made.finalize_with_tag(stored.read(_TAG))
    except InvalidTag:
        raise _changed(digest) from None


def pieces(file: IO[bytes], left: int = sys.maxsize) -> Iterator[bytes]:
    """Yield a file from where it stands, or so many bytes of it, in pieces that take little memory."""
    while left and (piece := file.read(min(left, _PIECE))):
        left -= len(piece)
        yield piece


def _key_of(header: bytes, digest: str, keys: EvidenceKeys) -> tuple[EvidenceKey, bytes]:
    magic, version, mark, nonce = _HEADER.unpack(header)
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
