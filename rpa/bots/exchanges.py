"""What a bot without a screen shows in place of a recording: what it asked, and what it was answered."""

import io
import zipfile
from collections import deque
from urllib.parse import urlsplit

import orjson

_MOST = 200
"""Exchanges that are kept: what went before them has nothing to do with a failure."""


class Exchanges:
    """Keeps requests and answers while told to, but never a sign-in or a token; what it keeps holds patient data."""

    def __init__(self, *, beside: str) -> None:
        """Begin with nothing; what goes to the address `beside` is left out."""
        self._beside = urlsplit(beside)[:3]
        self._kept: deque[dict[str, object]] | None = None

    def begin(self) -> None:
        """Keep what comes from now on."""
        self._kept = deque(maxlen=_MOST)

    def add(self, method: str, address: str, status: int, *, sent: bytes, answer: bytes) -> None:
        """Keep one exchange, if told to."""
        if self._kept is None or urlsplit(address)[:3] == self._beside:
            return
        said = {"sent": sent.decode(errors="replace"), "answer": answer.decode(errors="replace")}
        self._kept.append({"method": method, "address": address, "status": status, **said})

    def taken(self) -> list[bytes]:
        """End keeping, and return what was kept as a zip with a line of JSON for each exchange; nothing if none was."""
        kept, self._kept = self._kept, None
        if not kept:
            return []
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("exchanges.jsonl", b"".join(orjson.dumps(one) + b"\n" for one in kept))
        return [packed.getvalue()]
