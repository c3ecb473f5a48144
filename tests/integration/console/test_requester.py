"""The requester's way: choose the work, send a spreadsheet, see what can't be used, start, follow, get results."""

import io
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from html import unescape
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import Connection

from rpa import submission
from rpa.audit import Trail
from rpa.clock import Clock
from rpa.connectors.spreadsheet.unlock import protect
from rpa.console.app import make_app
from rpa.console.uploads import Uploads
from rpa.db import Database
from rpa.db.console_tables import Role
from rpa.evidence import EvidenceStore
from rpa.exceptions import NotFoundError
from rpa.models import Submission
from tests.integration.cli.office import Office
from tests.integration.console.conftest import ADDRESS, ADMIN, OURS, Browser, TestClient, work

FATES = ("fine", "nobody", "unreadable", "fine")


@pytest.fixture
def requester(browser: Browser) -> Browser:
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")
    return browser


def send(browser: Browser, path: Path) -> None:
    browser.open("/start/tidy")
    browser.send("/start/tidy", files={"sheet": path})


def test_good_rows_start_and_bad_ones_are_told_of(requester: Browser, office: Office) -> None:
    send(requester, office.list(*FATES))

    assert requester.path == "/uploads/1"
    assert "4 rows found 3 ready 1 can't be used yet" in requester.text
    assert "Row 4 Column NHS number What it says 1234567890 Problem" in requester.text
    assert "Start the 3 ready rows" in requester.text


def test_a_sheet_of_nothing_but_headings_is_said_to_have_no_rows(requester: Browser, office: Office) -> None:
    send(requester, office.list())

    assert "0 rows found 0 ready 0 can't be used yet" in requester.text
    assert "The file has no rows under its headings, so there is nothing to start." in requester.text
    assert "Correct the rows" not in requester.text


def test_a_job_whose_rows_need_somebody_in_a_later_one_is_finished_on_its_page_as_in_the_list(
    requester: Browser, office: Office
) -> None:
    for again in ("", "yes"):
        send(requester, office.list("nobody"))
        requester.send(requester.path, again=again)
        work(requester)
    requester.open("/jobs")
    listed = requester.text

    requester.open("/jobs/1")
    first = requester.text
    requester.open("/jobs/2")

    assert "Job 1 Work Move appointments Rows 1 State Finished" in listed
    assert "Finished 1 of 1 row has ended" in first
    assert "The rows that need you were sent again in a later job: they are counted there" in first
    assert "Retry rows that need you" not in first
    assert "Needs you 1 of 1 row has ended" in requester.text
    assert "Retry rows that need you" in requester.text


def test_starting_makes_the_job_of_whoever_is_signed_in(requester: Browser, office: Office) -> None:
    send(requester, office.list(*FATES))

    requester.send("/uploads/1")

    assert requester.path == "/jobs/1"
    assert "The job has started" in requester.text
    assert requester.site.desk.views.job(1).requested_by == "Jo Clerk"


def test_the_same_file_started_twice_is_one_job(requester: Browser, office: Office) -> None:
    send(requester, office.list(*FATES))
    token = requester.token()

    for _ in range(2):
        requester.send("/uploads/1", token=token)

    assert [one.id for one in requester.site.desk.views.jobs()] == [1]
    assert "This is its job" in requester.text


def test_a_file_that_was_sent_before_is_told_of_and_can_be_started_again(requester: Browser, office: Office) -> None:
    path = office.list(*FATES)
    send(requester, path)
    requester.send("/uploads/1")
    work(requester)

    send(requester, path)

    assert "This same file was sent before: it is job 1 , sent Mon 23 Nov 2026" in requester.text
    requester.send("/uploads/2", again="yes")
    assert requester.path == "/jobs/2"


