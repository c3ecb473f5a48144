"""`kill -9` of a process that erases: the record verifies all the same, and the command ends when it is repeated."""

from itertools import count, product
from pathlib import Path
from random import Random, SystemRandom

import pytest

from rpa.cli.exits import Exit
from tests.acceptance.survival.archive import Archive
from tests.acceptance.survival.running import KILLED
from tests.integration.cli.office import make_office

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

DAYS = 30
DECIDED = ("--approved-by", "B. Guardian", "--by", "Jo Clerk")
BASIS = ("--basis", "UK GDPR 17(1)(a)")
BY_RULE = {
    "erase": ("audit", "erase", "--older-than", str(DAYS), "--kind", "payloads", "--kind", "inputs", "--kind",
              "pictures", *BASIS, *DECIDED),
    "retention": ("retention", "run", *DECIDED),
}  # fmt: skip
KILLS = 6


@pytest.fixture
def archive(tmp_path: Path, database_url: str) -> Archive:
    places = tmp_path / "places"
    places.mkdir()
    return Archive(make_office(tmp_path), places, database_url=database_url, days=DAYS)


def erasure_of(number: str) -> tuple[str, ...]:
    return ("audit", "erase", "--nhs-number", number, *BASIS, *DECIDED)


def test_patient_whose_erasure_is_killed_at_any_commit_is_gone_when_it_is_repeated(archive: Archive) -> None:
    archive.fill(jobs=2)
    first, *numbers = archive.numbers
    assert archive.run_fated("never", *erasure_of(first)) == Exit.DONE
    places = [f"{side}:{number}" for number, side in product(range(1, len(archive.commits()) + 1), ("before", "after"))]

    for place, number in zip(places, numbers, strict=False):
        assert archive.holding(number), "he is there before"
        assert archive.run_fated(place, *erasure_of(number)) == KILLED, place
        archive.prove_sound()
        assert archive.repeat(*erasure_of(number)) == Exit.DONE
        archive.prove_sound()
        assert archive.holding(number) == [], place

    gone, left = 1 + len(places), archive.numbers[1 + len(places) :]
    assert len(places) >= 10 and len(left) >= 3
    assert all(archive.holding(one) for one in left)
    assert archive.pictures() == 2 * (len(archive.numbers) - gone)


@pytest.mark.parametrize("how", BY_RULE)
def test_removal_by_rule_that_is_killed_at_every_commit_goes_on_and_ends(archive: Archive, how: str) -> None:
    archive.fill(jobs=2, days_ago=DAYS + 1)

    codes = []
    for number in count():  # by turns at the first commit once it is made, and at the second before it is made
        codes.append(archive.run_fated("before:2" if number % 2 else "after:1", *BY_RULE[how]))
        archive.prove_sound()
        if codes[-1] != KILLED:
            break

    assert len(codes) > 6 and codes[-1] == Exit.DONE
    assert archive.repeat(*BY_RULE[how]) == Exit.DONE
    assert [archive.holding(one) for one in archive.numbers] == [[]] * len(archive.numbers)
    assert archive.pictures() == 0


def test_removal_by_rule_that_is_killed_at_random_moments_goes_on_and_ends(archive: Archive) -> None:
    random_seed = SystemRandom().randrange(2**32)
    print(f"{random_seed=}")
    random = Random(random_seed)  # noqa: S311 - repeatable moments, no secret
    archive.fill(jobs=1, days_ago=DAYS + 1)
    assert archive.run_fated("never", *BY_RULE["retention"]) == Exit.DONE
    took = archive.commits()[-1] - archive.commits()[0]

    codes: list[int] = []
    while len(codes) < KILLS:
        if not archive.pictures():  # they are what goes last
            archive.fill(jobs=1, days_ago=DAYS + 1)
        codes.append(archive.run_until(random.uniform(0, took), *BY_RULE["retention"]))
        print(f"{len(archive.commits())} commits, then {codes[-1]}")
        archive.prove_sound()

    assert KILLED in codes and set(codes) <= {KILLED, Exit.DONE}
    assert archive.repeat(*BY_RULE["retention"]) == Exit.DONE
    archive.prove_sound()
    assert [archive.holding(one) for one in archive.numbers] == [[]] * len(archive.numbers)
    assert archive.pictures() == 0
