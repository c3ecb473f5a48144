"""The digital team's pages: what to look at first, problems by cause, runs, systems, workers, schedules, figures."""

import html
from contextlib import closing
from pathlib import Path

import pytest

from rpa.alarms import AlarmKind, raise_alarm
from rpa.audit import Trail
from rpa.audit.record import SYSTEM_RUN
from rpa.db.console_tables import Role
from rpa.models import Actor, ActorKind, Ending, KeptStep, NewItem, RowRef, Submission
from rpa.states import Failure, ItemState
from rpa.workers import this_process
from tests.conftest import HandClock
from tests.integration.cli.office import Office
from tests.integration.console.conftest import Browser

BY = Actor(ActorKind.PERSON, "Jo Clerk")
SETTINGS = """
[systems.pas]
address = "http://127.0.0.1:1"
max_sessions = 2

[schedules.nightly]
workflow = "tidy"
cron = "0 2 * * *"
files = ["nowhere.csv"]
"""


@pytest.fixture
def office(office: Office) -> Office:
    toml = office.data / "rpa.toml"
    toml.write_text(toml.read_text() + SETTINGS)
    return office


@pytest.fixture
def operator(browser: Browser, office: Office) -> Browser:
    """Somebody of the digital team; of a job's five rows two are done, two failed and one is faulty code."""
    send(browser, office.list("fine", "nobody", "fine", "nobody", "bug"))
    browser.add("Opal Operator", Role.OPERATOR)
    browser.sign_in("Opal Operator")
    return browser


def send(browser: Browser, path: Path) -> None:
    browser.site.desk.submit("tidy", [str(path)], by=BY)
    do_all(browser)


def do_all(browser: Browser) -> None:
    """Do what waits, also what is tried again after a second."""
    crew = browser.site.desk.crew()

    def is_over() -> bool:
        browser.clock.pass_by(seconds=5)
        return browser.site.desk.nothing_waits()

    with closing(crew):
        browser.site.desk.worker(crew).run_alone(browser.site.desk.me, until=is_over)


def states(browser: Browser) -> dict[int, ItemState]:
    return {one.id: one.state for one in browser.site.desk.views.items(1)}


def test_problems_are_grouped_by_cause_and_filtered_by_the_address(operator: Browser) -> None:
    operator.open("/problems")
    everything = operator.text
    operator.open("/problems?kind=system")

    assert "No patient has this number. NO_MATCH Work Move appointments Kind The data or a rule Rows 2" in everything
    assert "No patient has this number" not in operator.text
    assert "Rows 1" in operator.text


def test_a_problem_shows_its_rows_masked_and_the_first_picture(operator: Browser, office: Office) -> None:
    operator.open("/problems/tidy/business/NO_MATCH")

    assert "It holds up 2 rows of 1 job" in operator.text
    assert "The last attempt at the oldest of these rows: It failed and waits for a person: NO_MATCH" in operator.text
    assert f"••••{office.numbers[1][-4:]}" in operator.text
    assert office.numbers[1] not in operator.text
    picture = operator.page.text.split('class="desk-picture" src="')[1].split('"')[0]  # type: ignore[union-attr]
    assert operator.client.get(picture).headers["content-type"] == "image/png"


def test_all_rows_of_a_cause_are_put_back_after_a_question_and_with_a_reason(operator: Browser) -> None:
    operator.open("/problems/tidy/business/NO_MATCH/retry")
    asked = operator.text
    operator.send("/problems/tidy/business/NO_MATCH/retry")
    refused = (operator.status, operator.text, states(operator)[2])
    operator.send("/problems/tidy/business/NO_MATCH/retry", why="the list was put right")

    assert "Retry all 2 rows?" in asked
    assert refused[0] == 422
    assert "Enter why they can be tried again" in refused[1]
    assert refused[2] is ItemState.FAILED
    assert "The rows are back in the queue." in operator.text
    assert [one for one, state in states(operator).items() if state is ItemState.PENDING] == [2, 4]
    told = Trail(operator.site.desk.database).of_items([2])[-1]
    assert (told.name, told.actor.name, told.why) == ("item.retried", "Opal Operator", "the list was put right")


