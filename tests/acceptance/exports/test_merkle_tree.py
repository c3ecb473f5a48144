"""The tree of the record is that of pymerkle, a program of others (RFC 9162), in an environment of its own."""

import json
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import pytest
from sqlalchemy import Connection, select

from rpa.audit.merkle import Frontier, root_from_proof
from rpa.audit.notes import Checkpoint, open_note
from rpa.audit.proofs import Proofs
from rpa.audit.record import chain_hash
from rpa.audit.tree import Tree
from rpa.cli import run
from rpa.db.seal_tables import leaf, seal
from rpa.db.tables import event
from rpa.desk import Desk, open_desk
from rpa.settings import load_settings
from tests.acceptance.exports.outside import Outside
from tests.integration.cli.office import make_office
from tests.unit.audit.test_proofs import Kept

Entry = tuple[bytes, bytes]
"""What an entry is chained to, and its body."""
EVERY = 600
"""Every size up to this one: two subtrees whose roots are kept, and what comes after them."""
LARGEST = 70_000
"""Where subtrees of the second level are kept as well."""


@pytest.fixture(scope="module")
def pymerkle() -> Outside:
    made = Outside("pymerkle")
    made.make_ready()
    return made


@pytest.mark.parametrize("sizes", ["every size", "random sizes"])
def test_roots_and_proofs_are_those_of_pymerkle(pymerkle: Outside, tmp_path: Path, sizes: str) -> None:
    random_seed = SystemRandom().randrange(2**32)
    print(f"{random_seed=}")
    random = Random(random_seed)  # noqa: S311 - repeatable sizes, no secret
    chosen = list(range(1, EVERY + 1)) if sizes == "every size" else sorted(random.sample(range(1, LARGEST), 12))
    entries = [(random.randbytes(32), random.randbytes(random.randrange(40))) for _ in range(chosen[-1])]
    places = [(random.randrange(size), size) for size in chosen for _ in range(3)]
    grown = [sorted(random.sample(chosen, 2)) for _ in range(100)]
    leaves = [chain_hash(*one) for one in entries]
    roots, proofs = _roots(leaves, chosen), _proofs(leaves, places)

    told = _ask(pymerkle, tmp_path, entries, roots=roots, proofs=proofs, grown=grown)

    assert told["roots"] == list(roots.values())
    assert told["paths"] == [one["path"] for one in proofs]
    for (index, size), path in zip(places, told["paths"], strict=True):
        assert root_from_proof(leaves[index], index, size, list(map(bytes.fromhex, path))).hex() == roots[size]


def test_every_seal_of_a_record_signs_the_root_that_pymerkle_makes_of_the_entries(
    pymerkle: Outside, tmp_path: Path
) -> None:
    office = make_office(tmp_path)
    run(["submit", "tidy", str(office.list("fine", "nobody")), "--by", "Jo Clerk", "--dir", str(office.data)])
    run(["work", "--until-idle", "--dir", str(office.data)])
    desk = open_desk(load_settings(office.data))
    checkpoints = _checkpoints(desk)
    roots, size = {one.size: one.root.hex() for one in checkpoints}, checkpoints[-1].size
    with desk.database.reading() as connection:
        year = connection.execute(select(seal.c.tree).distinct()).scalar_one()
        entries = _sealed(connection)
        paths = [Tree(connection, year).proof(index, size) for index in range(size)]
    proofs = [
        _asked(index, size, chain_hash(*entry), roots[size], path)
        for index, (entry, path) in enumerate(zip(entries, paths, strict=True))
    ]
    desk.close()

    told = _ask(pymerkle, tmp_path, entries, roots=roots, proofs=proofs, grown=pairwise(roots))

    assert size > 10
    assert told["roots"] == list(roots.values())
    assert told["paths"] == [one["path"] for one in proofs]


def _checkpoints(desk: Desk) -> list[Checkpoint]:
    """Return what each seal states, as the installation's own key signed it."""
    with desk.database.reading() as connection:
        notes = connection.execute(select(seal.c.note).order_by(seal.c.size)).scalars().all()
    return [open_note(one, *desk.sealing.keys.public())[0] for one in notes]


def _sealed(connection: Connection) -> list[Entry]:
    """Return the entries that have a place in the tree, in its order."""
    both = leaf.join(event, (leaf.c.run == event.c.run) & (leaf.c.seq == event.c.seq))
    found = connection.execute(select(event.c.prev, event.c.body).select_from(both).order_by(leaf.c.idx))
    return [(bytes(one.prev), bytes(one.body)) for one in found]


def _roots(leaves: Sequence[bytes], sizes: Iterable[int]) -> dict[int, str]:
    """Return the root of the tree at each size, as it is when leaves are added to it."""
    frontier, roots = Frontier(), dict[int, str]()
    for size in sizes:
        for one in leaves[frontier.size : size]:
            frontier.add(one)
        roots[size] = frontier.root().hex()
    return roots


def _proofs(leaves: Sequence[bytes], places: Iterable[tuple[int, int]]) -> list[dict[str, Any]]:
    """Return for each place, which is an index and a size, the proof that is made from what is kept of the tree."""
    kept = Kept(leaves)
    made = [(index, Proofs(kept.hashes, size)) for index, size in places]
    return [_asked(index, one.size, leaves[index], one.root().hex(), one.of(index)) for index, one in made]


def _asked(index: int, size: int, hashed: bytes, root: str, path: Sequence[bytes]) -> dict[str, Any]:
    return {"index": index, "size": size, "leaf": hashed.hex(), "root": root, "path": [one.hex() for one in path]}


def _ask(pymerkle: Outside, folder: Path, entries: Sequence[Entry], *, roots: dict[int, str],
         proofs: Sequence[dict[str, Any]], grown: Iterable[Sequence[int]]) -> Any:  # fmt: skip
    """Let pymerkle make the tree of the entries, and check every proof, and that the later roots grew of the earlier.

    Its own consistency proofs are held against our roots: the record has none, whoever checks it has every leaf.
    """
    question = {
        "entries": [(prev + body).hex() for prev, body in entries],
        "sizes": list(roots),
        "roots": roots,
        "proofs": proofs,
        "grown": list(grown),
    }
    path = folder / "question.json"
    path.write_text(json.dumps(question), encoding="ascii")
    return json.loads(pymerkle.run(str(Path(__file__).with_name("merkling.py")), str(path)))
