"""The benchmarks of the engine do what they measure, with the very workers that people start."""

from collections.abc import Iterator
from datetime import date

import pytest

from benchmarks import claiming, draining, waking
from benchmarks.contest import Contestant, contestants
from benchmarks.page import written


@pytest.fixture(scope="module")
def by_name() -> Iterator[dict[str, Contestant]]:
    with contestants(floors=True, peers=False) as found:
        yield {one.name: one for one in found}


@pytest.mark.parametrize(
    ("name", "workers"), [("floor, SQLite", 2), ("floor, PostgreSQL", 2), ("rpa, SQLite", 1), ("rpa, PostgreSQL", 1)]
)
def test_workers_drain_what_was_submitted(
    name: str, workers: int, by_name: dict[str, Contestant], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draining, "ITEMS", 40)

    rate = draining.rate_of(by_name[name], workers, jobs=2)

    assert rate > 0


@pytest.mark.parametrize("name", ["rpa, SQLite", "rpa, PostgreSQL"])
def test_idle_worker_picks_up_each_item(
    name: str, by_name: dict[str, Contestant], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waking, "ITEMS", 3)
    monkeypatch.setattr(waking, "WARM", 1)

    times = waking.pick_ups(by_name[name])

    assert len(times) == 3
    assert min(times) >= 0


@pytest.mark.parametrize("name", ["rpa, SQLite", "rpa, PostgreSQL"])
def test_items_that_were_put_there_are_claimed(
    name: str, by_name: dict[str, Contestant], monkeypatch: pytest.MonkeyPatch
) -> None:
    for size, value in (("FEW", 50), ("MANY", 500), ("CLAIMS", 5), ("ROUNDS", 1)):
        monkeypatch.setattr(claiming, size, value)

    few, many = claiming.times_of(by_name[name])

    assert min(few, many) > 0


def test_rate_counts_the_time_in_which_all_work() -> None:
    first, second = [0.0, 1.0, 2.0, 3.0, 4.0], [2.5, 3.0, 3.5, 4.0, 9.0]

    rate = draining.rate_while_all([first, second, []])

    assert rate == pytest.approx((6 - 1) / (4.0 - 2.5))


def test_p95_is_a_value_that_was_found() -> None:
    assert waking.p95([float(number) for number in range(1, 101)]) == 95.0
    assert waking.p95([7.0]) == 7.0


def test_page_names_the_versions_of_the_peers() -> None:
    page = written("FIGURES", "BESIDE", day=date(2026, 11, 25), versions="Python 3")

    assert "procrastinate 3." in page
    assert "FIGURES" in page
    assert "{" not in page.replace("{day}", "")
