"""FHIR servers on paper: what they answer in turn, and what they were asked."""

from collections.abc import Callable
from typing import Any

import httpx

from rpa.connectors.browser.origins import AllowList
from rpa.connectors.fhir import Egress, FhirClient, Limits, Server, Tokens
from rpa.connectors.fhir.tokens import Token
from tests.conftest import HandClock

BASE = "https://pas.example.nhs.uk/fhir"
NAME = "Test-Ada Applecart"
"""A name that stands in answers and may stand in no message."""
Answer = httpx.Response | Callable[[httpx.Request], httpx.Response] | Exception


class PaperServer:
    """Answers each request with the next of its answers; the last is given again and again."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else answer(request)


def egress_to(server: PaperServer, clock: HandClock, limits: Limits | None = None) -> Egress:
    return Egress(AllowList([BASE]), limits or Limits(), inner=httpx.MockTransport(server), clock=clock)


def client_of(server: PaperServer, clock: HandClock, *, limits: Limits | None = None,
              tokens: Tokens | None = None) -> FhirClient:  # fmt: skip
    limits = limits or Limits()
    return FhirClient(Server(BASE, limits=limits), egress_to(server, clock, limits), tokens, clock)


def tokens(clock: HandClock, *, seconds: float = 300) -> Tokens:
    """Return tokens T1, T2 and so on."""
    given = iter(range(1, 100))
    return Tokens(lambda: Token(f"T{next(given)}", seconds), clock)


def resource(number: str = "A1", **elements: Any) -> dict[str, Any]:
    return {"resourceType": "Appointment", "id": number, "status": "booked", **elements}


def found(number: str = "A1", *, version: str = "1") -> httpx.Response:
    return httpx.Response(200, json=resource(number), headers={"etag": f'W/"{version}"'})


def bundle(*numbers: str, after: str = "") -> httpx.Response:
    links = [{"relation": "self", "url": BASE}, *([{"relation": "next", "url": after}] if after else [])]
    entries = [{"resource": resource(one, meta={"versionId": "7"})} for one in numbers]
    return httpx.Response(200, json={"resourceType": "Bundle", "type": "searchset", "link": links, "entry": entries})


def outcome(status: int, code: str = "business-rule") -> httpx.Response:
    issue = {"severity": "error", "code": code, "diagnostics": f"{NAME} has another appointment"}
    return httpx.Response(status, json={"resourceType": "OperationOutcome", "issue": [issue]})