def test_what_is_started_again_twice_at_once_is_one_job(
    on_each_database: Browser, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, path = on_each_database, office.list(*FATES)
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")
    send(browser, path)
    browser.send("/uploads/1")
    work(browser)
    send(browser, path)
    found, token = browser.site.people.named("Jo Clerk"), browser.token()
    assert found is not None
    desk = browser.site.desk
    seen = Uploads(desk.database, desk.evidence, desk.clock).get(2, found[0])

    monkeypatch.setattr(Uploads, "get", lambda *_: seen)  # the second has looked before the first was there
    paths = [browser.send("/uploads/2", again="yes", token=token).url.path for _ in range(2)]

    assert paths == ["/jobs/2", "/jobs/2"]
    assert [one.id for one in desk.views.jobs()] == [2, 1]


def test_two_lists_with_the_same_patient_that_are_started_at_once_are_both_jobs(
    on_each_database: Browser, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, known, both = on_each_database.site.desk, submission._known_items, threading.Barrier(2)

    def looked(connection: Connection, sent: Submission) -> object:
        found = known(connection, sent)
        with suppress(threading.BrokenBarrierError):  # one waits for the other, who comes only when it is done
            both.wait(timeout=1)
        return found

    monkeypatch.setattr(submission, "_known_items", looked)

    def submitted(name: str) -> int:
        path = office.list("fine", "fine" if name == "long.csv" else "nobody", name=name)
        try:
            return desk.submit("tidy", [str(path)], by=ADMIN).job.id
        finally:
            desk.database.close_thread()

    with ThreadPoolExecutor(2) as pool:
        jobs = list(pool.map(submitted, ("long.csv", "short.csv")))

    assert sorted(jobs) == [1, 2]
    assert [desk.views.totals(number).duplicate for number in (1, 2)] == [0, 2]


def test_bad_rows_come_back_as_a_workbook_that_can_be_corrected_and_sent(requester: Browser, office: Office) -> None:
    send(requester, office.list(*FATES))

    answer = requester.client.get("/uploads/1/bad-rows")

    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)  # type: ignore[union-attr]
    assert rows[0] == ("NHS number", "Fate", "Priority", "Row in your file", "Problem")
    assert rows[1][:4] == ("1234567890", "unreadable", "Urgent", 4)
    assert str(rows[1][4]).startswith("NHS number ")
    assert len(rows) == 2
    corrected = office.folder / "corrected.xlsx"
    corrected.write_bytes(answer.content)
    book = load_workbook(corrected)
    book.active["A2"] = office.numbers[2]  # type: ignore[index]
    book.save(corrected)
    send(requester, corrected)
    assert "1 row found 1 ready 0 can't be used yet" in requester.text


def test_a_job_is_followed_to_its_end_and_its_results_are_fetched(requester: Browser, office: Office) -> None:
    send(requester, office.list(*FATES))
    requester.send("/uploads/1")
    before = requester.client.get("/jobs/1/progress")

    work(requester)

    same = requester.client.get("/jobs/1/progress", headers={"If-None-Match": before.headers["etag"]})
    assert same.status_code == 200
    again = requester.client.get("/jobs/1/progress", headers={"If-None-Match": same.headers["etag"]})
    assert again.status_code == 304
    assert not again.content
    requester.open("/jobs/1")
    assert "Needs you 4 of 4 rows have ended" in requester.text
    assert "No patient has this number." in requester.text
    assert "Outcome Can&#39;t be used What happened NHS number " in requester.text
    requester.open("/jobs/1?show=done")
    assert requester.text.count("Moved.") == 2
    assert "No patient" not in requester.text
    answer = requester.client.get("/jobs/1/results")
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''job-1.xlsx"
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)  # type: ignore[union-attr]
    assert [row[3] for row in rows] == ["Outcome", "Done", "For a person", "Rejected", "Done"]


def test_a_corrected_results_workbook_runs_the_marked_rows_again(requester: Browser, office: Office) -> None:
    send(requester, office.list(*FATES))
    requester.send("/uploads/1")
    work(requester)
    back = office.folder / "back.xlsx"
    back.write_bytes(requester.client.get("/jobs/1/results").content)
    book = load_workbook(back)
    book.active["D3"], book.active["B3"] = "Resubmit", "fine"  # type: ignore[index]
    book.save(back)

    send(requester, back)
    requester.send("/uploads/2")
    work(requester)

    totals = requester.site.desk.views.totals(2)
    assert (totals.rows_in, totals.completed, totals.left_out) == (4, 1, 3)


def test_handing_out_results_is_recorded_with_who(requester: Browser, office: Office) -> None:
    send(requester, office.list(*FATES))
    requester.send("/uploads/1")
    work(requester)

    requester.client.get("/jobs/1/results")

    (told,) = Trail(requester.site.desk.database).of_run("job-1", names=["results.exported"])
    assert told.actor.name == "Jo Clerk"


def test_stopping_a_job_asks_first_and_keeps_what_is_done(requester: Browser, office: Office) -> None:
    send(requester, office.list(*FATES))
    requester.send("/uploads/1")

    requester.open("/jobs/1/stop")
    asked = requester.text
    requester.send("/jobs/1/stop")

    assert "0 rows are already done and stay done. 3 rows have not ended" in asked
    assert "The job was stopped" in requester.text
    assert requester.site.desk.views.totals(1).cancelled == 3


