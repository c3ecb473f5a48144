"""The pages on alarms and on the drop folder say what the code does."""

import re
import tomllib

from rpa.alarms import AlarmKind
from rpa.inbox.names import AGAIN, is_passing
from rpa.inbox.words import REFUSED
from rpa.settings import load_settings
from tests.pages import ROOT, table

ALARMS = ROOT / "docs" / "alarms.md"
DROP_FOLDER = ROOT / "docs" / "drop-folder.md"


def test_alarms_are_those_there_are() -> None:
    assert [name for name, *_ in table(ALARMS, "alarm", "is raised when")] == list(AlarmKind)


def test_settings_shown_are_good_ones() -> None:
    for page in (ALARMS, DROP_FOLDER):
        for block in re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.S):
            load_settings(ROOT / "nowhere", **tomllib.loads(block))


def test_names_that_pass_through_are_those_told() -> None:
    text = DROP_FOLDER.read_text(encoding="utf-8")
    told = re.findall(r"`(\.[a-z]+)`", text.partition("under way:")[2].partition("A link")[0])

    assert len(told) == 5
    assert all(is_passing(f"list.csv{ending}") for ending in told)


def test_names_of_folders_and_notes_are_those_of_the_code() -> None:
    text = DROP_FOLDER.read_text(encoding="utf-8")

    assert f"`inbox/WORKFLOW/{AGAIN}/`" in text
    assert f"`NAME{REFUSED}`" in text