def test_a_second_click_on_retry_puts_nothing_back_twice(operator: Browser) -> None:
    address = "/problems/tidy/business/NO_MATCH/retry"
    operator.open(address)
    token = operator.token()

    operator.send(address, why="put right")
    operator.send(address, {"token": token}, why="put right")

    assert "seen to already" in operator.text
    assert len(Trail(operator.site.desk.database).of_run("job-1", names=["item.retried"])) == 2


def test_a_problem_of_which_nothing_is_left_says_so(operator: Browser) -> None:
    operator.open("/problems/tidy/business/NOTHING")

    assert "Nothing is left of this problem" in operator.text
    assert operator.open("/problems/tidy/nonsense/NOTHING").status_code == 404


def test_the_run_of_a_row_tells_each_attempt_and_that_somebody_looked(operator: Browser, office: Office) -> None:
    operator.open("/runs/1")

    assert "Run of case 1" in operator.text
    assert "A robot began attempt 1." in operator.text
    assert "Clinic (empty) RENZZ &lt;b&gt;2&lt;/b&gt; Made" in operator.text.replace("Field ", "").replace(
        "Before ", ""
    ).replace("After ", "").replace("State ", "")
    assert office.numbers[0] not in operator.page.text  # type: ignore[union-attr]
    told = Trail(operator.site.desk.database).of_run(SYSTEM_RUN, names=["record.read"])[-1]
    assert (told.actor.name, told.item_id, told.facts["what"]) == ("Opal Operator", 1, "run")


def test_a_run_of_a_row_that_was_stopped_does_not_say_that_an_attempt_is_to_come(
    operator: Browser, office: Office
) -> None:
    desk, by = operator.site.desk, Actor(ActorKind.PERSON, "Opal Operator")
    made = desk.submit("tidy", [str(office.list("fine", name="another.csv"))], by=by, again=True).job
    (waiting,) = (one.id for one in desk.views.items(made.id))
    operator.open(f"/runs/{waiting}")
    before = operator.text

    desk.queue.cancel([waiting], by=by, why="not wanted")
    operator.open(f"/runs/{waiting}")

    assert "No attempt was made yet." in before
    assert "No attempt was made." in operator.text


def test_only_the_errors_of_a_run_can_be_shown(operator: Browser) -> None:
    operator.open("/runs/5?show=errors")

    assert "It failed and waits for a person" in operator.text
    assert "A robot began" not in operator.text


def test_what_was_kept_for_another_row_is_not_handed_out(operator: Browser) -> None:
    kept = next(iter(operator.site.desk.evidence.of_item(2)))

    assert operator.open(f"/runs/2/kept/{kept.digest}").status_code == 200
    assert operator.open(f"/runs/1/kept/{kept.digest}").status_code == 404


def test_a_trace_is_handed_out_and_that_is_recorded(operator: Browser) -> None:
    desk = operator.site.desk
    digest = desk.evidence.keep(b"PK made up", kind="trace", name="pas.zip", job_id=1, item_id=2)

    operator.open("/runs/2")
    listed = operator.page.text  # type: ignore[union-attr]
    content = operator.client.get(f"/runs/2/kept/{digest}").content

    assert f"/trace-viewer/index.html?trace=/runs/2/kept/{digest}" in listed
    assert content == b"PK made up"
    told = Trail(desk.database).of_run("job-1", names=["evidence.opened"])[-1]
    assert (told.actor.name, told.facts["sha256"]) == ("Opal Operator", digest)


def test_the_viewer_of_traces_comes_from_the_installed_package_and_nothing_else_does(operator: Browser) -> None:
    page = operator.client.get("/trace-viewer/index.html")
    outside = operator.client.get("/trace-viewer/..%2f..%2f..%2fpackage.json")

    assert page.status_code == 200
    assert "frame-src 'self' blob: data:" in page.headers["content-security-policy"]
    assert outside.status_code == 404
    assert "unsafe-inline" not in operator.open("/runs/2").headers["content-security-policy"]


