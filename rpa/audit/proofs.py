"""Proofs of many entries under one head of a tree: what they share is read and hashed once."""

from collections.abc import Sequence
from functools import lru_cache

from rpa.audit.merkle import EMPTY, WIDTH, Hashes, node_hash

_BLOCKS, _ROOTS = 64, 8192


class Proofs:
    """Inclusion proofs (RFC 9162, 2.1.3.1) under the head of a tree as it was with `size` leaves.

    Neighbours have most of their proofs in common: ten thousand entries of a job cost some forty reads of 256 hashes.
    """

    def __init__(self, hashes: Hashes, size: int) -> None:
        self.size = size
        self._hashes = hashes
        self._block = lru_cache(maxsize=_BLOCKS)(self._read_block)
        self._root_of = lru_cache(maxsize=_ROOTS)(self._make_root)

    def of(self, index: int) -> list[bytes]:
        """Return the siblings on a leaf's way up, the lowest first.

        Raises:
            ValueError: There is no such leaf.
        """
        if not 0 <= index < self.size:
            raise ValueError(f"found leaf {index}, expected one below {self.size}")
        proof: list[bytes] = []
        start, end = 0, self.size
        while end - start > 1:
            middle = _middle(start, end)
            if index < middle:
                proof.append(self._root_of(middle, end))
                end = middle
            else:
                proof.append(self._root_of(start, middle))
                start = middle
        return proof[::-1]

    def root(self) -> bytes:
        """Return the root that all these proofs lead to."""
        return self._root_of(0, self.size) if self.size else EMPTY

    def _make_root(self, start: int, end: int) -> bytes:
        level, width = 0, 1
        while width * WIDTH <= end - start:
            level, width = level + 1, width * WIDTH
        if width == end - start:  # it is kept
            index = start // width
            return self._block(level, index // WIDTH)[index % WIDTH]
        middle = _middle(start, end)
        return node_hash(self._root_of(start, middle), self._root_of(middle, end))

    def _read_block(self, level: int, number: int) -> Sequence[bytes]:
        return self._hashes(level, number * WIDTH, (number + 1) * WIDTH)


def _middle(start: int, end: int) -> int:
    """Return where a tree of more than one leaf is split: behind the largest power of two smaller than it."""
    return start + (1 << (end - start - 1).bit_length() - 1)
