"""Every `rpa …` that a page tells somebody to type is a command there is, with options it takes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rpa.cli import run
from tests.pages import PAGES

GROUPS = {
    "alarms",
    "approvers",
    "audit",
    "evidence",
    "people",
    "problems",
    "retention",
    "schedules",
    "tokens",
    "workers",
}
"""Commands that have commands of their own, and may be one themselves."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_their_options_are_there(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = []
    for name, options in commands(page):
        code = run([*name, "--help"])
        known = capsys.readouterr().out
        wrong += [name] if code else [(*name, option) for option in options if option not in known]

    assert not wrong


def commands(page: Path) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Yield the name of each command typed on a page, and its options."""
    text = page.read_text(encoding="utf-8")
    typed = re.findall(r"`rpa ([^`\n]+)`", text) + re.findall(r"^(?:\$ )?rpa (.+)$", text, re.M)
    for line in typed:
        first, *others = line.split()
        yield (first, *named(first, others)), re.findall(r"(?<!\S)(--?[a-z][a-z-]*)", line)
    for line in re.findall(r"^\| `rpa (.+?)` \|(.+)$", text, re.M):  # the table of commands names more options
        first, *others = line[0].split()
        yield (first, *named(first, others)), re.findall(r"`(--[a-z][a-z-]*)", line[1])


def named(first: str, others: list[str]) -> list[str]:
    """Return the second word of a command's name, if it has one."""
    return [one for one in others[:1] if first in GROUPS and re.fullmatch(r"[A-Za-z]+(-[a-z]+)*", one)]
