"""The page on sign-ins says what the code does."""

import re
import tomllib
from typing import get_args

from rpa.connectors.browser.access import Way
from rpa.secrets.mounted import _FILES
from rpa.secrets.parts import FILES, TEXTS
from rpa.settings import SystemSettings, load_settings
from rpa.sign_ins.ledger import MOST_LOST, MOST_REFUSED
from tests.pages import ROOT, table

PAGE = ROOT / "docs" / "sign-ins.md"


def test_parts_of_a_secret_are_those_that_are_read() -> None:
    rows = table(PAGE, "part", "in the environment", "line in the file", "file in the folder")

    in_environment = [environment.partition(",")[0].removeprefix("…_").lower() for _, environment, *_ in rows]
    in_folder = {name for _, _, _, folder, _ in rows for name in folder.split(" or ")}

    assert sorted(in_environment) == sorted((*TEXTS, *FILES))
    assert in_folder == {*TEXTS, *_FILES}


def test_ways_to_sign_in_are_those_there_are() -> None:
    told = [way for way, *_ in table(PAGE, "sign_in", "signs in with")]

    assert told == list(Way) == list(get_args(SystemSettings.model_fields["sign_in"].annotation))


def test_settings_shown_are_good_ones() -> None:
    for block in re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S):
        load_settings(ROOT / "nowhere", **tomllib.loads(block))


def test_limits_told_are_those_that_are_kept() -> None:
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    words = {2: "two", 3: "three"}

    told = (
        f"At most {words[MOST_REFUSED]} tries of an account are refused within an hour, and at most {words[MOST_LOST]}"
    )
    assert told in text
