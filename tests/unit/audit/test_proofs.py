"""Proofs of many entries at once are those of each alone, and read what they share only once."""

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rpa.audit.merkle import EMPTY, WIDTH, complete_root, inclusion_proof, root_from_proof
from rpa.audit.proofs import Proofs


class Kept:
    """A tree as it is stored, which counts how often it is asked."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.levels = [list(leaves)]
        while len(self.levels[-1]) >= WIDTH:
            below = self.levels[-1]
            whole = range(0, len(below) - WIDTH + 1, WIDTH)
            self.levels.append([complete_root(below[start : start + WIDTH]) for start in whole])
        self.reads = 0

    def hashes(self, level: int, start: int, end: int) -> Sequence[bytes]:
        self.reads += 1
        return self.levels[level][start:end]


def leaves_of(size: int) -> list[bytes]:
    return [sha256(str(number).encode()).digest() for number in range(size)]


@given(st.integers(1, 3 * WIDTH + 3), st.data())
def test_proof_is_that_of_the_leaf_alone(size: int, data: st.DataObject) -> None:
    kept = Kept(leaves_of(size))
    index = data.draw(st.integers(0, size - 1))

    proof = Proofs(kept.hashes, size).of(index)

    assert proof == inclusion_proof(index, size, kept.hashes)


def test_every_proof_leads_to_the_root_it_tells() -> None:
    kept = Kept(leaves_of(WIDTH * 2 + 77))
    proofs = Proofs(kept.hashes, WIDTH * 2 + 77)

    roots = {root_from_proof(leaf, index, proofs.size, proofs.of(index)) for index, leaf in enumerate(kept.levels[0])}

    assert roots == {proofs.root()}


def test_ten_thousand_neighbours_cost_as_many_reads_as_there_are_blocks() -> None:
    size = 300 * WIDTH + 5
    kept = Kept(leaves_of(size))
    proofs = Proofs(kept.hashes, size)

    for index in range(20_000, 30_000):
        proofs.of(index)

    assert kept.reads < 10_000 / WIDTH + 10


def test_leaf_that_is_not_there_has_no_proof() -> None:
    with pytest.raises(ValueError, match="found leaf 3, expected one below 3"):
        Proofs(Kept(leaves_of(3)).hashes, 3).of(3)


def test_root_of_no_leaves_is_that_of_the_standard() -> None:
    assert Proofs(Kept(leaves_of(0)).hashes, 0).root() == EMPTY
