"""A change set as a workbook says each value as people read it, and shows what is empty."""

from datetime import UTC, datetime
from pathlib import Path

from openpyxl import load_workbook

from rpa.approvals import ChangeSet, PlannedChange, Shown
from rpa.approvals.book import write_changes
from rpa.models import Job
from rpa.states import JobState

AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def test_dates_are_day_first_and_what_is_empty_says_so(tmp_path: Path) -> None:
    before = {"on": None, "at": "2026-11-30T09:30:00", "like": "2026-02-31", "word": ""}
    after = {"on": "2026-11-26", "at": "2026-12-01T10:00:00", "like": "2026-02-30", "word": "open"}
    plan = ChangeSet(4, "put_right", "1", (PlannedChange(7, "K1", "change", "referral R1", before, after),), reverses=2)
    job = Job(
        4, "put_right", "1", JobState.COMPLETED, None, None, True, "A. Clerk", 3, None, None, {}, [], 1, 0, AT, AT
    )

    write_changes(
        tmp_path / "changes.xlsx", plan, job, shown=Shown("0" * 64, {7: "999 123 4567"}, {"on": "Cancelled on"})
    )

    lines = list(load_workbook(tmp_path / "changes.xlsx").worksheets[0].iter_rows(values_only=True))
    assert lines[-5][:5] == ("Item", "Who", "Key", "What", "Field")
    assert lines[-1][:4] == (7, "999 123 4567", "K1", "referral R1")
    assert lines[0][0] == "What job 4 would change to put back what job 2 changed"
    assert [line[4:] for line in lines[-4:]] == [
        ("Cancelled on", "(empty)", "26/11/2026"),
        ("At", "30/11/2026 09:30", "01/12/2026 10:00"),
        ("Like", "2026-02-31", "2026-02-30"),
        ("Word", "(empty)", "open"),
    ]
