"""The README's tables say what the code does."""

import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from pydantic import BaseModel

from rpa.cli.app import make_app
from rpa.cli.exits import Exit
from rpa.settings import Settings, SystemSettings, load_settings
from rpa.states import ALLOWED, ItemState
from tests.pages import README, blocks, table

SECTIONS: dict[str, type[BaseModel]] = {
    name: one.annotation
    for name, one in Settings.model_fields.items()
    if isinstance(one.annotation, type) and issubclass(one.annotation, BaseModel)
}
MOST_LINES = 60
"""Lines that an author's first workflow and its test may have together."""


def test_allowed_moves_are_those_of_the_code() -> None:
    told = {move: (names(starts), names(ends)) for move, starts, ends in table(README, "move", "from", "to")}

    assert told == {str(move): (set(one.starts), set(one.ends)) for move, one in ALLOWED.items()}


def test_states_are_those_of_the_code_and_are_ended_by_its_moves() -> None:
    told = {state: names(moves) for state, _, moves in table(README, "state", "means", "ended by")}

    assert told == {
        str(state): {str(move) for move, passage in ALLOWED.items() if state in passage.starts} for state in ItemState
    }


def test_every_word_stands_for_something_in_the_code() -> None:
    missing = [place for _, _, place in table(README, "word", "is", "in the code") if not is_there(place)]

    assert not missing


def test_exit_codes_are_those_of_the_commands() -> None:
    told = {int(code): name for code, name, _ in table(README, "exit code", "name")}

    assert told == {int(one): one.name.lower().replace("_", " ") for one in Exit}


def test_commands_are_those_there_are() -> None:
    app = make_app()
    groups = {
        "alarms": ["alarms", "alarms test"],
        "approvers": ["approvers", "approvers add", "approvers remove", "approvers reset"],
        "audit": [
            f"audit {name}"
            for name in (
                "certificate",
                "checks",
                "doubts",
                "archive",
                "erase",
                "export",
                "find",
                "gaps",
                "key",
                "readers",
                "show",
                "story",
                "verify",
            )
        ],
        "evidence": ["evidence list", "evidence open", "evidence key rotate"],
        "people": [
            "people",
            *(
                f"people {name}"
                for name in ("add", "change", "link", "forget-codes", "signed-in", "end-sessions", "remove")
            ),
        ],
        "problems": ["problems", "problems note", "problems clear"],
        "retention": ["retention plan", "retention run"],
        "schedules": ["schedules", "schedules pause", "schedules resume"],
        "tokens": ["tokens", "tokens make", "tokens end"],
    }
    there = [name for name in app if not name.startswith("-")]

    told = [line.split()[1:] for line, _ in table(README, "command", "does")]

    expected = [full for name in there for full in groups.get(name, [name])]
    assert sorted(words(one) for one in told) == sorted(expected)


def test_settings_shown_are_all_there_are_with_their_defaults(tmp_path: Path) -> None:
    (block,) = blocks(README, "settings")
    (tmp_path / "rpa.toml").write_text(block.text, encoding="utf-8")

    loaded = load_settings(tmp_path)

    assert loaded.model_copy(update={"systems": {}, "dir": tmp_path / "new"}) == load_settings(tmp_path / "new")
    assert loaded.systems["practice-pas"].settle == SystemSettings(address="").settle
    shown = block.text.replace("# ", "")
    beside = {"dir", "systems", "schedules", *SECTIONS}
    assert not [name for name in fields(Settings) - beside if f"\n{name} = " not in f"\n{shown}"]
    assert fields(SystemSettings) == set(tomllib.loads(block.text)["systems"]["practice-pas"])


@pytest.mark.parametrize("section", SECTIONS)
def test_section_of_the_settings_shows_all_it_has(section: str) -> None:
    (block,) = blocks(README, "settings")

    shown = block.text.replace("# ", "").partition(f"[{section}]\n")[2].partition("\n[")[0]

    assert not [name for name in fields(SECTIONS[section]) if f"\n{name} = " not in f"\n{shown}"]


def test_first_workflow_and_its_test_are_short() -> None:
    lines = sum(len(block.text.splitlines()) for block in blocks(README, "file"))

    assert lines < MOST_LINES


def fields(model: type[BaseModel]) -> set[str]:
    return set(model.model_fields)


def names(cell: str) -> set[str]:
    return {name.strip() for name in cell.split(",") if name.strip()}


def words(command: list[str]) -> str:
    """Return the name of a command, which ends where its arguments begin."""
    return " ".join(word for word in command if re.fullmatch(r"[a-z]+(-[a-z]+)*", word))


def is_there(place: str) -> bool:
    """Is there a module, or a name in a module, of this dotted name?"""
    parts = place.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False
