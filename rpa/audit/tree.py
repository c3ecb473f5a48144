"""One year's tree of the record as it is stored: leaves are added at its end, and nothing in it ever changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from sqlalchemy import Connection, func, insert, select

from rpa.audit.merkle import WIDTH, Frontier, complete_root, frontier_of, inclusion_proof
from rpa.db.seal_tables import leaf, node


@dataclass(frozen=True, slots=True)
class Leaf:
    """An entry of the record that gets a place in the tree: its run, its number there, its hash of 32 bytes."""

    run: str
    seq: int
    hash: bytes


class Tree:
    """The tree of a year, read and written in the caller's transaction."""

    def __init__(self, connection: Connection, year: int) -> None:
        self._connection = connection
        self.year = year

    @property
    def size(self) -> int:
        """The number of its leaves."""
        last = select(func.max(leaf.c.idx)).where(leaf.c.tree == self.year)
        found = self._connection.execute(last).scalar()
        return 0 if found is None else int(found) + 1

    def frontier(self, size: int | None = None) -> Frontier:
        """Return what its root is made from, or was when it had so many leaves."""
        return frontier_of(self.size if size is None else size, self.hashes)

    def proof(self, index: int, size: int) -> list[bytes]:
        """Return what shows that a leaf is in the tree as it was with `size` leaves.

        Raises:
            ValueError: There is no such leaf.
        """
        return inclusion_proof(index, size, self.hashes)

    def add(self, leaves: Sequence[Leaf]) -> Frontier:
        """Add leaves at its end, keep the nodes that they complete, and return the frontier after them."""
        frontier = self.frontier()
        start = frontier.size
        rows = [{"tree": self.year, "idx": index, "run": one.run, "seq": one.seq, "hash": one.hash}
                for index, one in enumerate(leaves, start)]  # fmt: skip
        if rows:
            self._connection.execute(insert(leaf), rows)
        for one in leaves:
            frontier.add(one.hash)
        self._keep_nodes(start, frontier.size)
        return frontier

    def hashes(self, level: int, start: int, end: int) -> Sequence[bytes]:
        """Return the roots of complete subtrees of 256**level leaves, for the numbers from `start` up to `end`."""
        if level == 0:
            wanted = select(leaf.c.hash).where(leaf.c.tree == self.year, leaf.c.idx >= start, leaf.c.idx < end)
            ordered = wanted.order_by(leaf.c.idx)
        else:
            of_level = (node.c.tree == self.year) & (node.c.level == level)
            wanted = select(node.c.hash).where(of_level, node.c.idx >= start, node.c.idx < end)
            ordered = wanted.order_by(node.c.idx)
        return [bytes(found) for found in self._connection.execute(ordered).scalars()]

    def _keep_nodes(self, before: int, after: int) -> None:
        for level in count(1):
            first, last = before // WIDTH**level, after // WIDTH**level
            if last == 0:
                return
            rows = [{"tree": self.year, "level": level, "idx": index, "hash": self._root_of(level, index)}
                    for index in range(first, last)]  # fmt: skip
            if rows:
                self._connection.execute(insert(node), rows)

    def _root_of(self, level: int, index: int) -> bytes:
        return complete_root(self.hashes(level - 1, index * WIDTH, (index + 1) * WIDTH))
