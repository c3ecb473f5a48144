"""A password, and the secret of its codes, are looked for wherever they must not be while workers run and after."""

from collections.abc import Iterator

import psutil
import pytest
from sqlalchemy import inspect, text

from tests.acceptance.sign_ins.conftest import Office, Open
from tests.acceptance.survival.running import RunningWorker, wait_for

PASSWORD = "canary-7Qz.password"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def office(open_office: Open) -> Office:
    return open_office(password=PASSWORD, second_factor=True)


def test_mounted_secret_is_in_no_process_s_environment_or_arguments_and_in_no_file(office: Office) -> None:
    office.keep(PASSWORD, f"totp = {office.clinic.totp}")
    office.submit(4)
    worker = office.start(until_idle=False)
    wait_for(lambda: office.outcomes() == {("completed", "looked up")})

    knowing = knowing_processes(office, worker)

    assert worker.stop() == 0
    assert knowing == []
    assert found(office) == []


def test_secret_of_the_environment_goes_to_slots_and_to_nothing_they_start(office: Office) -> None:
    office.configure(credential="of-the-environment")
    office.submit(4)
    given = {"USERNAME": office.clinic.username, "PASSWORD": PASSWORD, "TOTP": str(office.clinic.totp)}
    more = {f"RPA_SECRET_OF_THE_ENVIRONMENT_{part}": value for part, value in given.items()}
    worker = office.start(until_idle=False, more=more)
    wait_for(lambda: office.outcomes() == {("completed", "looked up")})

    knowing = knowing_processes(office, worker)
    allowed = {worker.pid, *(one.pid for one in worker.slots())}

    assert worker.browsers()
    assert worker.stop() == 0
    assert {one.pid for one in knowing} == allowed
    assert found(office) == []


def test_refused_and_broken_sign_ins_leave_nothing_behind(office: Office) -> None:
    office.keep(PASSWORD + "-and-wrong")
    office.submit(3)
    office.work(workers=1)
    office.resume()
    office.keep(PASSWORD, "totp = JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    office.work(workers=1)

    assert office.tries == 2
    assert found(office) == []


def test_browser_s_own_error_that_quotes_the_password_is_kept_nowhere(office: Office) -> None:
    office.keep(PASSWORD, f"totp = {office.clinic.totp}")
    office.submit(1, workflow="look_up_carelessly")

    worker = office.start()

    assert worker.wait() == 6, office.printed
    assert office.outcomes() == {("failed", "UNEXPECTED")}
    assert found(office) == []


def test_no_process_of_a_worker_leaves_a_core_dump(office: Office) -> None:
    office.keep(PASSWORD, f"totp = {office.clinic.totp}")
    office.submit(1)
    worker = office.start(until_idle=False)
    wait_for(lambda: office.outcomes() == {("completed", "looked up")})

    limits = [one.rlimit(psutil.RLIMIT_CORE) for one in worker.everything()]

    assert worker.stop() == 0
    assert len(limits) > 4 and {most for _, most in limits} <= {0, 1}


def canaries(office: Office) -> list[str]:
    return [PASSWORD, str(office.clinic.totp).partition("secret=")[2][:32], "JBSWY3DPEHPK3PXP"]


def knowing_processes(office: Office, worker: RunningWorker) -> list[psutil.Process]:
    """Return those that were given the password or the secret of codes by whoever started them."""
    told = [(one, f"{one.cmdline()}{one.environ()}") for one in worker.everything()]
    return [one for one, given in told if any(canary in given for canary in canaries(office))]


def found(office: Office) -> list[str]:
    """Return each place that holds a canary."""
    wanted = [one.encode() for one in canaries(office)]
    return [place for place, held in places(office) if any(one in held for one in wanted)]


def places(office: Office) -> Iterator[tuple[str, bytes]]:
    yield "what was printed", office.printed.encode()
    for path in office.folder.rglob("*"):
        if path.is_file() and path.parent.name != "secrets":
            yield str(path.relative_to(office.folder)), path.read_bytes()
    with office.desk() as desk, desk.database.reading() as connection:
        for name in inspect(connection).get_table_names():
            rows = connection.execute(text(f"SELECT * FROM {name}")).all()  # noqa: S608 - names of our own tables
            yield f"table {name}", b"".join(_bytes(value) for row in rows for value in row)


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
