"""The workbook of a plan that was carried out: one answer for all rows, whichever job did them."""

from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from rpa.results import write_results
from tests.integration.approvals.conftest import CLERK, Bureau
from tests.integration.cli.test_approving import DISCHARGE

COMPARED = (
    DISCHARGE.replace("def discharge(", "def tidy_referrals(").replace(
        "from rpa import", "from rpa import Layout, case_sheets,"
    )
    + """

@tidy_referrals.report
def report(results):
    by = {"NHS number": lambda row: row.nhs_number}
    columns = {"NHS number": lambda row, _: row.nhs_number}
    return case_sheets(results, Layout(lambda _: "on the list", by, columns, lambda row, _: row.nhs_number))
"""
)
"""The same workflow with sheets of its own."""


def lines(path: Path, sheet: str = "Sheet") -> list[tuple[Any, ...]]:
    return list(load_workbook(path)[sheet].iter_rows(values_only=True))


def list_of(bureau: Bureau, rows: int, path: Path) -> Path:
    book = Workbook()
    page = book.active
    assert page is not None
    for cell in ("NHS number", *bureau.office.numbers[:rows]):
        page.append([cell])
    book.save(path)
    return path


def planned(bureau: Bureau, workflow: str, rows: int) -> int:
    sent = list_of(bureau, rows, bureau.office.folder / "list.xlsx")
    job = bureau.desk.submit(workflow, [str(sent)], by=CLERK, dry_run=True).job
    bureau.work()
    bureau.approve(job.id)
    return job.id


def rest(bureau: Bureau, plan: int) -> int:
    job = bureau.desk.apply(plan, by=CLERK, rest=True).job.id
    bureau.work()
    return job


def test_each_row_says_what_became_of_it_whichever_job_did_it(bureau: Bureau, tmp_path: Path) -> None:
    plan = planned(bureau, "discharge", rows=4)
    bureau.apply(plan)
    half = lines(write_results(bureau.desk, plan, tmp_path / "half.xlsx"))
    last = bureau.desk.apply(plan, by=CLERK, rest=True).job.id
    bureau.office.folder.joinpath("procedures", "referrals.json").write_text(
        f'{{"{bureau.office.numbers[2]}": "on hold"}}', encoding="utf-8"
    )
    bureau.work()

    whole = lines(write_results(bureau.desk, plan, tmp_path / "whole.xlsx"))

    assert last == plan + 2
    assert [row[1] for row in half[1:]] == ["Done", "Done", "Planned", "Planned"]
    assert half[4][2] == "Nothing was written. It would end as: Discharged."
    assert [row[1] for row in whole[1:]] == ["Done", "Done", "For a person", "Done"]
    assert whole[4][2] == "Discharged."


def test_sheets_of_a_plan_count_what_was_done_and_name_the_jobs(bureau: Bureau, tmp_path: Path) -> None:
    (bureau.office.folder / "procedures" / "tidy_referrals.py").write_text(COMPARED, encoding="utf-8")
    plan = planned(bureau, "tidy_referrals", rows=3)
    before = write_results(bureau.desk, plan, tmp_path / "before.xlsx")
    bureau.apply(plan)
    half = write_results(bureau.desk, plan, tmp_path / "half.xlsx")
    rest(bureau, plan)

    whole = write_results(bureau.desk, plan, tmp_path / "whole.xlsx")

    said = ["dry run", "carried out by job 2", "carried out by job 2 and 3"]
    found = [lines(path, "Summary") for path in (before, half, whole)]
    assert [one[0][0] for one in found] == [f"Discharge referrals: job {plan}, {words}" for words in said]
    totals = [dict(zip(one[-3], one[-1], strict=True)) for one in found]
    assert [(one.get("Planned"), one.get("Done")) for one in totals] == [(3, None), (1, 2), (None, 3)]
    assert [len(lines(path, "Put right")) for path in (before, half, whole)] == [7, 6, 7]


def test_row_of_a_carried_out_plan_can_be_marked_and_planned_again(bureau: Bureau, tmp_path: Path) -> None:
    (bureau.office.folder / "procedures" / "tidy_referrals.py").write_text(COMPARED, encoding="utf-8")
    plan = planned(bureau, "tidy_referrals", rows=1)
    bureau.office.folder.joinpath("procedures", "referrals.json").write_text(
        f'{{"{bureau.office.numbers[0]}": "on hold"}}', encoding="utf-8"
    )
    bureau.apply(plan)
    book = load_workbook(write_results(bureau.desk, plan, tmp_path / "results.xlsx"))
    page = book["For a person"]
    heading = next(cell for row in page.iter_rows() for cell in row if cell.value == "Outcome")
    page.cell(page.max_row, heading.column, "Resubmit")
    book.save(tmp_path / "back.xlsx")

    again = bureau.desk.submit("tidy_referrals", [str(tmp_path / "back.xlsx")], by=CLERK, dry_run=True).job

    assert [one.key for one in bureau.desk.views.items(again.id)] == [bureau.office.numbers[0]]
