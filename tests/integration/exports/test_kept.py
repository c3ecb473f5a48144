"""Files of entries that can be fetched again for a week, encrypted, and how much a selection holds."""

from pathlib import Path

import pytest

from rpa.audit import Record
from rpa.audit.record import Origin
from rpa.evidence import EvidenceKeys, EvidenceStore
from rpa.exceptions import NotFoundError, UsageError
from rpa.exports import of_items, of_job
from rpa.exports.kept import KeptExports
from rpa.exports.measure import measure
from tests.integration.conftest import Bench

CONTENT = b"entry 1 of job 1"


@pytest.fixture
def store(bench: Bench, tmp_path: Path) -> EvidenceStore:
    record = Record(Origin("host", "worker", "0"), bench.clock)
    folder = tmp_path / "evidence"
    return EvidenceStore(folder, bench.database, record, clock=bench.clock, keys=EvidenceKeys(tmp_path / "keys"))


@pytest.fixture
def kept(bench: Bench, store: EvidenceStore) -> KeptExports:
    return KeptExports(bench.database, store, bench.clock)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "record-job-1.csv"
    path.write_bytes(CONTENT)
    return path


def test_a_file_is_fetched_for_a_week_and_then_it_is_gone(bench: Bench, kept: KeptExports, file: Path,
                                                          tmp_path: Path) -> None:  # fmt: skip
    digest = kept.keep(file)
    found, content = kept.read(digest)
    bench.clock.pass_by(days=6, hours=23)
    still = kept.among([digest, "0" * 64])
    bench.clock.pass_by(hours=2)
    with pytest.raises(NotFoundError):
        kept.read(digest)

    kept.tidy()

    assert (found.name, content) == ("record-job-1.csv", CONTENT)
    assert list(still) == [digest]
    assert [one for one in (tmp_path / "evidence").rglob("*") if one.is_file()] == []


def test_a_file_is_encrypted(kept: KeptExports, file: Path, tmp_path: Path) -> None:
    kept.keep(file)

    (stored,) = [one for one in (tmp_path / "evidence").rglob("*") if one.is_file()]
    assert CONTENT not in stored.read_bytes()


def test_the_same_content_again_is_kept_from_then_on(bench: Bench, kept: KeptExports, file: Path) -> None:
    first = kept.keep(file)
    bench.clock.pass_by(days=5)

    again = kept.keep(file)
    bench.clock.pass_by(days=5)

    assert first == again
    assert kept.read(again)[1] == CONTENT


def test_what_is_a_kept_file_of_a_job_as_well_is_not_removed(bench: Bench, kept: KeptExports, store: EvidenceStore,
                                                             file: Path) -> None:  # fmt: skip
    digest = store.keep(CONTENT, kind="input", name="list.csv", job_id=bench.submit("a"))
    kept.keep(file)
    bench.clock.pass_by(days=8)

    kept.tidy()

    assert store.read(digest) == CONTENT


def test_a_selection_is_measured_before_it_is_taken_out(bench: Bench) -> None:
    job = bench.submit("a", "b", "c")
    first = bench.claim()
    bench.finish(first)
    bench.finish(bench.claim())

    whole = measure(bench.database, of_job(bench.database, job), most=1_000)
    one = measure(
        bench.database, of_items(bench.database, [first.item_id], sought="reference", subject="x"), most=1_000
    )

    assert (whole.items, one.items, whole.entries > one.entries > 0) == (3, 1, True)
    with pytest.raises(UsageError, match="expected 2 at most here"):
        measure(bench.database, of_job(bench.database, job), most=2)
