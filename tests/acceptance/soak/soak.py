"""The squeezed day: work comes in, trouble comes over it, samples are taken; then all is brought to its end."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from rpa.clock import SystemClock
from rpa.demo.clinic import Clinic, SessionLimit
from tests.acceptance.soak.arrivals import Arrivals
from tests.acceptance.soak.installation import SLOTS, WORKERS, Installation
from tests.acceptance.soak.proof import proved
from tests.acceptance.soak.samples import Sampler, Samples
from tests.acceptance.soak.scale import Scale
from tests.acceptance.soak.trouble import Trouble
from tests.acceptance.soak.verdicts import Verdict, verdicts
from tests.acceptance.survival.running import RunningWorker, wait_for
from tests.integration.alarms.servers import hook_server, mail_server

_TICK = 0.5
OUTAGE_SECONDS = 8.0
"""So long that every slot meets it, and the breaker opens."""


@dataclass
class Duty:
    """What is done every so many seconds."""

    every: float
    do: Callable[[float], object]
    due: float = 0.0


@dataclass(frozen=True)
class Soak:
    """How a squeezed day went."""

    scale: Scale
    samples: Samples
    verdicts: Sequence[Verdict]

    def __str__(self) -> str:
        width = max(len(one.asked) for one in self.verdicts)
        lines = [f"{'ok' if one.good else 'NOT':3} {one.asked:{width}}  {one.found}" for one in self.verdicts]
        return "\n".join([f"24 hours in {self.scale.minutes:g} minutes", *lines])


def soak(folder: Path, scale: Scale, *, database_url: str, random_seed: int) -> Soak:
    """Live through a day on a database, and judge it."""
    with _installation(folder, scale, database_url) as (office, messages), office.desk() as desk:
        sampler, arrivals = Sampler(office, desk), Arrivals(office, desk)
        trouble = Trouble(office, Random(random_seed))  # noqa: S311 - repeatable trouble, no secret
        workers = [office.begin() for _ in range(WORKERS)]
        office.await_slots(WORKERS * SLOTS, unless=lambda: any(one.has_ended for one in workers))
        _live(office, workers, scale, [
            Duty(1.0, lambda _: arrivals.tick()),
            Duty(scale.every(0.1, least=2), sampler.take),
            Duty(scale.every(0.2, least=4), lambda _: trouble.fault()),
            Duty(scale.every(1, least=12), lambda _: trouble.kill(workers), due=scale.hour),
            Duty(scale.every(8, least=40), lambda _: trouble.outage(SystemClock(), OUTAGE_SECONDS), due=scale.hour / 2),
            Duty(scale.seconds, lambda _: _lose_one(office, workers), due=scale.seconds / 5),
        ])  # fmt: skip
        office.clinic.faults.clear()
        office.await_end_of_work()
        wait_for(lambda: not list(office.inbox.glob("*.csv")))
        office.await_end_of_work()
        codes = [one.stop() for one in workers]
        codes.append(office.finish())
        found = [
            *verdicts(sampler.samples, scale),
            *proved(office, desk),
            Verdict("exit codes", str(codes), not any(codes)),
            Verdict("processes left", str(len(office.processes())), not office.processes()),
            Verdict("files left of processes that ended", *_left(office)),
            Verdict("kills, faults", f"{len(trouble.kills)}, {len(trouble.faults)}", bool(trouble.kills)),
            Verdict("alarms that arrived", str(messages()), messages() > 0),
        ]
        return Soak(scale, sampler.samples, found)


@contextmanager
def _installation(folder: Path, scale: Scale, database_url: str) -> Iterator[tuple[Installation, Callable[[], int]]]:
    with ExitStack() as stack:
        mail, hook = stack.enter_context(mail_server()), stack.enter_context(hook_server())
        limit = SessionLimit(seconds=scale.every(2, least=20))
        clinic = stack.enter_context(Clinic(folder / "clinic", session=limit))
        office = Installation(folder / "office", clinic, scale, database_url=database_url, mail=mail, hook=hook)
        stack.callback(office.close)
        yield office, lambda: len(mail.mails) + len(hook.posts)


def _live(office: Installation, workers: Sequence[RunningWorker], scale: Scale, duties: Sequence[Duty]) -> None:
    clock = SystemClock()
    began = clock.monotonic()
    while (at := clock.monotonic() - began) < scale.seconds:
        for one in duties:
            if at >= one.due:
                one.do(at)
                one.due = at + one.every
        assert not any(one.has_ended for one in workers), office.printed
        clock.sleep(_TICK)


def _lose_one(office: Installation, workers: list[RunningWorker]) -> None:
    """Kill the supervisor of the last worker, and start another in its place."""
    workers[-1].kill()
    workers[-1].wait()
    workers[-1] = office.begin()


def _left(office: Installation) -> tuple[str, bool]:
    names = sorted(one.name for one in office.temporary.iterdir())
    return f"{len(names)} {names[:3]}", not names
