"""Seals: what they cover, and which attack they show that the chains alone don't."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, insert, select, update

from rpa.audit.merkle import root_from_proof
from rpa.audit.notes import open_note
from rpa.audit.tree import Tree
from rpa.db.seal_tables import leaf, node, seal, sealed_run
from rpa.db.tables import chain, event, payload
from tests.integration.audit.conftest import Attacker, Sealed

ENTRIES = 5
"""Of a job with one item: it and its item submitted, claimed, completed, the job completed."""


def test_seal_covers_all_that_was_committed_and_is_the_last_leaf_itself(sealed: Sealed) -> None:
    sealed.work("a", "b")

    made = sealed.seal()

    checked = sealed.verify()
    with sealed.bench.database.reading() as connection:
        last = connection.execute(select(leaf).order_by(leaf.c.idx.desc()).limit(1)).one()
        numbers = list(connection.execute(select(leaf.c.idx).order_by(leaf.c.idx)).scalars())
    assert checked.clean and checked.seals is not None
    assert (checked.seals.sealed, checked.seals.unsealed) == (made.size, 0) == (checked.events, 0)
    assert numbers == list(range(made.size))
    assert (last.run, last.idx) == ("seals", made.size - 1)


def test_time_in_which_nothing_happened_is_sealed_too(sealed: Sealed) -> None:
    first, second = sealed.seal(), sealed.seal()

    assert second.size == first.size + 1
    assert sealed.verify().clean


def test_what_came_after_the_last_seal_is_counted(sealed: Sealed) -> None:
    sealed.work("a")
    sealed.seal()
    sealed.work("b")

    checked = sealed.verify()

    assert checked.clean and checked.seals is not None
    assert checked.seals.unsealed == ENTRIES


def test_every_entry_has_a_proof_for_every_later_seal(sealed: Sealed) -> None:
    for name in "abc":
        sealed.work(name)
        sealed.seal()

    with sealed.bench.database.reading() as connection:
        tree = Tree(connection, 2026)
        seals = connection.execute(select(seal).order_by(seal.c.size)).all()
        leaves = connection.execute(select(leaf).order_by(leaf.c.idx)).all()
        proved = [
            root_from_proof(bytes(one.hash), one.idx, each.size, tree.proof(one.idx, each.size))
            == root(sealed, each.note)
            for each in seals
            for one in leaves
            if one.idx < each.size
        ]
    assert len(proved) > 20
    assert all(proved)


def test_large_record_is_sealed_in_parts_and_verifies(sealed: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rpa.audit.sealer._MOST_LEAVES", 300)
    for number in range(5):
        sealed.work(*(f"{number}-{each}" for each in range(70)))

    sealed.seal()

    checked = sealed.verify()
    with sealed.bench.database.reading() as connection:
        nodes = connection.execute(select(node)).all()
    assert checked.clean and checked.seals is not None
    assert checked.seals.unsealed == 0
    assert len(nodes) == checked.seals.sealed // 256 >= 2


def test_new_year_opens_a_tree_that_begins_with_the_end_of_the_last(sealed: Sealed) -> None:
    sealed.work("a")
    last = sealed.seal()
    sealed.bench.clock.time = datetime(2027, 1, 1, 0, 0, 5, tzinfo=UTC)

    first = sealed.seal()

    opened = next(one for one in Attacker(sealed.bench.database).entries("seals") if one.name == "log.opened")
    assert (last.tree, first.tree) == (2026, 2027)
    assert last.note.splitlines()[2].encode() in bytes(opened.body)
    assert sealed.verify().clean


def test_clock_that_goes_back_over_new_year_opens_no_tree_twice(sealed: Sealed) -> None:
    sealed.bench.clock.time = datetime(2027, 1, 1, 0, 0, 5, tzinfo=UTC)
    sealed.seal()
    sealed.bench.clock.time = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)

    assert sealed.seal().tree == 2027
    assert sealed.verify().clean


def test_last_seal_of_a_year_that_was_exchanged_is_named_by_the_year_after(sealed: Sealed, attacker: Attacker) -> None:
    sealed.work("a")
    last = sealed.seal()
    sealed.bench.clock.time = datetime(2027, 1, 1, 0, 0, 5, tzinfo=UTC)
    sealed.seal()
    another = sealed.keys.fresh()
    sealed.keys.keep(another)
    checkpoint, _ = open_note(last.note, *sealed.keys.public())

    attacker.do(update(seal).where(seal.c.tree == 2026).values(note=another.sign(checkpoint)))

    found = sealed.verify().findings
    assert [str(one) for one in found] == [
        "The record of 2027 does not begin with the last seal of 2026, as it was when it was opened."
    ]


def test_year_without_a_seal_between_two_others_is_no_gap(sealed: Sealed) -> None:
    for year in (2026, 2028, 2031):
        sealed.bench.clock.time = datetime(year, 6, 1, tzinfo=UTC)
        sealed.work(f"of {year}")
        sealed.seal()
        sealed.seal()

    assert sealed.verify().clean


def test_year_that_is_gone_with_all_its_leaves_and_seals_is_missed(sealed: Sealed, attacker: Attacker) -> None:
    for year in (2026, 2027, 2028):
        sealed.bench.clock.time = datetime(year, 6, 1, tzinfo=UTC)
        sealed.seal()

    attacker.do(delete(leaf).where(leaf.c.tree == 2027), delete(seal).where(seal.c.tree == 2027))

    assert "Entry 4 of seals is out of its order: expected entry 2 of the run" in str(sealed.verify())


def test_changed_entry_is_named_by_the_chain(sealed: Sealed, attacker: Attacker) -> None:
    job_id = sealed.work("a")
    sealed.seal()

    attacker.do(update(event).where(event.c.run == f"job-{job_id}", event.c.seq == 2).values(body=b"{}"))

    assert str(sealed.by_chains_alone().findings[0]) == f"Entry 2 of job {job_id} does not match its hash"
    assert not sealed.verify().clean


def test_entry_changed_with_its_whole_chain_is_named_by_the_seal_alone(sealed: Sealed, attacker: Attacker) -> None:
    job_id = sealed.work("a")
    sealed.seal()

    attacker.chain_anew(f"job-{job_id}", lambda seq, body: body.replace(b"done", b"lost") if seq == 4 else None)

    assert sealed.by_chains_alone().clean
    assert str(sealed.verify()) == (
        f"The record has been altered: Entry 4 of job {job_id} does not match its seal. Everything before it is sound."
    )


def test_tail_cut_off_a_sealed_run_is_named_by_the_seal_alone(sealed: Sealed, attacker: Attacker) -> None:
    job_id = sealed.work("a")
    sealed.seal()

    attacker.chain_anew(f"job-{job_id}", lambda seq, body: None, end=2)

    assert sealed.by_chains_alone().clean
    assert f"Entry 3 of job {job_id} is missing: it was sealed" in str(sealed.verify())


def test_run_that_is_gone_is_named_by_the_seal(sealed: Sealed, attacker: Attacker) -> None:
    run = f"job-{sealed.work('a')}"
    sealed.seal()

    attacker.do(*(delete(one).where(one.c.run == run) for one in (payload, event, chain)))

    assert f"Entry 1 of {run.replace('-', ' ')} is missing: it was sealed" in " ".join(
        map(str, sealed.verify().findings)
    )


def test_run_that_is_gone_with_its_leaves_leaves_a_gap(sealed: Sealed, attacker: Attacker) -> None:
    run = f"job-{sealed.work('a')}"
    sealed.seal()

    attacker.do(*(delete(one).where(one.c.run == run) for one in (payload, leaf, sealed_run, event, chain)))

    assert "Leaf 0 of the record of 2026 is missing" in " ".join(map(str, sealed.verify().findings))


def test_tail_of_the_record_that_is_gone_but_for_its_seals_is_counted(sealed: Sealed, attacker: Attacker) -> None:
    sealed.work("a")
    first = sealed.seal()
    run = f"job-{sealed.work('b')}"
    last = sealed.seal()

    attacker.do(
        delete(leaf).where(leaf.c.idx >= first.size),
        *(delete(one).where(one.c.run == run) for one in (payload, sealed_run, event, chain)),
        update(sealed_run).where(sealed_run.c.run == "seals").values(size=1),
    )
    attacker.chain_anew("seals", lambda seq, body: None, end=1)

    said = " ".join(map(str, sealed.verify().findings))
    assert re.search(
        rf"The record ends at {first.size} but the seal of .* covers {last.size}: {last.size - first.size} are missing",
        said,
    )


@pytest.mark.parametrize("change", ["size", "root", "signature"])
def test_changed_note_is_named(sealed: Sealed, attacker: Attacker, change: str) -> None:
    sealed.work("a")
    made = sealed.seal()
    lines = made.note.split("\n")
    place = {"size": 1, "root": 2, "signature": 4}[change]
    lines[place] = lines[place].translate(str.maketrans("056789", "567890"))

    attacker.do(update(seal).values(note="\n".join(lines)))

    assert "can't be relied on" in str(sealed.verify())


def test_note_signed_with_another_key_is_named(sealed: Sealed, attacker: Attacker, tmp_path: object) -> None:
    sealed.work("a")
    made = sealed.seal()
    theirs = type(sealed.keys)(sealed.keys._folder.with_name("stolen")).signing()

    attacker.do(update(seal).values(note=theirs.sign(open_note(made.note, *sealed.keys.public())[0])))

    assert "signed by no known key" in str(sealed.verify())


def test_leaf_put_in_the_place_of_another_breaks_the_root(sealed: Sealed, attacker: Attacker) -> None:
    run = f"job-{sealed.work('a')}"
    sealed.seal()
    attacker.chain_anew(run, lambda seq, body: body.replace(b"done", b"lost") if seq == 4 else None)
    changed = attacker.entries(run)

    attacker.do(
        *(update(leaf).where(leaf.c.run == run, leaf.c.seq == one.seq).values(hash=bytes(one.hash)) for one in changed)
    )

    assert "does not fit the entries below it: some were changed" in str(sealed.verify())


def test_entry_slipped_into_a_sealed_run_is_found(sealed: Sealed, attacker: Attacker) -> None:
    run = f"job-{sealed.work('a', 'b')}"
    sealed.seal()
    rows = attacker.entries(run)

    attacker.do(
        delete(event).where(event.c.run == run, event.c.seq == 2),
        insert(event).values(run=run, seq=2, body=bytes(rows[2].body), prev=bytes(rows[1].prev),
                             hash=bytes(rows[2].hash), name=rows[2].name, item_id=rows[2].item_id),
    )  # fmt: skip

    assert not sealed.verify().clean


def test_record_that_was_never_sealed_says_so(sealed: Sealed) -> None:
    sealed.work("a")

    checked = sealed.verify()

    assert checked.seals is not None
    assert (checked.seals.last, checked.seals.sealed, checked.seals.unsealed) == (None, 0, ENTRIES)


def root(sealed: Sealed, note: str) -> bytes:
    return open_note(note, *sealed.keys.public())[0].root