def test_the_log_of_a_row_is_handed_out_as_a_file(operator: Browser) -> None:
    answer = operator.client.get("/runs/2/log")

    assert answer.headers["content-disposition"] == "attachment; filename=row-2.log"


def test_a_system_is_paused_and_resumed_with_a_reason(operator: Browser) -> None:
    operator.open("/systems/pas")
    operator.send("/systems/pas", way="pause")
    unsaid = (operator.status, operator.text)
    operator.send("/systems/pas", way="pause", why="the supplier is at work")
    paused, page = operator.text, operator.page
    operator.send("/systems/pas", way="resume", why="they are done")

    assert unsaid[0] == 422
    assert "Enter why, for the record" in unsaid[1]
    assert "Paused By Opal Operator since" in paused
    assert page is not None
    assert page.text.count("the supplier is at work") == 1  # and not in the field that asks why it is resumed
    assert "the supplier is at work" in paused
    assert "In use" in operator.text
    told = Trail(operator.site.desk.database).of_run(SYSTEM_RUN, names=["system.paused", "system.resumed"])
    assert [(one.name, one.actor.name) for one in told] == [
        ("system.paused", "Opal Operator"), ("system.resumed", "Opal Operator"),
    ]  # fmt: skip


def test_a_system_that_somebody_else_has_paused_meanwhile_is_told(operator: Browser) -> None:
    desk = operator.site.desk
    operator.open("/systems/pas")
    with desk.database.transaction() as connection:
        desk.gates.pause(connection, "pas", by=BY, why="first")

    operator.send("/systems/pas", way="pause", why="second")

    assert operator.status == 422
    assert "paused by Jo Clerk" in operator.text


def test_what_needs_a_look_stands_first(operator: Browser) -> None:
    desk = operator.site.desk
    with desk.database.transaction() as connection:
        desk.gates.pause(connection, "pas", by=BY, why="maintenance")

    operator.open("/now")

    assert "Look at this first" in operator.text
    assert "No worker is running" in operator.text
    assert "pas is paused by Jo Clerk" in operator.text
    assert "A fault of the workflow" in operator.text or "UNEXPECTED" in operator.text
    assert "The last one ended" in operator.text


def test_a_schedule_that_started_nothing_leads_to_its_page_and_to_what_can_be_done(operator: Browser) -> None:
    desk = operator.site.desk
    said = "The schedule nightly started no job: no file. Send the files with `rpa submit`."
    with desk.database.transaction() as connection:
        for name in ("nightly", "gone"):
            raise_alarm(connection, AlarmKind.SCHEDULE_MISSED, subject=name, said=said, now=desk.clock.now())

    operator.open("/now")

    page = operator.page.text  # type: ignore[union-attr]
    assert '<a href="/schedules/nightly">The schedule nightly started no job: no file</a>' in page
    assert '<a href="/schedules">' in page  # one that is not set any more has no page
    assert "<code>rpa submit</code>" in page


@pytest.mark.parametrize(
    ("roles", "line"),
    [
        ([Role.OPERATOR], "{said}. Keep the database as it is, and call an admin and an auditor.</li>"),
        ([Role.OPERATOR, Role.ADMIN], '<a href="/health">{said}</a>'),
    ],
)
def test_an_alarm_of_the_record_leads_to_where_it_is_told_or_says_whom_to_call(
    operator: Browser, roles: list[Role], line: str
) -> None:
    desk = operator.site.desk
    said = "The record does not verify: entry 3 was altered"
    with desk.database.transaction() as connection:
        raise_alarm(connection, AlarmKind.RECORD_BROKEN, subject="job-1", now=desk.clock.now(),
                    said=f"{said}. Keep the database as it is, and call the digital team.")  # fmt: skip
    operator.add("Olga Other", *roles)
    operator.sign_in("Olga Other")

    operator.open("/now")

    assert line.format(said=said) in operator.page.text  # type: ignore[union-attr]


