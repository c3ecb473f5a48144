"""The results workbook goes to people and comes back: what they marked runs again, as the same items."""

from pathlib import Path

import pytest

from rpa.answers import certificate_of
from rpa.audit import verify
from rpa.connectors.spreadsheet import ReportSheet, write_report
from rpa.exceptions import UsageError
from rpa.models import Job
from rpa.results.lines import mark_in
from rpa.states import JobState, Taken
from tests.integration.reconcile.conftest import CLERK, Office, mark, read_sheet
from tests.integration.reconcile.paper import TEN, UBRN, ers, pas, shown

OTHER, THIRD = "000000000002", "000000000003"


def stale_job(office: Office) -> Job:
    """Leave the office with two stale rows and one that is only in e-RS."""
    later = TEN.replace(hour=15)
    office.pas.pages |= {"A1": shown(starts_at=later), "A2": shown(OTHER, "A2", starts_at=later)}
    left = [ers(appointment_time=TEN), ers(OTHER, nhs_number="9990000026", appointment_time=TEN), ers(THIRD)]
    right = [pas(), pas(OTHER, pathway="REN2", nhs_number="9990000026")]
    job = office.submit(office.extract("Worklist", left), office.extract("Appointments", right))
    office.work()
    return job


def line_of(path: Path, ubrn: str) -> int:
    return next(line.row for line in read_sheet(path, "For a person", "Item") if line["UBRN"] == ubrn)


def test_a_row_that_a_person_put_right_and_marked_is_completed_as_the_same_item(office: Office) -> None:
    first = stale_job(office)
    workbook = office.results(first)
    office.pas.correct("A1", starts_at=TEN)

    second = office.submit(mark(workbook, "For a person", line_of(workbook, UBRN)))
    office.work()

    assert office.endings(first) == {UBRN: "put right by a person", OTHER: "STALE", THIRD: "ON_ERS_NOT_PAS"}
    assert [item.id for item in office.desk.views.items(second.id)] == [office.desk.views.items(first.id)[0].id]
    assert office.pas.written == []


def test_only_marked_rows_run_and_the_totals_of_both_jobs_balance(office: Office) -> None:
    first = stale_job(office)
    workbook = office.results(first)

    second = office.submit(mark(workbook, "For a person", line_of(workbook, UBRN)))
    office.work()

    totals = office.desk.views.totals(second.id)
    assert (totals.rows_in, totals.failed, totals.left_out) == (3, 1, 2)
    assert totals.balance
    assert office.desk.views.totals(first.id).balance
    assert office.desk.views.job(second.id).parent_id == first.id
    assert office.desk.views.job(second.id).state is JobState.COMPLETED


def test_certificates_agree_with_the_record_after_cases_of_several_rows_were_seen_to(office: Office) -> None:
    first = stale_job(office)
    workbook = office.results(first)
    put_right, taken, _ = office.desk.views.items(first.id)
    second = office.submit(mark(workbook, "For a person", line_of(workbook, UBRN)))
    office.pas.correct("A1", starts_at=TEN)
    office.work()
    office.desk.queue.cancel([taken.id], by=CLERK, why="seen", how=Taken.BY_HAND)

    totals = office.desk.views.totals(first.id)
    assert (totals.rows_in, totals.completed, totals.by_hand, totals.failed) == (5, 2, 2, 1)
    assert office.desk.views.item(put_right.id).job_id == second.id
    assert [certificate_of(office.desk, job.id).broken for job in (first, second)] == [None, None]


def test_a_row_marked_but_not_put_right_comes_back_with_the_same_code(office: Office) -> None:
    first = stale_job(office)
    workbook = office.results(first)

    second = office.submit(mark(workbook, "For a person", line_of(workbook, THIRD)))
    office.work()

    assert office.endings(second) == {THIRD: "ON_ERS_NOT_PAS"}


def test_a_person_who_entered_the_booking_in_the_pas_is_believed_by_looking(office: Office) -> None:
    first = stale_job(office)
    workbook = office.results(first)
    office.pas.pages["A3"] = shown(THIRD, "A3")

    second = office.submit(mark(workbook, "For a person", line_of(workbook, THIRD)))
    office.work()

    assert office.endings(second) == {THIRD: "put right by a person"}


def rejected_job(office: Office) -> Job:
    """Leave the office with a row of each extract that can't be read, about the same appointment."""
    office.pas.pages["A1"] = shown()
    left = [ers(nhs_number="9990000019", appointment_time=TEN), ers(THIRD, nhs_number="9990000026")]
    right = [pas(referral_date="last Tuesday", appointment_time="to be confirmed")]
    job = office.submit(office.extract("Worklist", left), office.extract("Appointments", right))
    office.work()
    return job