def test_the_team_sees_each_others_jobs_and_nobody_else_does(browser: Browser, office: Office) -> None:
    browser.add("Jo Clerk", Role.REQUESTER, team="Bookings")
    browser.add("Tom Ellis", Role.REQUESTER, team="Bookings")
    browser.add("Sam Stranger", Role.REQUESTER)
    browser.add("Olu Operator", Role.OPERATOR)
    browser.sign_in("Jo Clerk")
    send(browser, office.list(*FATES))
    browser.send("/uploads/1")

    found = {}
    for name in ("Tom Ellis", "Sam Stranger", "Olu Operator"):
        other = browser.another()
        other.sign_in(name)
        found[name] = [other.open(path).status_code for path in ("/jobs/1", "/jobs/1/results", "/uploads/1")]

    assert found == {"Tom Ellis": [200, 200, 404], "Sam Stranger": [404, 404, 404], "Olu Operator": [200, 200, 404]}


def test_jobs_of_somebody_who_was_let_out_stay_with_the_team(browser: Browser, office: Office) -> None:
    browser.add("Jo Clerk", Role.REQUESTER, team="Bookings")
    browser.add("Tom Ellis", Role.REQUESTER, team="Bookings")
    browser.sign_in("Jo Clerk")
    send(browser, office.list(*FATES))
    browser.send("/uploads/1")
    browser.site.membership.let_out(browser.site.people.all()[0], by=ADMIN)
    other = browser.another()

    other.sign_in("Tom Ellis")

    assert other.open("/jobs/1").status_code == 200


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("list.pdf", b"%PDF-1.7", "The selected file must be an .xlsx or .csv"),
        ("list.xlsx", b"no workbook at all", "list.xlsx is text with separators (.csv), not an Excel workbook"),
        ("list.csv", b"Name,Phone\nA,1\n", "NHS number"),
        ("../../list.csv", b"", "list.csv is empty (0 bytes): send the file again"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(requester: Browser, name: str, content: bytes, said: str) -> None:
    requester.open("/start/tidy")
    requester.page = requester.client.post(
        "/start/tidy", data={"token": requester.token()}, files={"sheet": (name, content)}, headers=OURS
    )

    assert requester.status == 422
    assert "There is a problem" in requester.text
    assert said in requester.text


@pytest.mark.parametrize("letter", ["x", "ä", "漢", "\U00020000"])
def test_a_file_with_a_long_name_of_any_letters_is_taken(requester: Browser, office: Office, letter: str) -> None:
    path = office.list(*FATES)
    requester.open("/start/tidy")

    requester.page = requester.client.post(
        "/start/tidy", data={"token": requester.token()}, files={"sheet": (f"{letter * 400}.csv", path.read_bytes())},
        headers=OURS,
    )  # fmt: skip

    assert (requester.status, requester.path) == (200, "/uploads/1")


def test_without_a_file_or_a_choice_the_form_says_what_to_select(requester: Browser) -> None:
    requester.open("/start")
    requester.send("/start")
    chosen = requester.text
    requester.open("/start/tidy")
    requester.send("/start/tidy")

    assert "Select the work you want the robot to do" in chosen
    assert "Select a spreadsheet" in requester.text


def test_a_locked_workbook_asks_for_one_without_password_and_names_no_command(
    requester: Browser, tmp_path: Path
) -> None:
    book, locked = io.BytesIO(), tmp_path / "locked.xlsx"
    Workbook().save(book)
    protect(book.getvalue(), "a password", locked)

    requester.open("/start/tidy")
    requester.send("/start/tidy", files={"sheet": locked})

    assert requester.status == 422
    assert "to open it: save a copy without the password and send that" in requester.text
    assert "--password-secret" not in requester.text


def test_a_file_that_is_too_large_is_refused_before_it_is_read(requester: Browser) -> None:
    small = requester.another()
    small.client = TestClient(make_app(requester.site, max_upload=1000), base_url=ADDRESS)
    small.sign_in("Jo Clerk")
    small.open("/start/tidy")

    small.page = small.client.post(
        "/start/tidy", data={"token": small.token()}, files={"sheet": ("big.csv", b"x" * 2_000_000)}, headers=OURS
    )

    assert small.status == 413
    assert "must be smaller than 100 MB" in small.text


def test_the_template_is_handed_out(requester: Browser) -> None:
    answer = requester.client.get("/start/tidy/template/sheet")

    book = load_workbook(io.BytesIO(answer.content))
    assert "Notes" in book.sheetnames


def test_files_that_nobody_starts_are_gone_after_a_day(requester: Browser, office: Office) -> None:
    send(requester, office.list("fine", "unreadable"))
    digest = next(iter(Uploads(*parts(requester)).get(1, requester.site.people.all()[0]).files.values()))[1]

    requester.clock.pass_by(hours=23)
    requester.sign_in("Jo Clerk")
    send(requester, office.list("fine", name="other.csv"))

    requester.clock.pass_by(hours=2)
    Uploads(*parts(requester)).tidy()

    requester.sign_in("Jo Clerk")
    assert requester.open("/uploads/1").status_code == 404
    with pytest.raises(NotFoundError):
        requester.site.desk.evidence.read(digest)
    assert requester.open("/uploads/2").status_code == 200


def test_nobody_fills_the_disk_with_files_that_he_does_not_start(
    on_each_database: Browser, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    requester = on_each_database
    monkeypatch.setattr("rpa.console.uploads._MOST", 2)
    for name in ("Tom Ellis", "Jo Clerk"):
        requester.add(name, Role.REQUESTER)
    requester.sign_in("Tom Ellis")
    send(requester, office.list("nobody"))
    requester.sign_out()
    requester.sign_in("Jo Clerk")
    send(requester, office.list("fine", "fine"))
    requester.send("/uploads/2")
    for number in range(3, 7):
        send(requester, office.list(*["fine"] * number))

    found = {number: requester.open(f"/uploads/{number}").status_code for number in range(2, 7)}
    requester.sign_out()
    requester.sign_in("Tom Ellis")

    assert found == {2: 200, 3: 404, 4: 404, 5: 200, 6: 200}
    assert requester.open("/uploads/1").status_code == 200
    assert len([one for one in (office.data / "evidence").rglob("*.sealed") if one.is_file()]) == 4


def test_what_a_job_was_made_of_is_kept(requester: Browser, office: Office) -> None:
    send(requester, office.list("fine", "unreadable"))
    requester.send("/uploads/1")
    digest = str(requester.site.desk.views.job(1).inputs[0]["sha256"])

    requester.clock.pass_by(hours=25)
    requester.sign_in("Jo Clerk")
    send(requester, office.list("fine", name="other.csv"))

    assert requester.site.desk.evidence.read(digest)


def test_what_a_job_was_made_of_is_kept_also_if_that_could_not_be_noted_when_it_was_made(
    requester: Browser, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(requester, office.list("fine", "unreadable"))

    def full(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as while_it_is_full:
        while_it_is_full.setattr(EvidenceStore, "keep", full)
        requester.send("/uploads/1")
    desk = requester.site.desk
    digest = str(desk.views.job(1).inputs[0]["sha256"])
    before = list(desk.evidence.of_job(1))
    requester.clock.pass_by(hours=25)
    Uploads(*parts(requester)).tidy()

    assert desk.evidence.read(digest)
    assert before == []
    assert [(one.kind, one.name, one.digest) for one in desk.evidence.of_job(1)] == [("input", "list.csv", digest)]


def test_markup_in_cells_and_names_is_shown_and_never_run(browser: Browser, office: Office) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")
    path = office.folder / "list.csv"
    path.write_text("NHS number,Fate,Priority\n<script>alert(1)</script>,fine,<b>x</b>\n", encoding="utf-8")
    requester = browser

    send(requester, path)

    assert requester.page is not None
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in requester.page.text
    assert "<script>alert" not in requester.page.text


def test_a_long_job_is_shown_a_page_at_a_time(requester: Browser, office: Office) -> None:
    rows = [f"{number},row {number},Routine" for number in range(1, 121)]
    path = office.folder / "long.csv"
    path.write_text("\n".join(["NHS number,Fate,Priority", *rows, f"{office.numbers[0]},fine,Routine"]), "utf-8")
    send(requester, path)
    requester.send("/uploads/1")

    seen = []
    address = "/jobs/1"
    while address:
        answer = requester.open(address)
        seen += re.findall(r'data-row="sheet\|[^|]*\|(\d+)"', answer.text)
        found = re.search(r'href="([^"]*)">Next rows', answer.text)
        address = unescape(found[1]) if found else ""

    assert seen == [str(number) for number in range(2, 123)]


def parts(browser: Browser) -> tuple[Database, EvidenceStore, Clock]:
    desk = browser.site.desk
    return desk.database, desk.evidence, desk.clock
