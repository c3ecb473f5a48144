"""An installation whose jobs are done, and from which what is known of patients is erased by processes that may die."""

import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from subprocess import TimeoutExpired

import pytest
from sqlalchemy import inspect, text, update

from rpa.audit.halves import verify_large
from rpa.cli import run
from rpa.clock import SystemClock
from rpa.db.tables import job
from rpa.desk import Desk, open_desk
from rpa.journal import Journals
from rpa.models import Actor, ActorKind, Claim, Ending, KeptStep, Write
from rpa.sealing import known_of
from rpa.settings import load_settings
from rpa.states import EffectState, ItemState
from tests.acceptance.survival.fates import FATES, PLACES
from tests.acceptance.survival.running import ROOT
from tests.integration.cli.office import Office

_WORDS = "purple kettle meadow"
"""The passphrase of who approves what is erased."""
_CLERK, _BOT = Actor(ActorKind.PERSON, "Jo Clerk"), Actor(ActorKind.BOT, "tidy")


class Archive:
    """Jobs that were done, with a picture, a kept step, a write and a run page of every patient."""

    def __init__(self, office: Office, places: Path, *, database_url: str, days: int) -> None:
        self.numbers = office.numbers
        self._office = office
        self._places = places
        self._typed = office.folder / "typed.txt"
        self._typed.write_text(f"{_WORDS}\n", encoding="utf-8")
        with (office.data / "rpa.toml").open("a", encoding="utf-8") as file:
            file.write(f'database_url = "{database_url}"\n' if database_url.startswith("postgresql") else "")
            file.write("[retention]\n" + "".join(f"{kind} = {days}\n" for kind in ("payloads", "inputs", "pictures")))
        with self.desk() as desk:
            desk.approvals.approvers.add("B. Guardian", _WORDS, by=_CLERK)

    def fill(self, *, jobs: int, days_ago: int = 0) -> None:
        """Do so many jobs, each with a row for each patient, and seal what the record says of them."""
        path = self._office.list(*["fine"] * len(self.numbers))
        with self.desk() as desk:
            numbers = []
            for _ in range(jobs):  # one by one: a row that waits already is not taken a second time
                number = desk.submit("tidy", [str(path)], by=_CLERK, again=True).job.id
                numbers.append(number)
                while (claim := desk.queue.claim(desk.me.id, ["tidy"], lease=desk.lease)) is not None:
                    _do(desk, claim)
                with desk.database.transaction() as connection:
                    done = desk.clock.now() - timedelta(days=days_ago)
                    connection.execute(update(job).where(job.c.id == number).values(completed_at=done))
            desk.sealing.tick()
        assert [run(["page", str(one), *self._at]) for one in numbers] == [0] * len(numbers)

    def repeat(self, *words: str) -> int:
        """Run a command to its end, and return its exit code."""
        with pytest.MonkeyPatch.context() as patched, self._typed.open(encoding="utf-8") as typed:
            patched.setattr("sys.stdin", typed)
            return run([*words, *self._at])

    def run_fated(self, place: str, *words: str) -> int:
        """Run a command in a process that dies at a place (see `fates`), and return its exit code."""
        return self._start(f"supervisor@{place}", *words).wait(timeout=240)

    def run_until(self, seconds: float, *words: str) -> int:
        """Run a command in a process that is killed so long after its first commit, unless it has ended.

        Return its exit code.
        """
        process, clock = self._start("supervisor@never", *words), SystemClock()
        while process.poll() is None and not self.commits():
            clock.sleep(0.002)
        with suppress(TimeoutExpired):
            process.wait(seconds)
        process.kill()
        return process.wait(timeout=240)

    def commits(self) -> list[float]:
        """Return when the process that was started last had made each of its commits, by the machine's clock."""
        return sorted(one.stat().st_mtime for one in self._places.glob("after-*"))

    def prove_sound(self) -> None:
        """Prove that the record verifies, with its seals and their copies, and that every row is still counted."""
        with self.desk() as desk:
            for _ in range(2):  # as it was left, and when it has been sealed
                verification = verify_large(desk.database, against=known_of(desk.settings))
                assert verification.clean, str(verification)
                desk.sealing.tick()
            for one in desk.views.jobs():
                totals = desk.views.totals(one.id)
                assert totals.balance and totals.completed == len(self.numbers)

    def holding(self, number: str) -> list[str]:
        """Return each place that holds something of a patient: files, as they are on the disk, and tables."""
        wanted = [number.encode(), b64encode(_picture(number))]
        return sorted({place for place, held in self._places_of_data() if any(one in held for one in wanted)})

    def pictures(self) -> int:
        """Return how many pictures are kept."""
        with self.desk() as desk:
            return sum(one.kind == "screenshot" for job in desk.views.jobs() for one in desk.evidence.of_job(job.id))

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Look at what is in the installation."""
        opened = open_desk(load_settings(self._office.data))
        try:
            yield opened
        finally:
            opened.close()

    @property
    def _at(self) -> Sequence[str]:
        return ("--dir", str(self._office.data))

    def _start(self, fate: str, *words: str) -> "subprocess.Popen[bytes]":
        for one in self._places.iterdir():
            one.unlink()
        told = os.environ | {FATES: fate, PLACES: str(self._places)}
        command = [sys.executable, "-m", "tests.acceptance.survival.dying", *words, *self._at]
        with self._typed.open("rb") as typed:
            return subprocess.Popen(command, cwd=ROOT, env=told, stdin=typed, stdout=subprocess.DEVNULL)

    def _places_of_data(self) -> Iterator[tuple[str, bytes]]:
        for path in self._office.data.rglob("*"):
            if path.is_file():
                yield path.relative_to(self._office.data).as_posix(), path.read_bytes()
        with self.desk() as desk, desk.database.reading() as connection:
            for name in inspect(connection).get_table_names():
                rows = connection.execute(text(f"SELECT * FROM {name}")).all()  # noqa: S608 - names of our own tables
                yield f"table {name}", b"\n".join(_bytes(value) for row in rows for value in row)


def _do(desk: Desk, claim: Claim) -> None:
    """Do an item as a slot does, without a browser."""
    journals = Journals(desk.database, desk.record, desk.pseudonyms, desk.clock, desk.leases, desk.lease)
    journal, facts = journals.of(claim, _BOT), {"of": claim.key}
    journal.keep_step(KeptStep("look up", 1, {"result": claim.key}, 1.0))
    journal.end(journal.intend(Write("change", f"phone of {claim.key}", facts, facts)), EffectState.MADE, found=facts)
    desk.evidence.keep(_picture(claim.key), kind="screenshot", name="pas.png", job_id=claim.job_id,
                       item_id=claim.item_id)  # fmt: skip
    desk.queue.finish(claim, Ending(ItemState.COMPLETED, outcome="moved"), by=_BOT)


def _picture(number: str) -> bytes:
    return f"a picture of {number}".encode()


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
