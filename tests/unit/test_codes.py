"""Every code that the library itself ends an item with is put in plain words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from rpa.codes import explain

PACKAGE = Path(__file__).parents[2] / "rpa"
RAISED = ("BusinessException", "SystemException")
BY_RULE = {"CERTIFICATE", "FIELD_NOT_FOUND", "FIELD_AMBIGUOUS", "NOT_FILLED", "TABLE_NOT_FOUND", "TABLE_AMBIGUOUS"}
"""Codes that are not written where they are raised."""
ENDINGS = {"HTTP_429", "HTTP_503", "SYSTEM", "IN_DOUBT", "CRASHES_WORKER", "UNEXPECTED"}


def codes() -> Iterator[str]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in RAISED:
                given = [*call.args, *(one.value for one in call.keywords if one.arg == "code")]
                words = (str(one.value) for one in given if isinstance(one, ast.Constant))
                yield from (word for word in words if word.isupper())


@pytest.mark.parametrize("code", sorted({*codes(), *BY_RULE, *ENDINGS}))
def test_code_is_explained_in_its_own_words(code: str) -> None:
    explanation = explain(code, {})

    assert code not in explanation.what_happened
    assert explanation.how_to_fix


def test_workflow_may_say_it_in_its_own_words() -> None:
    explanation = explain("HTTP_503", {"HTTP_503": "The PAS is shut. Send it again on Monday."})

    assert explanation.what_happened == "The PAS is shut."
    assert explanation.how_to_fix == "Send it again on Monday."


def test_unknown_code_is_still_told() -> None:
    explanation = explain("FULL_MOON", {})

    assert explanation.what_happened == "The robot stopped with the code FULL_MOON."
    assert explanation.how_to_fix == "Tell the digital team."


def test_where_no_sheet_is_at_hand_the_choice_of_its_column_is_not_named() -> None:
    said = explain("ODD", {"ODD": "The row is odd. Correct it in the PAS and choose Resubmit."})

    assert said.on_pages.how_to_fix == "Correct it in the PAS and send it again."
    assert said.on_pages.what_happened == said.what_happened
