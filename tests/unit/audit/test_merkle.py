"""The tree is that of RFC 6962: its published vectors, and its laws for every size."""

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rpa.audit.merkle import EMPTY, WIDTH, Frontier, Hashes, complete_root, inclusion_proof, node_hash, root_from_proof
from rpa.audit.merkle import frontier_of as frontier_from_kept

# The test data of RFC 6962's own implementation: leaves, and the root after each of them.
INPUTS = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
PROOFS = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}
LEAVES = [sha256(b"\0" + bytes.fromhex(one)).digest() for one in INPUTS]
SIZES = st.integers(1, 2 * WIDTH + 3)


def leaves_of(size: int) -> list[bytes]:
    return [sha256(str(number).encode()).digest() for number in range(size)]


def frontier_of(leaves: Sequence[bytes]) -> Frontier:
    made = Frontier()
    for leaf in leaves:
        made.add(leaf)
    return made


def by_definition(leaves: Sequence[bytes]) -> bytes:
    """The root as RFC 6962, 2.1 defines it."""
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(by_definition(leaves[:split]), by_definition(leaves[split:]))


def kept(leaves: Sequence[bytes]) -> Hashes:
    """What a store of hashes answers."""

    def hashes(level: int, start: int, end: int) -> Sequence[bytes]:
        width = WIDTH**level
        return [complete_root(leaves[place * width : (place + 1) * width]) for place in range(start, end)]

    return hashes


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_rfc(size: int) -> None:
    assert frontier_of(LEAVES[:size]).root().hex() == ROOTS[size - 1]


def test_tree_without_leaves_has_the_root_of_the_rfc() -> None:
    assert Frontier().root().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(("place", "proof"), PROOFS.items())
def test_proofs_are_those_of_the_rfc(place: tuple[int, int], proof: list[str]) -> None:
    index, size = place

    found = inclusion_proof(index, size, kept(LEAVES[:size]))

    assert [one.hex() for one in found] == proof


@given(SIZES)
def test_root_is_that_of_the_definition(size: int) -> None:
    leaves = leaves_of(size)

    assert frontier_of(leaves).root() == by_definition(leaves)


@given(SIZES, st.data())
def test_every_leaf_has_a_proof_that_leads_to_the_root(size: int, data: st.DataObject) -> None:
    leaves, index = leaves_of(size), data.draw(st.integers(0, size - 1))

    proof = inclusion_proof(index, size, kept(leaves))

    assert root_from_proof(leaves[index], index, size, proof) == by_definition(leaves)


@given(SIZES, st.data())
def test_no_other_leaf_place_or_proof_leads_there(size: int, data: st.DataObject) -> None:
    leaves, index = leaves_of(size), data.draw(st.integers(0, size - 1))
    proof, root = inclusion_proof(index, size, kept(leaves)), by_definition(leaves)
    other = data.draw(st.integers(0, size - 1).filter(lambda number: number != index or size == 1))

    assert root_from_proof(b"\xff" * 32, index, size, proof) != root
    if size > 1:
        assert _leads_to(leaves[index], other, size, proof) != root
        turned = [bytes([proof[0][0] ^ 1]) + proof[0][1:], *proof[1:]]
        assert root_from_proof(leaves[index], index, size, turned) != root


def _leads_to(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    try:
        return root_from_proof(leaf, index, size, proof)
    except ValueError:
        return None


@pytest.mark.parametrize("change", [lambda proof: proof[:-1], lambda proof: [*proof, b"\0" * 32]])
def test_proof_of_another_length_is_refused(change: object) -> None:
    proof = inclusion_proof(2, 8, kept(LEAVES))

    with pytest.raises(ValueError, match="found a proof of"):
        root_from_proof(LEAVES[2], 2, 8, change(proof))  # type: ignore[operator]


@given(SIZES, st.integers(0, 2 * WIDTH))
def test_frontier_that_was_put_away_goes_on_where_it_was(size: int, further: int) -> None:
    leaves = leaves_of(size + further)
    first = frontier_of(leaves[:size])

    resumed = Frontier(first.size, first.nodes)
    for leaf in leaves[size:]:
        resumed.add(leaf)

    assert resumed.root() == frontier_of(leaves).root()


@given(st.integers(0, 2 * WIDTH + 3))
def test_frontier_is_found_again_from_what_is_kept(size: int) -> None:
    leaves = leaves_of(size)

    assert frontier_from_kept(size, kept(leaves)).nodes == frontier_of(leaves).nodes


@pytest.mark.parametrize(("size", "nodes"), [(1, 0), (3, 1), (-1, 0), (4, 2)])
def test_frontier_with_another_number_of_nodes_is_refused(size: int, nodes: int) -> None:
    with pytest.raises(ValueError, match="expected"):
        Frontier(size, [EMPTY] * nodes)


@pytest.mark.parametrize(("index", "size"), [(8, 8), (-1, 8), (0, 0)])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="expected one below"):
        inclusion_proof(index, size, kept(LEAVES))


@given(st.integers(0, 70), st.integers(0, 70))
def test_leaves_added_together_make_the_tree_of_leaves_added_one_by_one(before: int, after: int) -> None:
    leaves = [sha256(bytes([number])).digest() for number in range(before + after)]
    one_by_one, together = Frontier(), Frontier()
    for leaf in leaves:
        one_by_one.add(leaf)

    together.extend(leaves[:before])
    together.extend(leaves[before:])

    assert (together.size, together.nodes) == (one_by_one.size, one_by_one.nodes)