def test_an_alarm_that_no_page_tells_more_of_leads_to_none(operator: Browser) -> None:
    desk = operator.site.desk
    with desk.database.transaction() as connection:
        raise_alarm(connection, AlarmKind.MAILBOX_AWAY, subject="mail", now=desk.clock.now(),
                    said="The mailbox can't be looked into. Look whether its server runs.")  # fmt: skip
        raise_alarm(connection, AlarmKind.RECORD_UNSEALED, subject="seals", now=desk.clock.now(),
                    said="The record can't be sealed: no key.")  # fmt: skip

    operator.open("/now")

    page = html.unescape(operator.page.text)  # type: ignore[union-attr]
    assert "</strong> The mailbox can't be looked into. Look whether its server runs.</li>" in page
    assert "</strong> The record can't be sealed: no key. Call an admin: Health says what to do.</li>" in page


def test_now_says_how_many_rows_wait_for_another_reason_than_a_technical_one(operator: Browser) -> None:
    operator.open("/now")

    assert "2 more rows wait for a person because of the data or a rule" in operator.text


def test_the_digital_team_is_not_sent_to_itself(operator: Browser) -> None:
    operator.open("/problems/tidy/system/UNEXPECTED")

    assert "Tell the digital team" not in operator.text
    assert "Open the run of a row below" in operator.text


def test_the_run_of_a_row_says_where_the_row_stands_in_its_sheet(operator: Browser) -> None:
    operator.open("/runs/2")

    assert "job 1, Sheet row 3, case" in operator.text


def test_a_worker_without_a_sign_of_life_is_told(operator: Browser, clock: HandClock) -> None:
    desk = operator.site.desk
    desk.workers.register(this_process(known_as="another"))
    operator.open("/workers")
    alive = operator.text
    clock.pass_by(seconds=3600)
    operator.sign_in("Opal Operator")
    operator.open("/workers")

    assert "Idle" in alive
    assert "Not answering" in operator.text


def test_a_schedule_shows_its_next_five_times_and_can_be_paused(operator: Browser) -> None:
    operator.open("/schedules")
    listed = operator.text
    operator.open("/schedules/nightly")
    told, page = operator.text, operator.page.text  # type: ignore[union-attr]
    operator.send("/schedules/nightly", way="pause", why="no list comes at Christmas")
    paused = operator.text
    operator.send("/schedules/nightly", way="resume", why="it does again")

    assert "nightly Work Move appointments When every day at 02:00 cron 0 2 * * * State On" in listed
    assert "On every day at 02:00 cron 0 2 * * *" in told
    assert page.count(", 02:00") == 5
    assert "Paused by Opal Operator" in paused
    assert "no list comes at Christmas" in paused
    assert "State On" in operator.open("/schedules").text.replace("\n", " ") or " On " in operator.text


def test_there_is_no_schedule_or_system_of_an_unknown_name(operator: Browser) -> None:
    assert operator.open("/schedules/daily").status_code == 404
    assert operator.open("/systems/other").status_code == 404
    assert operator.open("/workflows/other").status_code == 404


def test_schedules_say_that_nothing_starts_while_no_robot_is_at_work(operator: Browser) -> None:
    def shown() -> list[bool]:
        pages = (operator.open("/schedules"), operator.open("/schedules/nightly"))
        return ["nothing starts by itself until one is" in page.text for page in pages]

    without = shown()
    operator.site.desk.workers.register(this_process(known_as="another"))

    assert (without, shown()) == ([True, True], [False, False])


def test_a_workflow_shows_its_codes_and_columns(operator: Browser) -> None:
    operator.open("/workflows")
    operator.open("/workflows/tidy")

    assert "NO_MATCH What happened No patient has this number." in operator.text
    assert "Sheet Column NHS number Must be there Yes" in operator.text
    assert "No one has timed this work yet" in operator.text