def test_corrected_rows_are_compared_with_the_original_extracts(office: Office) -> None:
    workbook = office.results(rejected_job(office))
    back = mark(workbook, "Rejected rows", 5, Corrected_value="999 000 0018")
    back = mark(back, "Rejected rows", 6, Corrected_value="24/10/2026")
    back = mark(back, "Rejected rows", 7, Corrected_value="01/12/2026 09:00")

    second = office.submit(back)
    office.work()

    assert office.endings(second) == {UBRN: "moved"}
    assert office.pas.pages["A1"].starts_at == TEN
    totals = office.desk.views.totals(second.id)
    assert (totals.rows_in, totals.completed, totals.left_out) == (4, 3, 1)
    assert totals.balance


def test_a_corrected_row_joins_the_item_that_waits_for_it(office: Office) -> None:
    office.pas.pages["A1"] = shown()
    left, right = [ers(appointment_time=TEN)], [pas(referral_date="last Tuesday")]
    first = office.submit(office.extract("Worklist", left), office.extract("Appointments", right))
    (before,) = office.desk.views.items(first.id)

    second = office.submit(mark(office.results(first), "Rejected rows", 5, Corrected_value="24/10/2026"))
    office.work()

    assert before.code == "ON_ERS_NOT_PAS"
    assert [(item.id, item.outcome) for item in office.desk.views.items(second.id)] == [(before.id, "moved")]


def test_a_row_corrected_in_two_steps_keeps_the_first_correction(office: Office) -> None:
    first = office.results(rejected_job(office))
    second = office.submit(mark(first, "Rejected rows", 6, Corrected_value="24/10/2026"))

    again = office.results(second)
    (line,) = read_sheet(again, "Rejected rows", "Extract")
    third = office.submit(mark(again, "Rejected rows", line.row, Corrected_value="01/12/2026 09:00"))
    office.work()

    assert (line["Extract"], line["Sheet"], line["Row"], line["Column"]) == (
        "PAS extract", "Appointments", 2, "Appointment time")  # fmt: skip
    assert office.endings(third) == {UBRN: "ON_PAS_NOT_ERS"}
    assert office.desk.views.totals(third.id).balance


def test_a_correction_that_is_wrong_too_is_rejected_again(office: Office) -> None:
    workbook = office.results(rejected_job(office))

    second = office.submit(mark(workbook, "Rejected rows", 5, Corrected_value="123"))

    assert office.desk.views.totals(second.id).rejected == 1
    (line,) = read_sheet(office.results(second), "Rejected rows", "Extract")
    assert line["What happened"] == "NHS number has three digits, an NHS number has ten."
    assert (line["Extract"], line["Row"]) == ("e-RS extract", 2)


def test_the_same_workbook_sent_twice_is_one_job(office: Office) -> None:
    workbook = office.results(stale_job(office))
    back = mark(workbook, "For a person", line_of(workbook, UBRN))

    second, third = office.submit(back), office.submit(back)

    assert second.id == third.id


def test_a_row_that_was_done_meanwhile_is_a_duplicate_and_does_not_run_again(office: Office) -> None:
    workbook = office.results(stale_job(office))
    office.pas.correct("A1", starts_at=TEN)
    office.submit(mark(workbook, "For a person", line_of(workbook, UBRN)))
    office.work()

    both = mark(mark(workbook, "For a person", line_of(workbook, UBRN)), "For a person", line_of(workbook, OTHER))
    third = office.submit(both)

    totals = office.desk.views.totals(third.id)
    assert (totals.duplicate, totals.open, totals.left_out) == (1, 1, 1)


def test_a_workbook_without_a_mark_is_refused_with_what_to_do(office: Office) -> None:
    workbook = office.results(stale_job(office))

    with pytest.raises(UsageError, match="no row marked Resubmit"):
        office.submit(workbook)


def test_a_workbook_of_another_installation_is_refused(office: Office) -> None:
    workbook = office.results(stale_job(office))
    elsewhere = office.folder / "elsewhere.xlsx"
    write_report(elsewhere, [ReportSheet("For a person", ["Item"], [[1]])],
                 properties={**mark_in(workbook), "rpa-input": "of other files"})  # fmt: skip

    with pytest.raises(UsageError, match="made here"):
        office.submit(elsewhere)


def test_an_item_number_that_somebody_changed_is_rejected_and_touches_no_other_item(office: Office) -> None:
    workbook = office.results(stale_job(office))

    second = office.submit(mark(workbook, "For a person", 5, Item="999"))

    totals = office.desk.views.totals(second.id)
    assert (totals.rejected, totals.left_out, totals.open) == (1, 2, 0)


def test_the_record_of_both_jobs_verifies(office: Office) -> None:
    workbook = office.results(stale_job(office))
    office.submit(mark(workbook, "For a person", line_of(workbook, UBRN)))
    office.work()

    assert verify(office.desk.database).clean
