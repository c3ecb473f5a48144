"""A slot that ends because of something nobody thought of."""

from pathlib import Path

import pytest

from rpa.desk import Desk
from rpa.settings import Settings, load_settings
from rpa.slots import start_slot
from rpa.workers import Identity

NAME = "Ottilie Quantock"


def log_of(folder: Path) -> str:
    return "".join(one.read_text(encoding="utf-8") for one in (folder / "logs").iterdir())


def fail_to_open(_settings: Settings, _me: Identity) -> Desk:
    raise KeyError(NAME)


def test_slot_that_fails_says_where_and_shows_nothing_of_what_it_held(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    slot = start_slot(load_settings(tmp_path), "supervisor", 1, opener=fail_to_open)

    slot.process.join(60)

    assert slot.process.exitcode == 1
    printed, logged = "".join(capfd.readouterr()), log_of(tmp_path)
    assert NAME not in printed + logged
    assert f"KeyError at {Path(__file__).name}" in logged
    slot.kill()
