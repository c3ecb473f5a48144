"""Finds any of thousands of texts in megabytes of bytes: one by one they would take seconds, together a moment."""

import re
from collections.abc import Collection


class Needles:
    """Texts that are looked for together. Each has three bytes or more."""

    def __init__(self, texts: Collection[bytes]) -> None:
        self._texts = frozenset(texts)
        self._lengths = sorted({len(one) for one in texts})
        self._beginning = re.compile(b"|".join(_beginnings(texts)))

    def are_in(self, held: bytes) -> bool:
        """Return whether any of them is there."""
        starts = (found.start() for found in self._beginning.finditer(held))
        return any(held[start : start + length] in self._texts for start in starts for length in self._lengths)


def _beginnings(texts: Collection[bytes]) -> list[bytes]:
    """Return a pattern for each first byte, followed by any second and third byte that come after it."""
    thirds: dict[bytes, dict[bytes, set[bytes]]] = {}
    for one in texts:
        thirds.setdefault(one[:1], {}).setdefault(one[1:2], set()).add(re.escape(one[2:3]))
    return [
        re.escape(first)
        + b"(?="
        + b"|".join(re.escape(one) + b"[" + b"".join(more) + b"]" for one, more in rest)
        + b")"
        for first, rest in ((first, seconds.items()) for first, seconds in thirds.items())
    ]
