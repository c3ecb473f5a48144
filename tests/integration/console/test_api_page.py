"""The page on the API says what the API does: its examples are sent, and its tables compared with the code."""

import re
from typing import Any

import orjson

from rpa.console.api.table import BASE, ENDPOINTS
from rpa.db.console_tables import Role
from tests.integration.console.conftest import Browser
from tests.integration.console.test_api import Program
from tests.pages import ROOT, table

PAGE = ROOT / "docs" / "api.md"
_EXAMPLE = re.compile(
    r"<!-- example: (\w+) (\S+) -->\n```json\n(.*?)```.*?<!-- answer: (\d+) -->\n```json\n(.*?)```", re.S
)


def test_examples_are_answered_as_the_page_says(browser: Browser) -> None:
    program = Program(browser)
    examples = _EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))

    for method, path, sent, status, answer in examples:
        given = browser.client.request(method, path, content=sent, headers=program.headers)
        assert given.status_code == int(status)
        assert timeless(given.json()) == timeless(orjson.loads(answer))
    assert len(examples) >= 3


def test_examples_of_other_roles_are_taken(browser: Browser) -> None:
    examples = re.findall(r"<!-- as (\w+): (\w+) (\S+) -->\n```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)

    for role, method, path, sent in examples:
        program = Program(browser, f"The {role}", Role(role))
        assert browser.client.request(method, path, content=sent, headers=program.headers).status_code == 200
    assert examples


def timeless(answer: Any) -> Any:
    return {name: str(value)[:10] if name == "submitted_at" else value for name, value in answer.items()}


def test_the_table_of_addresses_is_that_of_the_code() -> None:
    told = {tuple(line) for line in table(PAGE, "address", "does", "roles")}

    assert told == {(f"{one.method} {BASE}{one.path}", one.said, ", ".join(sorted(one.roles))) for one in ENDPOINTS}


def test_the_metrics_told_of_are_those_there_are(browser: Browser) -> None:
    text = browser.client.get("/metrics").text

    there = dict(re.findall(r"^# HELP (rpa_\w+) (.*)$", text, re.M))
    assert {line[0]: line[1] for line in table(PAGE, "metric", "is")} == there


def test_whoever_is_signed_in_finds_every_address_on_a_page(browser: Browser) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")

    browser.open("/api")

    assert all(one.said in browser.text for one in ENDPOINTS)
