"""The command line, run in this process on an office of its own."""

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rpa.cli import run
from rpa.cli.exits import Exit
from tests.integration.cli.office import Office, make_office


@dataclass(frozen=True)
class Ended:
    """What a command printed, and its exit code."""

    code: Exit
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Rpa = Callable[..., Ended]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return make_office(tmp_path)


@pytest.fixture
def rpa(office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Rpa:
    """Run a command on the office: `rpa("job", 1, "--json")`; `typed` is what a person types, line by line."""

    def command(*arguments: object, typed: Sequence[str] = ()) -> Ended:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in typed)))
        code = run([*map(str, arguments), "--dir", str(office.data)])
        printed = capsys.readouterr()
        return Ended(code, printed.out, printed.err)

    return command
