"""What a line of the log holds, and what it never does."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from loguru import logger

from rpa.logs import set_up_logs
from rpa.logs.lines import in_words
from tests.unit.logs.conftest import Log

NAME = "Ottilie Quantock"


def fail(patient: str) -> None:
    raise KeyError(patient)


def test_what_is_bound_is_a_field_of_the_line(log: Log) -> None:
    with logger.contextualize(job=7, item=12, attempt=1):
        logger.info("started")

    (line,) = log.lines
    assert {name: line[name] for name in ("level", "job", "item", "attempt", "worker", "slot", "message")} == {
        "level": "INFO", "job": 7, "item": 12, "attempt": 1, "worker": "w1", "slot": 2, "message": "started",
    }  # fmt: skip
    assert datetime.now(UTC) - datetime.fromisoformat(line["at"]) < timedelta(minutes=1)
    assert line["place"].startswith("test_lines.py:")


def test_nothing_bound_takes_the_place_of_a_field(log: Log) -> None:
    logger.bind(at="yesterday", message="other", level="NONE").info("said")

    (line,) = log.lines
    assert (line["message"], line["level"]) == ("said", "INFO")
    assert line["at"] != "yesterday"


def test_what_is_bound_is_scrubbed_too(log: Log) -> None:
    logger.bind(row={"nhs_number": "9434765919"}).info("said")

    assert "9434765919" not in log.text
    assert "[NHS number]" in log.text


def test_exception_is_logged_by_type_place_and_fingerprint_alone(log: Log) -> None:
    try:
        fail(NAME)
    except KeyError:
        logger.exception("it failed")

    (line,) = log.lines
    assert NAME not in log.text
    assert line["error"].startswith("KeyError at test_lines.py:")
    assert len(line["error"].rpartition("(")[2]) == len("01234567)")


def test_message_of_several_lines_is_one_line_of_the_file(log: Log) -> None:
    logger.info("one\n{}", '{"job": 8, "message": "forged"}')

    assert [line["message"] for line in log.lines] == ['one\\n{"job": 8, "message": "forged"}']


def test_name_of_a_file_that_is_no_unicode_is_logged_all_the_same(log: Log) -> None:
    logger.bind(file="\udcff.csv").info("read {}", "\udcff.csv")

    (line,) = log.lines
    assert (line["message"], line["file"]) == ("read \\udcff.csv", "\\udcff.csv")


def test_what_no_json_can_hold_costs_the_line_and_is_not_printed(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    logger.bind(number=9434765919**20).info("lost")
    logger.info("after")

    assert [line["message"] for line in log.lines] == ["after"]
    assert capsys.readouterr().err == ""


def test_line_in_words_begins_with_time_level_and_numbers(log: Log) -> None:
    with logger.contextualize(job=7, item=12):
        logger.warning("it is late")
    line = log.lines[0] | {"at": "2026-07-01T08:00:00.000000+00:00"}

    assert in_words(line) == "2026-07-01 09:00:00  WARNING  job 7 item 12 slot 2  it is late"


def test_terminal_shows_the_same_without_the_text_of_an_exception(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logs(tmp_path, terminal=True)
    try:
        fail(NAME)
    except KeyError:
        logger.bind(job=7).exception("it failed")
    logger.remove()

    shown = capsys.readouterr().err
    assert "ERROR    job 7  it failed (KeyError at test_lines.py:" in shown
    assert len(shown.splitlines()) == 1
    assert NAME not in shown
