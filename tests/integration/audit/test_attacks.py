"""Each attack on the record, made on a copy: what chains, seals, copies of seals and the live stream each say of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from rpa.alarms import AlarmKind
from rpa.audit import Against, Event, verify
from rpa.audit.anchors import AnchorFolder
from rpa.audit.heads import Head
from rpa.audit.notes import Checkpoint, open_note
from rpa.audit.record import SYSTEM_RUN
from rpa.audit.sealer import Seal
from rpa.copies import Address, HeadStream
from rpa.db.seal_tables import leaf, node, seal, sealed_run
from rpa.db.tables import alarm, chain, event, payload
from rpa.duties import Checks
from rpa.models import Actor, ActorKind
from rpa.settings import load_settings
from tests.integration.audit.conftest import Anchored, Attacker


@dataclass
class Scene:
    """A record of two sealed jobs and one that is not sealed yet, its copies, and what was streamed of it."""

    anchored: Anchored
    attacker: Attacker
    first: Seal
    last: Seal
    runs: list[str]
    heads: list[Head] = field(default_factory=list)

    def said(self, *, seals: bool = False, copies: bool = False, stream: bool = False) -> str:
        """Return what is found by the chains and, where wanted, by what is beside them."""
        sealed = self.anchored.sealed
        keys = sealed.keys.public() if seals else None
        against = Against(keys, self.anchored.sealing.anchors if copies else (), heads=self.heads if stream else ())
        return " ".join(map(str, verify(sealed.bench.database, against=against).findings))


class Kept(HeadStream):
    """A stream whose messages are kept here."""

    def __init__(self, scene: Scene) -> None:
        bench = scene.anchored.sealed.bench
        super().__init__(bench.database, bench.clock, Address("udp", "nowhere.invalid", 514))
        self._scene = scene

    def tick(self) -> None:
        self._scene.heads += [(run, size, head) for run, (size, head) in self._heads().items()]


@pytest.fixture
def scene(anchored: Anchored, attacker: Attacker) -> Scene:
    runs = [f"job-{anchored.sealed.work('a')}"]
    first = anchored.seal()
    runs.append(f"job-{anchored.sealed.work('b')}")
    last = anchored.seal()
    runs.append(f"job-{anchored.sealed.work('c')}")
    made = Scene(anchored, attacker, first, last, runs)
    Kept(made).tick()
    return made


def forge(seq: int, body: bytes) -> bytes | None:
    return body.replace(b"done", b"lost") if seq == 4 else None


def edit_one_row(scene: Scene) -> None:
    row = scene.attacker.entries(scene.runs[0])[3]
    changed = update(event).where(event.c.run == scene.runs[0], event.c.seq == 4)
    scene.attacker.do(changed.values(body=bytes(row.body).replace(b"done", b"lost")))


def edit_a_row_and_recompute_its_chain(scene: Scene) -> None:
    scene.attacker.chain_anew(scene.runs[0], forge)


def delete_the_tail_of_a_sealed_run(scene: Scene) -> None:
    scene.attacker.chain_anew(scene.runs[1], lambda _seq, _body: None, end=2)


def delete_a_whole_run(scene: Scene) -> None:
    scene.attacker.do(*(delete(one).where(one.c.run == scene.runs[0]) for one in (payload, event, chain)))
    scene.attacker.forget_job(scene.runs[0])


def insert_back_dated(scene: Scene) -> None:
    """Put an entry between two of a sealed run, move those after it, and write the chain anew."""
    run, place = scene.runs[0], 3
    rows = scene.attacker.entries(run)
    moved = [{**one._mapping, "seq": one.seq + 1, "body": _numbered(bytes(one.body), one.seq + 1)}
             for one in rows[place - 1 :]]  # fmt: skip
    added = {**rows[1]._mapping, "seq": place, "body": _numbered(bytes(rows[1].body), place)}
    payloads = (payload.c.run == run) & (payload.c.seq >= place)
    scene.attacker.do(
        delete(payload).where(payloads), delete(event).where(event.c.run == run, event.c.seq >= place),
        event.insert().values([added, *moved]),
    )  # fmt: skip
    scene.attacker.chain_anew(run, lambda seq, body: _without_payload(body) if seq >= place else None)


def _numbered(body: bytes, seq: int) -> bytes:
    head, _, tail = body.partition(b'"seq":')
    return head + f'"seq":{seq}'.encode() + tail[len(tail) - len(tail.lstrip(b"0123456789")) :]


def _without_payload(body: bytes) -> bytes:
    head, found, tail = body.partition(b'"commitment":"')
    return head + tail[66:] if found else body


def delete_the_tail_and_its_seals(scene: Scene) -> None:
    for run in scene.runs[1:]:
        scene.attacker.do(*(delete(one).where(one.c.run == run) for one in (payload, sealed_run, event, chain)))
        scene.attacker.forget_job(run)
    scene.attacker.do(
        delete(leaf).where(leaf.c.idx >= scene.first.size),
        delete(seal).where(seal.c.size > scene.first.size),
        update(sealed_run).where(sealed_run.c.run == "seals").values(size=1),
    )
    scene.attacker.chain_anew("seals", lambda _seq, _body: None, end=1)


def restore_an_old_backup(scene: Scene) -> None:
    delete_the_tail_and_its_seals(scene)


def rewrite_everything_with_the_stolen_key(scene: Scene) -> None:
    edit_a_row_and_recompute_its_chain(scene)
    scene.attacker.do(*(delete(one) for one in (leaf, node, seal, sealed_run)),
                      *(delete(one).where(one.c.run == "seals") for one in (event, chain)))  # fmt: skip
    scene.anchored.sealed.seal()


def edit_before_the_next_seal(scene: Scene) -> None:
    scene.attacker.chain_anew(scene.runs[2], forge)


def delete_before_the_next_seal(scene: Scene) -> None:
    scene.attacker.chain_anew(scene.runs[2], lambda _seq, _body: None, end=2)


def sign_two_heads_of_one_size(scene: Scene) -> None:
    checkpoint, _ = open_note(scene.last.note, *scene.anchored.sealed.keys.public())
    other = scene.anchored.sealed.keys.signing().sign(Checkpoint(checkpoint.origin, checkpoint.size, bytes(32)))
    scene.anchored.sealing.anchors.keep(Seal(scene.last.tree, scene.last.size, other, scene.last.sealed_at))


Attack = Callable[[Scene], None]
CHAINS, SEALS, COPIES, STREAM = range(4)
"""What an attack is seen by first; everything after that in this order sees it as well."""
ATTACKS: list[tuple[Attack, int, str]] = [
    (edit_one_row, CHAINS, "Entry 4 of job 1 does not match its seal"),
    (edit_a_row_and_recompute_its_chain, SEALS, "Entry 4 of job 1 does not match its seal"),
    (delete_the_tail_of_a_sealed_run, SEALS, "Entry 3 of job 2 is missing: it was sealed"),
    (delete_a_whole_run, SEALS, "Entry 1 of job 1 is missing: it was sealed"),
    (insert_back_dated, SEALS, "of job 1 does not match its seal"),
    (delete_the_tail_and_its_seals, COPIES, "are missing"),
    (restore_an_old_backup, COPIES, "The record of 2026 ends at 6 but its copy in 2026/2026-11-23.jsonl, line"),
    (rewrite_everything_with_the_stolen_key, COPIES, "The record has two heads of"),
    (sign_two_heads_of_one_size, COPIES, "The record has two heads of 12 entries"),
    (edit_before_the_next_seal, STREAM, "Entry 5 of job 3 is another than the live stream was told of"),
    (delete_before_the_next_seal, STREAM, "Entry 5 of job 3 is missing: it was sent to the live stream"),
]


@pytest.mark.parametrize(("attack", "first", "words"), ATTACKS, ids=[one[0].__name__ for one in ATTACKS])
def test_attack_is_met_as_promised(scene: Scene, attack: Attack, first: int, words: str) -> None:
    assert not scene.said(seals=True, copies=True, stream=True), "before it nothing is wrong"

    attack(scene)

    said = [
        scene.said(),
        scene.said(seals=True),
        scene.said(seals=True, copies=True),
        scene.said(seals=True, copies=True, stream=True),
    ]
    assert [bool(one) for one in said] == [place >= first for place in range(4)], said
    assert words in said[max(first, SEALS)]


def test_entry_with_an_old_date_at_the_end_of_a_run_is_doubted(scene: Scene) -> None:
    bench = scene.anchored.sealed.bench
    bench.clock.pass_by(hours=-24)
    with bench.database.transaction() as connection:
        late = Event("worker.started", Actor(ActorKind.PERSON, "Jo"))
        bench.journals.record.append(connection, SYSTEM_RUN, late)
    bench.clock.pass_by(hours=24)
    scene.anchored.seal()

    checked = scene.anchored.verify()

    assert checked.clean and checked.seals is not None
    assert "entry 1 of system states 2026-11-22" in checked.seals.doubts[0]


def test_copies_by_mail_are_read_from_files(scene: Scene, tmp_path: Path) -> None:
    (folder := tmp_path / "mails").mkdir()
    rulers = "-" * 60
    (folder / "one.txt").write_text(f"{rulers}\n{scene.last.note}{rulers}\n", encoding="utf-8", newline="\r\n")
    sealed, mails = scene.anchored.sealed, AnchorFolder(folder)

    fits = verify(sealed.bench.database, against=Against(sealed.keys.public(), mails))
    delete_the_tail_and_its_seals(scene)
    cut = verify(sealed.bench.database, against=Against(sealed.keys.public(), mails))

    assert fits.clean and fits.seals is not None and fits.seals.anchored == (2026, scene.last.size)
    assert "ends at 6 but its copy in one.txt covers 12" in str(cut)


def test_record_that_was_cut_off_raises_an_alarm_within_the_hour(scene: Scene) -> None:
    bench = scene.anchored.sealed.bench
    checks = Checks(bench.database, load_settings(scene.anchored.folder.parent), bench.clock)
    checks.tick()
    assert not broken(scene)

    delete_the_tail_and_its_seals(scene)
    bench.clock.pass_by(minutes=61)
    checks.tick()

    assert any("ends at 6 but its copy in 2026/2026-11-23.jsonl" in one for one in broken(scene))


def broken(scene: Scene) -> list[str]:
    told = select(alarm.c.text).where(alarm.c.kind == AlarmKind.RECORD_BROKEN)
    with scene.anchored.sealed.bench.database.reading() as connection:
        return list(connection.execute(told).scalars())
