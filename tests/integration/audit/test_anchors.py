"""Copies of seals outside of the database: what only they show, and that nothing stops when they can't be made."""

import shutil

from sqlalchemy import delete, update

from rpa.audit.notes import Checkpoint, open_note
from rpa.audit.sealer import Seal
from rpa.db.seal_tables import leaf, node, seal, sealed_run
from rpa.db.tables import chain, event, payload
from rpa.models import Actor, ActorKind
from tests.integration.audit.conftest import Anchored, Attacker


def test_each_seal_has_a_copy_and_all_of_them_fit(anchored: Anchored) -> None:
    for name in "abc":
        anchored.sealed.work(name)
        made = anchored.seal()

    checked = anchored.verify()

    assert checked.clean and checked.seals is not None
    assert checked.seals.anchored == checked.seals.newest == (2026, made.size)
    assert len(anchored.lines) == 3


def test_tail_that_is_gone_with_its_seals_is_named_by_the_copy_alone(anchored: Anchored, attacker: Attacker) -> None:
    anchored.sealed.work("a")
    first = anchored.seal()
    run = f"job-{anchored.sealed.work('b')}"
    last = anchored.seal()

    attacker.do(
        delete(leaf).where(leaf.c.idx >= first.size),
        delete(seal).where(seal.c.size > first.size),
        *(delete(one).where(one.c.run == run) for one in (payload, sealed_run, event, chain)),
        update(sealed_run).where(sealed_run.c.run == "seals").values(size=1),
    )
    attacker.chain_anew("seals", lambda seq, body: None, end=1)
    attacker.forget_job(run)

    assert anchored.without_copies().clean
    said = str(anchored.verify().findings[0])
    assert said.startswith(f"The record of 2026 ends at {first.size} but its copy in 2026/2026-11-23.jsonl, line ")
    assert said.endswith(f" covers {last.size}: {last.size - first.size} are missing.")


def test_record_rewritten_with_the_stolen_key_is_named_by_the_copies_alone(
    anchored: Anchored, attacker: Attacker
) -> None:
    run = f"job-{anchored.sealed.work('a')}"
    made = anchored.seal()

    attacker.chain_anew(run, lambda seq, body: body.replace(b"done", b"lost") if seq == 4 else None)
    attacker.do(*(delete(one) for one in (leaf, node, seal, sealed_run)),
                *(delete(one).where(one.c.run == "seals") for one in (event, chain)))  # fmt: skip
    anchored.sealed.seal()

    assert anchored.without_copies().clean
    assert f"The record has two heads of {made.size} entries" in str(anchored.verify())


def test_second_head_of_one_size_is_found_wherever_its_copy_is(anchored: Anchored) -> None:
    anchored.sealed.work("a")
    made = anchored.seal()
    checkpoint, _ = open_note(made.note, *anchored.sealed.keys.public())
    other = anchored.sealed.keys.signing().sign(Checkpoint(checkpoint.origin, checkpoint.size, bytes(32)))

    anchored.sealing.anchors.keep(Seal(made.tree, made.size, other, made.sealed_at))

    assert anchored.without_copies().clean
    assert f"The record has two heads of {made.size} entries" in str(anchored.verify())


def test_copy_that_was_changed_is_named(anchored: Anchored) -> None:
    anchored.sealed.work("a")
    anchored.seal()
    (path,) = anchored.folder.glob("*/*.jsonl")

    path.write_text(path.read_text().replace("rpa-", "rpb-"))

    assert "The copy of a seal in 2026/2026-11-23.jsonl, line 2 can't be relied on" in str(anchored.verify())


def test_line_that_a_process_left_unfinished_harms_no_other(anchored: Anchored) -> None:
    anchored.seal()
    (path,) = anchored.folder.glob("*/*.jsonl")
    with path.open("ab") as file:
        file.write(b'{"sealed_at": "2026')

    made = anchored.seal()

    checked = anchored.verify()
    assert checked.clean and checked.seals is not None
    assert checked.seals.anchored == (2026, made.size)


def test_folder_that_is_gone_raises_an_alarm_and_gets_what_it_missed_when_it_is_back(anchored: Anchored) -> None:
    anchored.seal()
    shutil.move(anchored.folder, anchored.folder.with_name("elsewhere"))

    anchored.sealed.work("a")
    made = anchored.seal()

    assert len(anchored.alarms) == 1
    assert "can't be copied to the folder of anchors" in anchored.alarms[0]
    assert anchored.without_copies().clean
    shutil.move(anchored.folder.with_name("elsewhere"), anchored.folder)
    made = anchored.seal()
    assert len(anchored.lines) == 3
    checked = anchored.verify()
    assert checked.clean and checked.seals is not None and checked.seals.anchored == (2026, made.size)


def test_key_that_can_not_be_read_raises_an_alarm_and_what_is_written_is_sealed_later(anchored: Anchored) -> None:
    anchored.seal()
    key = anchored.sealed.keys._folder / "seal-1"
    kept = key.read_text()
    key.write_text("not a key")

    anchored.sealed.work("a")
    anchored.sealing.tick()

    assert "can't be sealed; it is still written to" in anchored.alarms[0]
    assert "bring it back from a backup" in anchored.alarms[0]
    key.write_text(kept)
    anchored.seal()
    checked = anchored.verify()
    assert checked.clean and checked.seals is not None and checked.seals.unsealed == 0


def test_key_whose_folder_is_gone_is_not_made_anew_in_silence(anchored: Anchored) -> None:
    anchored.seal()
    shutil.rmtree(anchored.sealed.keys._folder)

    anchored.seal()

    assert "bring the folder of keys back from a backup" in anchored.alarms[0]
    assert not anchored.sealed.keys._folder.exists()


def test_run_is_covered_before_it_is_told_of(anchored: Anchored) -> None:
    run = f"job-{anchored.sealed.work('a')}"

    assert anchored.sealing.cover(run)

    checked = anchored.verify()
    assert checked.seals is not None and checked.seals.unsealed == 0


def test_new_key_is_told_of_under_a_seal_of_the_old_and_signs_from_then_on(anchored: Anchored) -> None:
    anchored.sealed.work("a")
    first = anchored.seal()
    (old,) = anchored.sealed.keys.public()

    anchored.sealing.rotate(by=Actor(ActorKind.PERSON, "Jo"))
    second = anchored.seal()

    _, new = anchored.sealed.keys.public()
    assert open_note(first.note, old)[1] == old
    assert open_note(second.note, new)[1] == new
    (told,) = [one for one in Attacker(anchored.sealed.bench.database).entries("system") if one.name == "key.rotated"]
    assert str(new).encode() in bytes(told.body)
    assert anchored.verify().clean
