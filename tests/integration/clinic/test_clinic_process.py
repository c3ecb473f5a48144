import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from rpa.demo.clinic import Clinic, SessionLimit
from tests.conftest import HandClock
from tests.integration.clinic.visiting import Visitor

PARENT = """
import sys, time
from pathlib import Path
from rpa.demo.clinic import Clinic
clinic = Clinic(Path(sys.argv[1]))
clinic.start()
print(clinic.address, flush=True)
time.sleep(600)
"""


def test_the_clinic_is_ready_within_two_seconds(tmp_path: Path) -> None:
    begun = time.monotonic()

    with Clinic(tmp_path) as clinic:
        Visitor(clinic, framed=False).sign_in()

        assert time.monotonic() - begun < 2


def test_the_clinic_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    address = parent.stdout.readline().decode().strip()
    assert answers(address)

    parent.kill()
    parent.communicate()

    end = time.monotonic() + 5
    while answers(address):
        assert time.monotonic() < end, "the clinic outlived its parent"


def answers(address: str) -> bool:
    connection = HTTPConnection(urlsplit(address).netloc, timeout=5)
    try:
        connection.request("GET", "/sign-in")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def test_a_clinic_started_again_has_the_same_data(tmp_path: Path) -> None:
    with Clinic(tmp_path, clock=HandClock()) as clinic:
        visitor = Visitor(clinic, framed=False)
        visitor.sign_in()
        visitor.post("/patients/P100001/contact/edit", {"phone": "01632 960300", "preferred_contact": "phone"})
        before = clinic.snapshot()

    with Clinic(tmp_path, clock=HandClock()) as again:
        assert again.snapshot() == before


@pytest.mark.parametrize(("limit", "answered"), [(SessionLimit(requests=2), 2), (SessionLimit(seconds=0.0), 0)])
def test_a_session_ends_after_its_limit(tmp_path: Path, limit: SessionLimit, answered: int) -> None:
    with Clinic(tmp_path, session=limit) as clinic:
        visitor = Visitor(clinic, framed=False)
        visitor.sign_in()

        statuses = [visitor.get("/clinics").status for _ in range(3)]

        assert statuses == [200] * answered + [303] * (3 - answered)


def test_a_saved_form_of_an_ended_session_saves_nothing(tmp_path: Path) -> None:
    with Clinic(tmp_path, session=SessionLimit(requests=0)) as clinic:
        visitor = Visitor(clinic, framed=False)
        visitor.sign_in()

        reply = visitor.post("/patients/P100001/contact/edit", {"phone": "01632 960301", "preferred_contact": "phone"})

        assert reply.leads_to.startswith("/sign-in")
        assert clinic.writes() == []
