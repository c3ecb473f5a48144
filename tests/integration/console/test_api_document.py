"""The API holds what its document says, for each role, whatever is sent: asked by requests made from the document."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from rpa.console import pace
from rpa.console.api.document import openapi_document
from rpa.console.api.table import ENDPOINTS
from rpa.db.console_tables import Role
from tests.integration.cli.office import Office
from tests.integration.console.conftest import Browser, work
from tests.integration.console.test_api import Program, rows

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance,
          negative_data_rejection]  # fmt: skip
ALLOWED, REFUSED = 6, 1
"""Requests of each kind to an address that is for the role, and to one that is not."""
ROLES = {one.name: one.roles for one in ENDPOINTS}
BOUNDED = settings(max_examples=ALLOWED, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
                   suppress_health_check=list(HealthCheck))  # fmt: skip


@pytest.fixture
def asked(browser: Browser, office: Office, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """A console with jobs that are done, that wait, and with cases that need a person."""
    monkeypatch.setattr(pace.Pace, "wait", lambda _self, _token: 0)
    operator = Program(browser, "Opal", Role.OPERATOR)
    operator.post("/jobs", rows(office, "fine", "nobody", "nobody"))
    work(browser)
    operator.post("/jobs", {**rows(office, "fine"), "again": True})
    return browser


@pytest.mark.parametrize("role", list(Role))
def test_whatever_a_role_sends_the_answer_is_one_that_the_document_has(asked: Browser, role: Role) -> None:
    # Without its security, so that each request bears the token and comes as far as what was sent.
    document = {name: part for name, part in openapi_document().items() if name != "security"}
    schema = schemathesis.openapi.from_dict(document)
    schema.app = asked.client.app
    program = Program(asked, f"The {role}", role)
    statuses: list[int] = []

    def ask(case: Case[Any]) -> None:
        response = case.call(headers=program.headers)
        statuses.append(response.status_code)
        case.validate_response(response, checks=CHECKS, headers=program.headers)

    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        most = ALLOWED if role in ROLES[operation.definition.raw["operationId"]] else REFUSED
        for mode in GenerationMode:
            send_all(operation.as_strategy(mode), ask, most)

    assert len(statuses) >= 2 * len(ENDPOINTS) - 8  # a list without values in its address takes nothing wrong
    assert 403 in statuses
    assert 401 not in statuses
    assert (200 in statuses) is (role is not Role.ADMIN)


def send_all(cases: Any, ask: Any, most: int) -> None:
    """Send some requests; an endpoint of which nothing can be wrong has no bad ones."""
    try:
        settings(BOUNDED, max_examples=most)(given(cases)(ask))()  # type: ignore[no-untyped-call]
    except Unsatisfiable:
        return