def test_figures_count_rows_by_week_and_refuse_hours_that_nobody_timed(operator: Browser) -> None:
    operator.open("/figures")

    assert "2 done, 3 needed a person, 0 not used." in operator.text
    assert "Not known How that is reckoned No one has timed this work yet." in operator.text
    assert operator.page.text.count('class="desk-part ') == 2  # type: ignore[union-attr]


def test_the_digital_team_is_shown_masked_cases_in_a_job(operator: Browser, office: Office) -> None:
    operator.open("/jobs/1")

    assert not [number for number in office.numbers if number in operator.page.text]  # type: ignore[union-attr]


def test_a_row_that_was_put_back_has_its_attempts_told_apart(operator: Browser) -> None:
    desk = operator.site.desk
    desk.queue.retry([2], by=BY, why="the list was put right")
    work_again(operator)
    operator.open("/runs/2")

    page = operator.page.text  # type: ignore[union-attr]
    assert "Attempt 1 after the row was put back, the newest" in operator.text
    assert page.count('<details class="nhsuk-details">') == 1
    newest, older = page.split('<details class="nhsuk-details">')
    assert newest.count("A robot began attempt 1.") == older.count("A robot began attempt 1.") == 1
    assert newest.count("desk-thumb") == older.count("desk-thumb") == 1


def test_a_problem_says_with_which_job_it_began(operator: Browser) -> None:
    operator.open("/problems/tidy/business/NO_MATCH")

    assert "The first job that it still holds up is job 1 , sent" in operator.text
    assert f"of version {operator.site.desk.views.job(1).version} of this work" in operator.text


def test_a_problem_says_that_it_came_with_a_new_version_and_how_far_the_robot_got(
    operator: Browser, office: Office
) -> None:
    desk = operator.site.desk
    row = NewItem(office.numbers[6], {}, [RowRef("sheet", "Sheet1", 2)])
    job = desk.queue.submit(Submission("tidy", "2.0", BY, [row]))
    claim = desk.queue.claim("w1", ["tidy"], lease=desk.lease)
    assert claim is not None
    ending = Ending(ItemState.FAILED, failure=Failure.SYSTEM, code="TIMEOUT",
                    steps=(KeptStep("find_patient", 1, {"result": "found"}, 0.25),))  # fmt: skip
    desk.queue.finish(claim, ending, by=BY)
    operator.open("/problems/tidy/system/TIMEOUT")

    assert f"It started with version 2.0 of this work : job {job} , sent" in operator.text
    assert f"The job before had version {desk.views.job(1).version}." in operator.text
    assert "The last step that the oldest of these rows got through: Find patient." in operator.text
    operator.open(f"/runs/{claim.item_id}")
    assert "Find patient What happened Done. Took 250 ms" in operator.text


def work_again(browser: Browser) -> None:
    crew = browser.site.desk.crew()
    with closing(crew):
        browser.site.desk.worker(crew).run_alone(browser.site.desk.me, until=browser.site.desk.nothing_waits)


def test_rows_in_doubt_are_put_back_only_by_whoever_has_looked(operator: Browser, office: Office) -> None:
    desk = operator.site.desk
    desk.submit("tidy", [str(office.list("fine", name="doubtful.csv"))], by=BY, again=True)
    claim = desk.queue.claim("w1", ["tidy"], lease=desk.lease)
    assert claim is not None
    failed = Ending(ItemState.FAILED, failure=Failure.IN_DOUBT, code="IN_DOUBT")
    desk.queue.finish(claim, failed, by=Actor(ActorKind.BOT, "tidy"))
    address = "/problems/tidy/in_doubt/IN_DOUBT/retry"

    operator.open(address)
    asked = operator.text
    operator.send(address, why="put right")
    unsaid = (operator.status, operator.text, desk.views.item(claim.item_id).state)
    operator.send(address, why="put right", looked="yes")

    assert "such as a letter, is done once more, also where it was done before" in asked
    assert "is not saved twice" not in asked
    assert unsaid[0] == 422
    assert "Look in the system first" in unsaid[1]
    assert unsaid[2] is ItemState.FAILED
    assert desk.views.item(claim.item_id).state is ItemState.PENDING


