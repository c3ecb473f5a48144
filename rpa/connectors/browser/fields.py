"""Finds fields by label or by the text beside them, across frames, and fills or reads them in one call a frame."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Frame, Page

from rpa.connectors.browser.faults import mapped
from rpa.exceptions import SystemException

_FIELDS = Path(__file__).with_name("fields.js").read_text(encoding="utf-8")
_FORMS = {"date": "a date, or text such as 2026-11-20", "time": "text such as 09:30",
          "datetime-local": "a date and time, or text such as 2026-11-20T09:30"}  # fmt: skip
"""What the fields take whose text has a form of its own, by the type of the field."""
_TABLE = Path(__file__).with_name("table.js").read_text(encoding="utf-8")


def fill_fields(page: Page, fields: Mapping[str, str | bool | date]) -> None:
    """Fill the fields and read each back.

    Raises:
        SystemException: `FIELD_NOT_FOUND`, `FIELD_AMBIGUOUS` or `NOT_FILLED`, with the labels and never the values.
    """
    answers = _in_frames(page, {label: _typed(value) for label, value in fields.items()}, fill=True)
    _refuse(answers, "missing", "FIELD_NOT_FOUND", "no field has this label or this text beside it")
    _refuse(answers, "ambiguous", "FIELD_AMBIGUOUS", "several fields have this label; expected one")
    _refuse(answers, "refused", "NOT_FILLED", f"the field didn't keep what was filled in{_form(answers)}")


def read_fields(page: Page, labels: Iterable[str]) -> dict[str, str]:
    """Read what the labelled fields hold, or the text beside the label where there is no field.

    Raises:
        SystemException: `FIELD_NOT_FOUND` or `FIELD_AMBIGUOUS`.
    """
    answers = _in_frames(page, dict.fromkeys(labels, ""), fill=False)
    _refuse(answers, "missing", "FIELD_NOT_FOUND", "neither a field nor a text has this label")
    _refuse(answers, "ambiguous", "FIELD_AMBIGUOUS", "several places have this label and differ; expected one")
    return {label: answer["value"] for label, answer in answers.items()}


def read_table(page: Page, caption: str | None, headings: Sequence[str]) -> list[dict[str, str]]:
    """Read the one table with that caption, or with all these headings, from whichever frame holds it.

    Raises:
        SystemException: `TABLE_NOT_FOUND` or `TABLE_AMBIGUOUS`.
    """
    task = {"caption": caption, "headings": list(headings)}
    await_document(page)
    with mapped("reading a table"):
        found = [answer for frame in page.frames if (answer := frame.evaluate(_TABLE, task))["found"]]
    if not found:
        raise SystemException("no table on the page has this caption or these headings", "TABLE_NOT_FOUND")
    if len(found) > 1 or found[0]["found"] > 1:
        raise SystemException("several tables match; expected one: give a caption or more headings", "TABLE_AMBIGUOUS")
    return [dict(row) for row in found[0]["rows"]]


def await_document(page: Page) -> None:
    """Wait until the page that was committed, as after a form was sent, has come in whole; what has costs nothing."""
    with mapped("waiting for a page"):
        page.wait_for_load_state("domcontentloaded")


def _in_frames(page: Page, fields: Mapping[str, str | bool], *, fill: bool) -> dict[str, dict[str, Any]]:
    answers: dict[str, dict[str, Any]] = {}
    left = dict(fields)
    await_document(page)
    for frame in page.frames:
        found = _ask(frame, left, fill=fill)
        answers.update(found)
        left = {label: value for label, value in left.items() if answers[label]["status"] == "missing"}
        if not left:
            break
    return {label: answers[label] for label in fields}


def _ask(frame: Frame, fields: Mapping[str, str | bool], *, fill: bool) -> dict[str, dict[str, Any]]:
    with mapped("filling in fields" if fill else "reading fields"):
        answer: dict[str, dict[str, Any]] = frame.evaluate(_FIELDS, {"fields": dict(fields), "fill": fill})
    return answer


def _typed(value: str | bool | date) -> str | bool:
    """Return a value as a field for dates takes it, whatever form it shows to people."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date) else value


def _form(answers: Mapping[str, Mapping[str, Any]]) -> str:
    kinds = {str(one.get("kind")) for one in answers.values() if one["status"] == "refused"}
    forms = " or ".join(_FORMS[kind] for kind in _FORMS if kind in kinds)
    return f"; expected {forms}" if forms else ""


def _refuse(answers: Mapping[str, Mapping[str, Any]], status: str, code: str, meaning: str) -> None:
    labels = [label for label, answer in answers.items() if answer["status"] == status]
    if labels:
        raise SystemException(f"{', '.join(map(repr, labels))}: {meaning}", code)
