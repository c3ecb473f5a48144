"""Two workers with two slots each on one installation, which must live through whatever happens to it."""

from tests.acceptance.survival.office import Office
from tests.acceptance.survival.running import RunningWorker


def start_two(office: Office, environment: dict[str, str] | None = None) -> list[RunningWorker]:
    """Start two workers, and wait until both work: a database that can't be reached at the start is a mistake."""
    workers = [office.start(slots=2, until_idle=False, environment=environment) for _ in range(2)]
    office.await_slots(4)
    return workers


def let_them_finish(office: Office, workers: list[RunningWorker]) -> None:
    """Wait until no item is open, and until both workers, which have lived through it all, have ended in good order."""
    office.await_end_of_work()
    assert [one.stop() for one in workers] == [0, 0], office.printed
    assert not office.processes()