def test_figures_leave_out_plans(operator: Browser, office: Office) -> None:
    desk = operator.site.desk
    desk.submit("tidy", [str(office.list("fine", "fine", "fine", name="plan.csv"))], by=BY, dry_run=True)
    do_all(operator)

    operator.open("/figures")

    assert "2 done, 3 needed a person, 0 not used." in operator.text


def test_a_workflow_is_paused_and_resumed_with_a_reason_and_requesters_are_told(operator: Browser,
                                                                                office: Office) -> None:  # fmt: skip
    desk = operator.site.desk
    job = desk.submit("tidy", [str(office.list("fine", name="later.csv"))], by=BY).job.id
    operator.open("/workflows/tidy")

    operator.send("/workflows/tidy", way="pause")
    refused = (operator.status, operator.text)
    operator.send("/workflows/tidy", way="pause", why="the screen has changed")
    paused = operator.text
    operator.open("/workflows")
    listed = operator.text
    operator.open(f"/jobs/{job}")
    told = operator.text
    operator.open("/now")
    now = operator.text
    operator.open("/problems/tidy/business/NO_MATCH")
    problem = operator.text
    work_again(operator)
    waits = desk.views.totals(job).open
    operator.open("/workflows/tidy")
    operator.send("/workflows/tidy", way="resume", why="the robot was mended")
    work_again(operator)

    assert refused[0] == 422
    assert "Enter why, for the record" in refused[1]
    assert "Paused By Opal Operator" in paused
    assert "State Paused Rows open 1" in listed
    assert "This work is paused. Your job is safe" in told
    assert "The workflow tidy is paused by Opal Operator: the screen has changed" in now
    assert "Resume this workflow" in problem
    assert waits == 1
    assert "The workflow is resumed" in operator.text
    assert desk.views.totals(job).completed == 1


def test_a_workflow_that_somebody_else_has_paused_meanwhile_is_told(operator: Browser) -> None:
    operator.open("/workflows/tidy")
    operator.site.desk.workflow_pauses.begin("tidy", by=BY, why="first")

    operator.send("/workflows/tidy", way="pause", why="second")

    assert operator.status == 422
    assert "paused by Jo Clerk" in operator.text


def test_home_shows_the_digital_team_first_what_it_has_to_look_at(operator: Browser) -> None:
    operator.open("/")

    wanted = (
        "Look at this first",
        "No worker is running",
        "Problems Technical",
        "3 cases wait for a person",
        "All jobs",
    )
    places = [operator.text.find(said) for said in wanted]
    assert -1 not in places
    assert places == sorted(places)
    assert "cases need you" not in operator.text


def test_what_is_known_of_a_cause_is_seen_by_everybody_until_it_is_cleared(operator: Browser) -> None:
    address = "/problems/tidy/business/NO_MATCH"
    operator.open(f"{address}/note")
    operator.send(f"{address}/note", what="note", link="https://tickets.example/12")
    empty = (operator.status, operator.text)
    operator.send(f"{address}/note", what="note", note="known", link="javascript:alert(1)")
    wrong = (operator.status, operator.text)
    operator.send(f"{address}/note", what="note", note="Mended on Friday", link="https://tickets.example/12")
    noted = operator.text
    operator.open("/problems")
    listed = operator.text
    operator.open("/needs-you/2")
    case = operator.page.text  # type: ignore[union-attr]
    operator.open(f"{address}/note")
    operator.send(f"{address}/note", what="clear")

    assert empty[0] == wrong[0] == 422
    assert "Enter what is known of it" in empty[1]
    assert "Expected a link that begins with https" in wrong[1]
    assert "Known Mended on Friday" in noted
    assert "Known Mended on Friday" in listed
    assert "Mended on Friday" in case
    assert 'href="https://tickets.example/12"' in case
    assert "The note is cleared." in operator.text
    assert operator.site.desk.cause_notes.all() == {}
