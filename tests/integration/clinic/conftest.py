"""A running clinic in each skin, and somebody who visits it."""

from collections.abc import Iterator

import pytest

from rpa.demo.clinic import Clinic, Skin
from tests.conftest import HandClock
from tests.integration.clinic.visiting import Visitor


@pytest.fixture(scope="module", params=list(Skin))
def clinic(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    with Clinic(tmp_path_factory.mktemp("clinic"), skin=request.param, clock=HandClock()) as running:
        yield running


@pytest.fixture
def visitor(clinic: Clinic) -> Iterator[Visitor]:
    visitor = Visitor(clinic, framed=clinic.skin is Skin.LEGACY)
    visitor.sign_in()
    yield visitor
    clinic.faults.clear()


@pytest.fixture
def booked(clinic: Clinic) -> str:
    """The reference of an appointment that is still to come."""
    visits = clinic.snapshot()["appointment"]
    return next(
        reference
        for reference, visit in visits.items()
        if visit["attendance_code"] == "0" and str(visit["starts_at"]) > "2026-12"
    )


@pytest.fixture
def attended(clinic: Clinic) -> str:
    """The reference of an appointment that is over."""
    return next(key for key, visit in clinic.snapshot()["appointment"].items() if visit["attendance_code"] == "5")
