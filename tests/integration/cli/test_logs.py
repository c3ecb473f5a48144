"""The log by command: one line for each move, and nothing of any patient."""

import json
import re
from datetime import UTC, datetime, timedelta
from os import utime

import pytest

from rpa.cli.exits import Exit
from rpa.clock import SystemClock
from rpa.duties import tidy_logs
from rpa.settings import load_settings
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office

CARELESS = '''"""Logs what it should not."""

from loguru import logger

from rpa import Item, NHSNumber, Row, column, workflow


class Patient(Row):
    nhs_number: NHSNumber = column("NHS number")
    born: str = column("Born")
    phone: str = column("Phone")
    postcode: str = column("Postcode")
    mail: str = column("Mail")


@workflow(title="Be careless", key="nhs_number")
def careless(item: Item[Patient]) -> str:
    """Say everything there is to say of a patient."""
    row = item.row
    spaced = f"{row.nhs_number[:3]} {row.nhs_number[3:6]} {row.nhs_number[6:]}"
    logger.info(f"patient {row.nhs_number} ({spaced}) born {row.born}")
    logger.bind(patient=row.nhs_number, row=row.model_dump()).info("{} of {}", row.phone, row.postcode)
    try:
        raise KeyError(f"{row.nhs_number} {row.mail} Ottilie Quantock")
    except KeyError:
        logger.exception("it went wrong:\\n{}", row.mail)
    raise ValueError(f"Ottilie Quantock {row.nhs_number} {row.born} {row.phone} {row.postcode} {row.mail}")
'''


@pytest.fixture
def worked(rpa: Rpa, office: Office) -> Office:
    rpa("submit", "tidy", office.list("fine", "nobody", "faulty"), "--by", "Jo Clerk")
    rpa("work", "--until-idle")
    return office


def log_of(office: Office) -> str:
    return "".join(one.read_text(encoding="utf-8") for one in (office.data / "logs").iterdir())


def test_every_move_of_a_job_is_one_line(rpa: Rpa, worked: Office) -> None:
    lines = [json.loads(line) for line in rpa("logs", 1, "--json").out.splitlines()]

    moves = [(one.get("item"), one["event"]) for one in lines if "event" in one]
    assert moves[0] == (None, "job.submitted") and moves[-1] == (None, "job.completed")
    assert [event for item, event in moves if item == 1] == ["item.claimed", "item.completed"]
    assert [event for item, event in moves if item == 2] == ["item.claimed", "item.failed"]
    assert [event for item, event in moves if item == 3] == [
        "item.claimed", "item.retry_planned", "item.claimed", "item.completed",
    ]  # fmt: skip
    assert {one["job"] for one in lines} == {1}
    assert {one["attempt"] for one in lines if one.get("item") == 3} == {1, 2}


def test_log_of_a_job_is_read_as_sentences(rpa: Rpa, worked: Office) -> None:
    shown = rpa("logs", 1)

    assert shown.code is Exit.DONE
    assert re.search(r"INFO +job 1 +submitted for tidy, rows: 3\n", shown.out)
    assert re.search(r"INFO +job 1 item 1 attempt 1 slot 1 +completed: moved\n", shown.out)
    assert re.search(r"INFO +job 1 item 2 attempt 1 slot 1 +failed, for a person: business NO_MATCH\n", shown.out)
    assert re.search(r"item 3 attempt 1 slot 1 +put back until [^ ]+: HTTP_5XX the system answered 503\n", shown.out)
    assert re.search(r"completed: 2 done, 1 failed, 0 cancelled, 0 rejected\n$", shown.out)


def test_what_a_person_decides_is_a_line_without_his_words(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine"), "--by", "Jo Clerk")
    rpa("cancel", 1, "--why", "Mrs Invented-Name rang")
    rpa("retry", 1, "--why", "Mrs Invented-Name rang again")

    shown = rpa("logs", 1).out
    assert "job 1 item 1 attempt 0  cancelled by a person, was pending\n" in shown
    assert "job 1 item 1 attempt 0  put back by a person, was cancelled\n" in shown
    assert "Invented-Name" not in log_of(office)


def test_job_without_lines_ends_with_3(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine"), "--by", "Jo Clerk")

    shown = rpa("logs", 99)

    assert shown.code is Exit.NOT_FOUND
    assert "the log says nothing of job 99" in shown.err


def test_lines_are_shown_on_the_terminal_where_the_settings_say_so(rpa: Rpa, office: Office) -> None:
    with (office.data / "rpa.toml").open("a") as file:
        file.write("[logs]\nterminal = true\n")

    ended = rpa("submit", "tidy", office.list("fine"), "--by", "Jo Clerk")

    assert "INFO     job 1  submitted for tidy, rows: 1\n" in ended.err
    assert "Jo Clerk" not in ended.err


def test_no_identifier_of_a_patient_is_in_any_log(rpa: Rpa, office: Office) -> None:
    (office.folder / "procedures" / "careless.py").write_text(CARELESS, encoding="utf-8")
    sheet = office.folder / "patients.csv"
    rows = [f"{number},04/03/1962,07700 900123,LS1 4AP,o.q@example.org" for number in office.numbers[:3]]
    sheet.write_text("\n".join(["NHS number,Born,Phone,Postcode,Mail", *rows]) + "\n", encoding="utf-8")
    rpa("submit", "careless", sheet, "--by", "Jo Clerk")

    rpa("work", "--until-idle")

    log = log_of(office)
    canaries = ["Quantock", "04/03/1962", "900123", "LS1 4AP", "example.org"]
    for number in office.numbers:
        canaries += [number, f"{number[:3]} {number[3:6]} {number[6:]}"]
    assert "patient [NHS number] ([NHS number]) born [date]" in log
    assert "KeyError at careless.py:" in log and "ValueError at careless.py:" in log
    assert not [one for one in canaries if one in log]
    assert not [one for one in canaries for path in office.data.rglob("*") if one in path.name]


def test_old_files_are_removed_by_the_age_in_the_settings(office: Office) -> None:
    with (office.data / "rpa.toml").open("a") as file:
        file.write("[logs]\nkeep_days = 7\n")
    old = office.data / "logs" / "2026-01-01-host-main-1-x.jsonl"
    old.parent.mkdir()
    old.touch()
    then = (datetime.now(UTC) - timedelta(days=8)).timestamp()
    utime(old, (then, then))

    tidy_logs(load_settings(office.data), SystemClock())

    assert not old.exists()
