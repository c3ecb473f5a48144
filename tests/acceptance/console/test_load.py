"""Many requesters at once beside a busy worker, for a moment: the benchmark does it for ten minutes."""

from pathlib import Path

import pytest

from benchmarks.console.load import WRONG, make_installation, measured

SECONDS, REQUESTERS, STOCK, ALONE = 20, 12, 6_000, 2

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_requesters_at_once_beside_a_worker_lose_nothing_and_do_nothing_twice(
    database_url: str, tmp_path: Path
) -> None:
    data = make_installation(tmp_path, database_url)

    found = measured(data, seconds=SECONDS, requesters=REQUESTERS, stock=STOCK, alone_for=ALONE)

    assert {what: found[what] for what in WRONG} == {
        "wrong": {}, "jobs lost or doubled": 0, "fixes lost or doubled": 0
    }  # fmt: skip
    assert found["sheets started"] >= REQUESTERS
    assert found["rows left out"] > 0
