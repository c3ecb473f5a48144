"""Runs the practice clinic beside an installation, and lets what is started meanwhile know it."""

import json
import os
import shutil
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from rpa.clock import Clock
from rpa.demo.cancer import make_cancer_list
from rpa.demo.clinic import Clinic
from rpa.demo.extracts import make_extracts
from rpa.demo.lingering import make_lingering_list
from rpa.demo.pifu import make_pifu_extract
from rpa.demo.updates import make_update_sheet
from rpa.exceptions import UsageError
from rpa.practice import SAMPLES, SYSTEM, Practice
from rpa.secrets.environment import variable
from rpa.settings import Settings


@contextmanager
def practice_beside(settings: Settings, clock: Clock) -> Iterator[str | None]:
    """Run the clinic if it is wanted and yield its address; what one leaves that is wanted no longer is removed.

    Its system stands in the environment and not in `rpa.toml`: whatever is started in here knows it, nothing after.

    Raises:
        UsageError: The installation has another system of that name.
    """
    practice = Practice(settings.dir)
    if not practice.is_wanted:
        shutil.rmtree(practice.folder, ignore_errors=True)
        yield None
        return
    if SYSTEM in settings.systems:
        raise UsageError(f"rpa.toml has a system {SYSTEM!r} already, so the practice clinic can't be added beside it")
    with Clinic(practice.folder / "clinic", clock=clock) as clinic:
        _fill(practice, clinic, clock)
        is_over = threading.Event()
        watching = threading.Thread(target=_tell_end, args=(clinic.pid, is_over), name="practice-watch", daemon=True)
        watching.start()
        try:
            with _known(settings, clinic):
                yield clinic.address
        finally:
            is_over.set()


def _fill(practice: Practice, clinic: Clinic, clock: Clock) -> None:
    """Make the sample workbooks of the clinic as it is, once."""
    if practice.samples.is_dir():
        return
    today, making = clock.now().date(), practice.folder / "making"
    shutil.rmtree(making, ignore_errors=True)
    make_extracts(clinic.database, making, today=today)
    make_update_sheet(clinic, making)
    make_lingering_list(clinic.database, making, today=today)
    make_cancer_list(clinic.database, making)
    make_pifu_extract(clinic.database, making, today=today)
    making.rename(practice.samples)  # whole, or not there: what was interrupted is made again


@contextmanager
def _known(settings: Settings, clinic: Clinic) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(_variables(settings, clinic, json.loads(before.get("RPA_SYSTEMS", "{}"))))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _variables(settings: Settings, clinic: Clinic, others: Mapping[str, object]) -> dict[str, str]:
    system = {"address": clinic.address, "credential": SYSTEM, "settle": 1.0}
    return {
        "RPA_SYSTEMS": json.dumps({**others, SYSTEM: system}),
        "RPA_WORKFLOWS": json.dumps(_places(settings)),
        variable(SYSTEM, "USERNAME"): clinic.username,
        variable(SYSTEM, "PASSWORD"): clinic.password,
    }


def _places(settings: Settings) -> list[str]:
    """Return where workflows are: where they were, and those that are shipped, unless these are there as a copy."""
    shipped = Path(__file__).parents[2] / "workflows"
    has_copy = any((Path(one) / f"{name}.py").is_file() for one in settings.workflows for name in SAMPLES)
    return [*settings.workflows, *([] if has_copy else [shipped.as_posix()])]


def _tell_end(pid: int | None, is_over: threading.Event) -> None:
    """Say it when the clinic ends although nobody told it to: rows that need it wait."""
    with suppress(psutil.Error):
        psutil.Process(pid).wait()
    if not is_over.is_set():
        print("The practice clinic has ended; the work goes on. Start `rpa up` again to have it.", file=sys.stderr)
