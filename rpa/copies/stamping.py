"""Time stamps of a third party (RFC 3161) on seals: nobody, not even whoever holds the key, can have made them later.

An extra: it needs `rfc3161-client`, which `pip install rpa[timestamp]` brings.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, build_opener

from cryptography import x509

from rpa.audit.findings import Finding, SealFinding
from rpa.audit.sealer import Seal
from rpa.exceptions import RecordError, UsageError
from rpa.postman.connection import TIMEOUT
from rpa.postman.webhook import NoRedirect

_MOST = 100_000
"""Bytes of an answer; a real one has a few thousand."""


class TimeStamps:
    """Gets a stamp on the newest seal, which stands for all before it, and keeps it beside the anchors."""

    name = "time stamp"

    def __init__(self, address: str, authorities: Path, folder: Path, *, every: timedelta) -> None:
        if urlsplit(address).scheme not in ("http", "https"):
            raise UsageError(
                f"found time_stamps = {address!r}, expected an address of https or http; mend it in [record]"
            )
        self._address = address
        self._authorities = authorities
        self._folder = folder
        self.every = every

    def keep(self, seals: Sequence[Seal]) -> None:
        """Have the newest of the seals stamped, and keep the stamp once it is shown to be one.

        Raises:
            UsageError: `rfc3161-client` is not installed, or the certificates can't be read.
            RecordError: The answer is no stamp of this seal by a trusted authority.
            OSError: The server can't be reached, or the folder can't be written.
        """
        newest, client = seals[-1], _client()
        note = newest.note.encode()
        asked = client.TimestampRequestBuilder().data(note).build()
        answer = self._asked(asked.as_bytes())
        _checked(answer, note, certificates(self._authorities), nonce=asked.nonce)
        folder = self._folder / str(newest.tree)
        folder.mkdir(exist_ok=True)
        part = folder / f".{newest.size}.{os.getpid()}.part"
        part.write_bytes(answer)
        part.replace(folder / f"{newest.size}.tsr")

    def _asked(self, query: bytes) -> bytes:
        # What is stamped is a hash, and what comes back is signed: http is what most authorities offer.
        headers = {"Content-Type": "application/timestamp-query", "User-Agent": "rpa"}
        request = Request(self._address, data=query, headers=headers, method="POST")  # noqa: S310 - checked
        with build_opener(NoRedirect()).open(request, timeout=TIMEOUT) as answer:
            return bytes(answer.read(_MOST))


@dataclass(frozen=True, slots=True)
class Stamped:
    """The newest seal that has a stamp which fits it."""

    size: int
    at: datetime


def check_stamps(folder: Path, notes: Mapping[tuple[int, int], str],
                 authorities: Path) -> tuple[Stamped | None, list[Finding]]:  # fmt: skip
    """Hold the stamps in a folder against the notes of the seals, by year and size.

    Raises:
        UsageError: `rfc3161-client` is not installed, or the certificates can't be read.
    """
    roots = certificates(authorities)
    newest: Stamped | None = None
    wrong: list[Finding] = []
    for place, path in sorted(_stamps(folder)):
        name = f"{path.parent.name}/{path.name}"
        if place not in notes:
            said = f"The stamp in {name} is of a seal over {place[1]:,} entries of {place[0]}, which is missing."
            wrong.append(SealFinding("seals", place[1], said))
            continue
        try:
            at = _checked(path.read_bytes(), notes[place].encode(), roots)
        except RecordError as error:
            wrong.append(SealFinding("seals", place[1], f"The stamp in {name} can't be relied on: {error}."))
            continue
        newest = Stamped(place[1], at)
    return newest, wrong


def certificates(path: Path) -> list[x509.Certificate]:
    """Return the certificates of a PEM file.

    Raises:
        UsageError: It can't be read, or holds none.
    """
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise UsageError(
            f"time_stamp_authorities in [record] can't be used ({type(error).__name__}); it must hold PEM certificates"
        ) from None


def _checked(answer: bytes, note: bytes, roots: Sequence[x509.Certificate], *, nonce: int | None = None) -> datetime:
    """Return when a note was stamped."""
    client = _client()
    try:
        response = client.decode_timestamp_response(answer)
        told = response.tst_info
        verifier = client.VerifierBuilder(roots=list(roots), nonce=nonce).build()
        verifier.verify_message(response, note)
    except (client.VerificationError, ValueError) as error:
        raise RecordError(f"it is no stamp of this seal by a trusted authority ({type(error).__name__})") from None
    at: datetime = told.gen_time
    return at


def _stamps(folder: Path) -> Iterator[tuple[tuple[int, int], Path]]:
    for path in folder.glob("[0-9]*/[0-9]*.tsr"):
        if path.parent.name.isdecimal() and path.stem.isdecimal():
            yield (int(path.parent.name), int(path.stem)), path


def _client() -> Any:
    try:
        import rfc3161_client  # an extra
    except ImportError:
        raise UsageError("time stamps need one more package; install it with: pip install rpa[timestamp]") from None
    return rfc3161_client
