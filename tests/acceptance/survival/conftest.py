"""A practice clinic for each file of tests, and an installation for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rpa.demo.clinic import Clinic
from tests.acceptance.survival.office import Office
from tests.acceptance.survival.practice import Practice
from tests.acceptance.survival.story import story_of

Open = Callable[..., Office]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    with Clinic(tmp_path_factory.mktemp("clinic")) as clinic:
        yield Practice(clinic)


@pytest.fixture
def practice(running: Practice) -> Iterator[Practice]:
    yield running
    running.clinic.faults.clear()


@pytest.fixture
def open_office(tmp_path: Path, practice: Practice) -> Iterator[Open]:
    """Open an installation with its own settings: `open_office(lease_seconds=2)`."""
    made: list[Office] = []

    def opened(**settings: Any) -> Office:
        folder = tmp_path / f"office-{len(made)}"
        folder.mkdir()
        made.append(Office(folder, practice.clinic, **settings))
        return made[-1]

    yield opened
    for office in made:
        office.close()
        print(story_of(office))  # pytest shows it when the test has failed


@pytest.fixture
def office(open_office: Open) -> Office:
    return open_office()


@pytest.fixture
def shared_office(database_url: str, open_office: Open) -> Office:
    """An installation for several workers, on each kind of database in turn."""
    return open_office(database_url=database_url, lease_seconds=8)
