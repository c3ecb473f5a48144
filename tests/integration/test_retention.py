"""Retention on both databases: what is planned is what goes, and only when it is over its time."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rpa.audit import Event, Pseudonyms, Trail, verify
from rpa.audit.record import SYSTEM_RUN
from rpa.erasure import Eraser
from rpa.evidence import EvidenceKeys, EvidenceStore
from rpa.exceptions import NotFoundError
from rpa.retention import Due, Kind, Retention
from rpa.settings import load_settings
from tests.integration.conftest import PERSON, Bench
from tests.integration.deciding import decided

DECISION = decided("the trust's retention schedule")
Make = Callable[..., Retention]


@pytest.fixture
def files(bench: Bench, tmp_path: Path) -> EvidenceStore:
    keys = EvidenceKeys(tmp_path / "keys")
    return EvidenceStore(tmp_path / "evidence", bench.database, bench.journals.record, clock=bench.clock, keys=keys)


@pytest.fixture
def retention(bench: Bench, files: EvidenceStore, tmp_path: Path) -> Make:
    """Make a retention with these days for each kind."""

    def make(**days: int) -> Retention:
        eraser = Eraser(bench.database, bench.journals.record, Pseudonyms(b"k" * 32))
        settings = load_settings(tmp_path, retention=days)
        return Retention(
            settings, bench.database, bench.clock, eraser=eraser, files=files, record=bench.journals.record
        )

    return make


def work(bench: Bench, files: EvidenceStore, key: str) -> int:
    """Do a job of one item that keeps a picture, a trace, the list it came from and a letter."""
    job_id = bench.submit(key)
    claim = bench.claim()
    for kind in ("screenshot", "trace", "letter"):
        files.keep(f"{kind} of {key}".encode(), kind=kind, name=f"{kind}.bin", job_id=job_id, item_id=claim.item_id)
    files.keep(b"the list", kind="input", name="list.csv", job_id=job_id)
    bench.finish(claim)
    return job_id


def due(retention: Retention) -> dict[Kind, Due]:
    return {one.kind: one for one in retention.plan()}


def test_plan_counts_what_is_over_its_time_kind_by_kind(bench: Bench, files: EvidenceStore, retention: Make) -> None:
    first = work(bench, files, "a")
    work(bench, files, "b")
    bench.clock.pass_by(days=20)
    work(bench, files, "c")

    planned = due(retention(payloads=10, pictures=10, files=10, inputs=30))

    assert {kind: planned[kind].count for kind in Kind} == {
        Kind.PAYLOADS: 4, Kind.INPUTS: 0, Kind.PICTURES: 2, Kind.TRACES: 0, Kind.FILES: 2, Kind.LOGS: 0,
    }  # fmt: skip
    assert planned[Kind.TRACES].days is None
    assert planned[Kind.PAYLOADS].oldest == bench.views.job(first).completed_at


def test_run_removes_what_was_planned_and_the_record_verifies(
    bench: Bench, files: EvidenceStore, retention: Make
) -> None:
    old = work(bench, files, "a")
    bench.clock.pass_by(days=20)
    new = work(bench, files, "b")
    mine = retention(payloads=10, pictures=10, traces=10, files=10, inputs=10)
    planned = {kind: one.count for kind, one in due(mine).items()}

    removed = mine.run(by=DECISION)

    assert removed == planned
    assert {one.count for one in mine.plan()} == {0}
    assert [one.kind for one in files.of_job(old)] == []
    assert sorted(one.kind for one in files.of_job(new)) == ["input", "letter", "screenshot", "trace"]
    assert verify(bench.database).clean


def test_same_file_of_a_newer_job_is_kept_until_that_is_over(
    bench: Bench, files: EvidenceStore, retention: Make, tmp_path: Path
) -> None:
    work(bench, files, "a")
    bench.clock.pass_by(days=20)
    new = work(bench, files, "b")
    (digest,) = [one.digest for one in files.of_job(new) if one.kind == "input"]
    mine = retention(inputs=10)

    mine.run(by=DECISION)
    kept = files.read(digest)
    bench.clock.pass_by(days=20)
    mine.run(by=DECISION)

    assert kept == b"the list"
    with pytest.raises(NotFoundError):
        files.read(digest)


def test_payload_that_belongs_to_no_job_goes_by_its_own_age(bench: Bench, retention: Make) -> None:
    for days in (20, 5):
        with bench.database.transaction() as connection:
            told = Event("arrival.refused", PERSON, payload={"name": f"list of {days}.csv"})
            bench.journals.record.append(connection, SYSTEM_RUN, told)
        bench.clock.pass_by(days=days)
    mine = retention(payloads=10)
    planned = due(mine)[Kind.PAYLOADS].count

    removed = mine.run(by=DECISION)

    assert (planned, removed[Kind.PAYLOADS]) == (1, 1)
    left = [one.payload for one in Trail(bench.database).of_run(SYSTEM_RUN, names=["arrival.refused"])]
    assert left == [None, {"name": "list of 5.csv"}]
    assert verify(bench.database).clean


def test_removed_files_are_recorded_by_digest_with_who_decided(
    bench: Bench, files: EvidenceStore, retention: Make
) -> None:
    job_id = work(bench, files, "a")
    digests = {one.digest for one in files.of_job(job_id) if one.kind == "screenshot"}
    bench.clock.pass_by(days=20)

    retention(pictures=10).run(by=DECISION)

    (told,) = Trail(bench.database).of_run(f"job-{job_id}", names=["evidence.removed"])
    assert {one["sha256"] for one in told.facts["files"]} == digests
    assert (told.actor, told.facts["approved_by"]) == (PERSON, "B. Guardian")


def test_nothing_goes_without_a_time_in_the_settings(bench: Bench, files: EvidenceStore, retention: Make) -> None:
    job_id = work(bench, files, "a")
    bench.clock.pass_by(days=10_000)

    removed = retention().run(by=DECISION)

    assert removed == {Kind.LOGS: 0}
    assert len(list(files.of_job(job_id))) == 4
