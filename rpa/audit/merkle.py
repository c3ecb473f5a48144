"""The Merkle tree over all entries of the record (RFC 6962, RFC 9162): its root stands for every one of them.

A leaf is the hash of an entry, `SHA-256(0x00 ‖ prev ‖ body)`; a node is `SHA-256(0x01 ‖ left ‖ right)`. Hashes are 32
bytes. A tree of n leaves is n // 256**k complete subtrees of 256**k leaves for each k; the roots of those are kept, so
that a root or a proof is made from a few hundred hashes however large the tree is.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

EMPTY = sha256(b"").digest()
"""The root of a tree without leaves."""
WIDTH = 256
"""Leaves of the smallest subtree whose root is kept; each next one has as many times more."""

Hashes = Callable[[int, int, int], Sequence[bytes]]
"""Given a level k and a range, the roots of the complete subtrees of 256**k leaves in that range; level 0: leaves."""


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node from those of its two children."""
    return sha256(b"\1" + left + right).digest()


class Frontier:
    """The roots of the complete subtrees a tree of `size` leaves is made of, from the largest to the smallest.

    It is all that is needed to add leaves and to tell the root, in time that doesn't grow with the tree.
    """

    def __init__(self, size: int = 0, nodes: Sequence[bytes] = ()) -> None:
        if size < 0 or len(nodes) != size.bit_count():
            raise ValueError(f"found {len(nodes)} nodes for a tree of {size} leaves, expected {size.bit_count()}")
        self.size = size
        self._nodes = list(nodes)

    @property
    def nodes(self) -> tuple[bytes, ...]:
        """The roots, the largest subtree's first."""
        return tuple(self._nodes)

    def add(self, leaf: bytes) -> None:
        """Add a leaf at the end."""
        nodes, size = self._nodes, self.size
        while size & 1:
            leaf = sha256(b"\1" + nodes.pop() + leaf).digest()
            size >>= 1
        nodes.append(leaf)
        self.size += 1

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Add leaves at the end, level by level, which costs less than one by one."""
        level, left, height = list(leaves), list[bytes](), self.size
        while level:
            if height & 1:
                level.insert(0, self._nodes.pop())
            if len(level) & 1:
                left.append(level.pop())
            level = [sha256(b"\1" + one + other).digest() for one, other in zip(level[::2], level[1::2], strict=True)]
            height >>= 1
        self._nodes += reversed(left)
        self.size += len(leaves)

    def root(self) -> bytes:
        """Return the root of the tree as it is."""
        if not self._nodes:
            return EMPTY
        root = self._nodes[-1]
        for node in reversed(self._nodes[:-1]):
            root = node_hash(node, root)
        return root


def frontier_of(size: int, hashes: Hashes) -> Frontier:
    """Return the frontier of a tree of `size` leaves from the hashes that are kept of it."""
    nodes, start = [], 0
    for width in (1 << bit for bit in reversed(range(size.bit_length())) if size >> bit & 1):
        nodes.append(_subtree(start, width, hashes))
        start += width
    return Frontier(size, nodes)


def complete_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root of a complete subtree from the hashes at its bottom, a power of two of them."""
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(level[place], level[place + 1]) for place in range(0, len(level), 2)]
    return level[0]


def inclusion_proof(index: int, size: int, hashes: Hashes) -> list[bytes]:
    """Return what shows that a leaf is in the tree of `size` leaves: the siblings on its way up (RFC 9162, 2.1.3.1).

    Raises:
        ValueError: There is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"found leaf {index}, expected one below {size}")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(range_root(middle, end, hashes))
            end = middle
        else:
            proof.append(range_root(start, middle, hashes))
            start = middle
    return proof[::-1]


def root_from_proof(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """Return the root that a proof leads to; the leaf is in the tree if it is the tree's (RFC 9162, 2.1.3.2).

    Raises:
        ValueError: The proof is not of the length that this leaf and size have.
    """
    if not 0 <= index < size:
        raise ValueError(f"found leaf {index}, expected one below {size}")
    node, last, left = leaf, size - 1, list(proof)
    while last:
        if index & 1 or index < last:
            if not left:
                raise ValueError(f"found a proof of {len(proof)} hashes, expected a longer one")
            node = node_hash(left.pop(0), node) if index & 1 else node_hash(node, left.pop(0))
        index, last = index >> 1, last >> 1
    if left:
        raise ValueError(f"found a proof of {len(proof)} hashes, expected {len(proof) - len(left)}")
    return node


def range_root(start: int, end: int, hashes: Hashes) -> bytes:
    """Return the root of the leaves from `start` up to `end`, which begin where a subtree of the tree does."""
    if end == start:
        return EMPTY
    frontier: list[bytes] = []
    while start < end:
        size = min(_power_below(end - start), start & -start if start else _power_below(end - start))
        frontier.append(_subtree(start, size, hashes))
        start += size
    root = frontier.pop()
    while frontier:
        root = node_hash(frontier.pop(), root)
    return root


def _subtree(start: int, size: int, hashes: Hashes) -> bytes:
    """Return the root of an aligned complete subtree, from the highest kept level below it."""
    level, width = 0, 1
    while width * WIDTH <= size:
        level, width = level + 1, width * WIDTH
    return complete_root(hashes(level, start // width, (start + size) // width))


def _split(size: int) -> int:
    """Return the largest power of two smaller than a size above 1."""
    return 1 << (size - 1).bit_length() - 1


def _power_below(size: int) -> int:
    """Return the largest power of two that is not above a size."""
    return 1 << size.bit_length() - 1
