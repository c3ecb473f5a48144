"""Two workers with two slots each on one installation, which must live through whatever happens to it."""

from tests.acceptance.survival.office import Office
from tests.acceptance.survival.running import RunningWorker, wait_for


def start_two(office: Office, environment: dict[str, str] | None = None) -> list[RunningWorker]:
    """Start two workers, and wait until both work: a database that can't be reached at the start is a mistake."""
    workers = [office.start(slots=2, until_idle=False, environment=environment) for _ in range(2)]
    wait_for(lambda: len(supervisors(office)) == len(workers))
    return workers


def supervisors(office: Office) -> list[str]:
    with office.desk() as desk:
        return [one.id for one in desk.workers.at_work() if one.parent is None]


def let_them_finish(office: Office, workers: list[RunningWorker]) -> None:
    """Wait until no item is open, and until both workers, which have lived through it all, have ended in good order."""
    wait_for(lambda: not office.items())
    assert [one.stop() for one in workers] == [0, 0], office.printed
    assert not office.processes()
