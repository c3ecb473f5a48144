"""Updates records of the practice clinic with the write guarantee and the record on, beside a plain Playwright script.

Both start the same browser, sign in once and read the same sheet. The script does what a newcomer would write: it goes
the way a person goes through the screens, with Playwright's default waits, and looks afterwards. It keeps no record,
compares nothing with what was there before and does not survive a crash.
"""

import csv
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

from benchmarks.figures import Figure, at_most, in_turn
from rpa import BusinessException, Item, NHSNumber, Row, column, step, workflow
from rpa.audit import verify
from rpa.bots import PracticePas
from rpa.cli.progress import WorkProgress
from rpa.cli.working import Foreman
from rpa.connectors.browser import Browser
from rpa.demo.clinic import Clinic, FieldChange, changes_between
from rpa.desk import Desk, open_desk
from rpa.library import WorkflowLibrary
from rpa.logs import set_up_logs
from rpa.models import Actor, ActorKind
from rpa.settings import SystemSettings, load_settings
from rpa.states import EffectState

RECORDS, ROUNDS = 100, 3
PATIENTS = "SELECT reference, nhs_number, date_of_birth, phone FROM patient ORDER BY reference LIMIT ?"
HEADINGS = ("NHS number", "Date of birth", "Phone", "New phone")
Way = Callable[[Clinic, Path, Path], float]
"""Updates the records of a sheet in a clinic, with a folder to work in, and returns the seconds it took."""


class NewPhone(Row):
    """A patient, the phone number known so far and the new one."""

    nhs_number: NHSNumber = column("NHS number")
    date_of_birth: date = column("Date of birth")
    phone: str = column("Phone")
    new_phone: str = column("New phone")


@step
def find(pas: PracticePas, nhs_number: str, date_of_birth: date) -> str:
    """Return the clinic's reference of the patient with both identifiers."""
    patient = pas.find_patient(nhs_number, date_of_birth)
    if patient is None:
        raise BusinessException("NO_SUCH_PATIENT")
    return patient.reference


@workflow(title="Change phone numbers", key="nhs_number", uses=PracticePas)
def change_phone(item: Item[NewPhone], pas: PracticePas) -> str:
    """Give a patient the new phone number, if the clinic still has the one the sheet knows."""
    row = item.row
    reference = find(pas, row.nhs_number, row.date_of_birth)
    changed = item.change(
        f"contact details of {reference}",
        expected={"phone": row.phone},
        new={"phone": row.new_phone},
        read=lambda: pas.contact_details(reference),
        write=lambda: pas.save_contact_details(reference, phone=row.new_phone),
    )
    return "changed" if changed else "right already"


def naive(clinic: Clinic, sheet: Path, folder: Path) -> float:
    """Return the seconds of the plain script."""
    began = time.perf_counter()
    with Browser() as browser:  # only starts it, with the same program and switches as the library
        page = browser.connection().new_page()
        page.goto(f"{clinic.address}/sign-in")
        page.get_by_label("User name").fill(clinic.username)
        page.get_by_label("Password").fill(clinic.password)
        page.get_by_role("button", name="Sign in").click()
        with sheet.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                _update(page, clinic.address, row)
    return time.perf_counter() - began


def _update(page: Page, address: str, row: dict[str, str]) -> None:
    page.goto(f"{address}/patients")
    page.get_by_label("NHS number").fill(row["NHS number"])
    page.get_by_role("button", name="Search").click()
    page.locator("tbody a").click()
    page.get_by_role("link", name="Contact").click()
    contact = page.url
    page.get_by_role("link", name="Edit contact details").click()
    page.get_by_label("Phone").fill(row["New phone"])
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    page.goto(contact)
    assert page.locator("dt:text-is('Phone') + dd").inner_text() == row["New phone"]


def ours(clinic: Clinic, sheet: Path, folder: Path) -> float:
    """Return the seconds of submitting the sheet and working until nothing is open, as `rpa work` does it."""
    with closing(_desk(clinic, folder)) as desk:
        began = time.perf_counter()
        job = desk.submit(change_phone.name, [str(sheet)], by=Actor(ActorKind.PERSON, "bench")).job
        with closing(desk.crew()) as crew, WorkProgress(desk.clock, quiet=True) as progress:
            worker = desk.worker(crew, after_item=Foreman(desk, progress).after_item)
            worker.run_alone(desk.me, until=desk.nothing_waits)
        seconds = time.perf_counter() - began
        _check_record(desk, job.id, sheet)
    return seconds


def _desk(clinic: Clinic, folder: Path) -> Desk:
    clinic.keep_sign_in(folder / "secrets", PracticePas.system_name)
    system = SystemSettings(address=clinic.address, credential=PracticePas.system_name)
    settings = load_settings(folder / "data", workflows=(), secrets_dir=folder / "secrets",
                             systems={PracticePas.system_name: system})  # fmt: skip
    return replace(open_desk(settings), workflows=WorkflowLibrary([change_phone]))


def _check_record(desk: Desk, job_id: int, sheet: Path) -> None:
    with sheet.open(encoding="utf-8", newline="") as lines:
        wanted = {row["New phone"]: row["Phone"] for row in csv.DictReader(lines)}
    effects = desk.views.effects(job_id)
    recorded = [(one.after or {}, one.before or {}) for one in effects]
    assert len(recorded) == RECORDS, "the record lists one write a row, and no other"
    assert {after["phone"]: before["phone"] for after, before in recorded} == wanted
    assert {one.state for one in effects} == {EffectState.MADE}
    assert desk.views.totals(job_id).completed == RECORDS
    assert verify(desk.database).clean


def seconds_of(way: Way) -> float:
    """Return the seconds one way takes on a fresh clinic, once its database shows exactly the changes asked for."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as place:
        folder = Path(place)
        set_up_logs(folder / "logs")
        with Clinic(folder / "clinic") as clinic:
            wanted = _write_sheet(clinic.database, folder / "phones.csv")
            before = clinic.snapshot()
            seconds = way(clinic, folder / "phones.csv", folder)
            changes = changes_between(before, clinic.snapshot())
            assert set(changes) == set(wanted), "nothing else in the clinic is different"
            assert len(clinic.writes()) == RECORDS
    return seconds


def _write_sheet(database: Path, sheet: Path) -> list[FieldChange]:
    with closing(sqlite3.connect(database)) as connection:
        known = connection.execute(PATIENTS, (RECORDS,)).fetchall()
    numbers = [f"020 7946 {number:04d}" for number in range(RECORDS)]
    with sheet.open("w", encoding="utf-8", newline="") as lines:
        rows = ((*who, phone, new) for (_, *who, phone), new in zip(known, numbers, strict=True))
        csv.writer(lines).writerows(chain([HEADINGS], rows))
    return [
        FieldChange("patient", reference, "phone", phone, new)
        for (reference, *_, phone), new in zip(known, numbers, strict=True)
    ]


def figures() -> list[Figure]:
    """Measure both ways in turn."""
    found = in_turn({"naive": lambda: seconds_of(naive), "ours": lambda: seconds_of(ours)}, ROUNDS)
    bar = at_most(0.65, "at most 0.65 of the script's time")
    return [
        Figure(f"{RECORDS} record updates, guaranteed and recorded", found["ours"], "s",
               "plain Playwright script", found["naive"], bar),
        Figure("One record update of these", found["ours"] / RECORDS * 1000, "ms",
               "plain Playwright script", found["naive"] / RECORDS * 1000),
    ]  # fmt: skip
