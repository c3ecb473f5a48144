"""Odd text from programs, on each database: told to be wrong or taken, and never an error of ours."""

import json
from typing import Any

import pytest

from rpa.db.console_tables import Role
from tests.integration.cli.office import Office
from tests.integration.console.conftest import Browser, work
from tests.integration.console.test_api import Program, rows

ODD = ["a\0b", "\ud83d", "x" * 70_000, "=cmd()", "\u202eabc", "\r\n", "'; DROP TABLE job; --"]


@pytest.mark.parametrize("text", ODD, ids=["nul", "half a pair", "long", "formula", "turned", "lines", "sql"])
def test_odd_text_in_a_row_is_no_error_of_ours(on_each_database: Browser, office: Office, text: str) -> None:
    program = Program(on_each_database)
    sent = rows(office, "fine")
    sent["rows"]["sheet"][0]["fate"] = text

    answer = program.post("/jobs", sent) if text != "\ud83d" else _raw(program, sent)

    assert answer.status_code in (201, 422), answer.text
    if answer.status_code == 201:
        work(on_each_database)
        assert program.get("/jobs/1/rows").status_code == 200
        assert program.get("/jobs/1/results").status_code in (200, 422)


def _raw(program: Program, sent: object) -> Any:
    body = json.dumps(sent)  # half a pair is written as its number, which JSON allows
    return program.browser.client.post("/api/v1/jobs", content=body,
                                       headers={**program.headers, "Content-Type": "application/json"})  # fmt: skip


@pytest.mark.parametrize("text", ["a\0b", "x" * 999, "=cmd()"], ids=["nul", "long", "formula"])
def test_odd_reasons_are_no_error_of_ours(on_each_database: Browser, office: Office, text: str) -> None:
    clerk = Program(on_each_database)
    clerk.post("/jobs", rows(office, "nobody"))
    work(on_each_database)
    operator = Program(on_each_database, "Opal Operator", Role.OPERATOR)

    decided = clerk.post("/cases/1", {"way": "leave", "note": text})
    retried = operator.post("/problems/retry", {"workflow": text[:100], "failure": "business", "code": text[:64],
                                                "why": text})  # fmt: skip

    assert decided.status_code in (200, 422), decided.text
    assert retried.status_code in (200, 404, 422), retried.text
