"""The benchmark of record updates does what it measures, whichever way."""

import pytest

from benchmarks import updates
from benchmarks.updates import Way


@pytest.mark.parametrize("way", [updates.naive, updates.ours])
def test_each_way_of_the_benchmark_changes_exactly_what_the_sheet_asks_for(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updates, "RECORDS", 3)

    seconds = updates.seconds_of(way)

    assert seconds > 0
