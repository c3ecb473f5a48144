"""Every error is one sentence and the next step on stderr, with the exit code that goes with it."""

import subprocess
import sys

import pytest

from rpa.cli.exits import Exit
from rpa.lists import JobFilter, Lists
from rpa.models import Job
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["frobnicate"], Exit.USAGE, "there is no command 'frobnicate'"),
        (["jobs", "--frobnicate"], Exit.USAGE, "Unknown option: --frobnicate"),
        (["job", "first"], Exit.USAGE, "first"),
        (["results", "1"], Exit.USAGE, "--output"),
        (["audit", "export", "--job", "1"], Exit.USAGE, "Run `rpa audit export --help` to see what it takes"),
        (["submit", "tidy", "nowhere.csv"], Exit.USAGE, "is not there"),
        (["submit", "tidy"], Exit.USAGE, "takes 1 files"),
        (["submit", "tidy", "list.csv", "--param", "days"], Exit.USAGE, "name=value"),
        (["submit", "untidy", "list.csv"], Exit.NOT_FOUND, "there is no workflow 'untidy'"),
        (["jobs"], Exit.NOT_FOUND, "holds no jobs yet"),
    ],
)
def test_an_impossible_command_is_refused_in_one_sentence(
    rpa: Rpa, arguments: list[str], code: Exit, said: str
) -> None:
    refused = rpa(*arguments)

    assert refused.code is code
    assert said in refused.err
    assert refused.err.count("\n") == 1
    assert refused.out == ""


@pytest.mark.parametrize("arguments", [["job", 7], ["items", 7], ["page", 7], ["audit", "show", "--item", 99]])
def test_what_is_not_there_ends_with_3(rpa: Rpa, office: Office, arguments: list[object]) -> None:
    rpa("submit", "tidy", office.list("fine"))

    refused = rpa(*arguments)

    assert refused.code is Exit.NOT_FOUND
    assert refused.err.count("\n") == 1


def test_retry_wants_items_or_a_job(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine"))

    refused = rpa("retry", "--why", "so")

    assert refused.code is Exit.USAGE
    assert "either the numbers of items or --job" in refused.err


def test_a_completed_item_is_not_put_back(rpa: Rpa, office: Office) -> None:
    rpa("submit", "tidy", office.list("fine"))
    rpa("work", "--until-idle")

    refused = rpa("retry", 1, "--why", "again")

    assert refused.code is Exit.USAGE
    assert "item 1 is completed" in refused.err


def test_an_error_nobody_expected_tells_type_and_place_only(
    rpa: Rpa, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_lists: Lists, _wanted: JobFilter, *, before: int | None, limit: int) -> list[Job]:
        raise ValueError("Mrs Invented-Name")

    rpa("submit", "tidy", office.list("fine"))
    monkeypatch.setattr(Lists, "jobs", broken)

    ended = rpa("jobs")

    assert ended.code is Exit.FAILED
    assert "ValueError at test_errors_and_exits.py" in ended.err
    assert "Invented-Name" not in ended.err
    assert "Traceback" not in ended.err


def test_the_process_ends_with_the_exit_code(office: Office) -> None:
    command = [sys.executable, "-m", "rpa.cli", "job", "7", "--dir", str(office.data)]

    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ended.returncode == Exit.NOT_FOUND
    assert ended.stderr.startswith("rpa: ")


def test_help_loads_neither_database_nor_browser() -> None:
    loaded = "import sys; from rpa.cli import run; run(['--help']); print(sorted(sys.modules), file=sys.stderr)"

    ended = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)

    assert "reconcile" not in ended.stderr
    for module in ("sqlalchemy", "playwright", "pydantic", "openpyxl", "jinja2"):
        assert f"'{module}'" not in ended.stderr
    for command in ("submit", "work", "jobs", "items", "results", "retry", "cancel", "audit", "doctor", "demo"):
        assert command in ended.stdout
