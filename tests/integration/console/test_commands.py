"""`rpa console` and `rpa up` as processes: where they listen, where they refuse to, and what they do together."""

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from rpa.console.binding import Binding, is_loopback
from rpa.exceptions import UsageError
from tests.acceptance.survival.running import lives
from tests.integration.cli.office import Office
from tests.integration.console.conftest import PASSWORD

COMMAND = [sys.executable, "-m", "rpa.cli"]


@contextmanager
def started(*arguments: object) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "robotdesk.local"])  # noqa: S104 - all of it is refused
def test_no_address_that_others_reach_without_encryption(host: str) -> None:
    with pytest.raises(UsageError, match="without encryption"):
        Binding(host).check()


def test_encryption_by_a_proxy_or_a_certificate_lets_others_in(tmp_path: Path) -> None:
    certificate = tmp_path / "desk.pem"
    certificate.write_text("any")

    Binding("192.0.2.7", behind_proxy=True).check()
    Binding("192.0.2.7", certificate=certificate, key=certificate).check()

    for wrong in (Binding(certificate=certificate), Binding(certificate=certificate, key=tmp_path / "missing.pem")):
        with pytest.raises(UsageError):
            wrong.check()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "localhost"])
def test_addresses_of_this_machine_need_none(host: str) -> None:
    assert is_loopback(host)


def test_the_command_refuses_with_a_sentence(office: Office) -> None:
    ended = subprocess.run([*COMMAND, "console", "--host", "0.0.0.0", "--dir", str(office.data)],  # noqa: S104
                           capture_output=True, text=True, check=False)  # fmt: skip

    assert ended.returncode == 2
    assert "passwords and patients' data would go through the network as they are" in ended.stderr


def test_one_command_runs_console_and_worker_and_ends_them_together(office: Office) -> None:
    inbox = office.data / "inbox" / "tidy"
    inbox.mkdir(parents=True)
    with (office.data / "rpa.toml").open("a") as file:
        file.write('[inbox]\nsettle = 0.1\nsenders = { tidy = "Jo Clerk" }\n')
    with started("up", "--port", "0", "--dir", office.data) as process:
        address = re.sub(r"The console is at (\S+)\n", r"\1", line(process))
        link = line(process).rpartition(" ")[2].strip()
        children = psutil.Process(process.pid).children()
        with httpx.Client(base_url=address, follow_redirects=True, headers={"Sec-Fetch-Site": "same-origin"}) as client:
            data = {"name": "Ada Admin", "password": PASSWORD, "again": PASSWORD}
            answer = client.post(link, data=data)
        shutil.copy(office.list("fine", "fine"), inbox / "list.csv")
        wait_for(lambda: list((office.data / "outbox").rglob("*.xlsx")))

        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)

        assert "Your password is set" in answer.text
        assert address.startswith("http://127.0.0.1:")
        assert len(children) >= 1
        # One that reads from a pipe of the process ends a moment after it.
        wait_for(lambda: not [one for one in children if lives(one)])


def test_the_console_ends_with_whoever_started_it_and_has_its_port_alone(office: Office) -> None:
    command = [*COMMAND, "console", "--with-parent", "--port", "0", "--dir", str(office.data)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        port = json.loads(line(process))["address"].rpartition(":")[2]

        second = subprocess.run([*COMMAND, "console", "--port", port, "--dir", str(office.data)],
                                capture_output=True, text=True, check=False)  # fmt: skip
        process.communicate()  # lets go of its standard input, as the end of a process does

        assert process.returncode == 0
        assert second.returncode == 2
        assert "something else listens there already" in second.stderr
