"""What a case was made of: what somebody sent stands apart from what the robot noted beside it."""

from typing import Any, cast

from rpa.console.as_sent import Part, parts_of
from rpa.models import WorkItem
from workflows.discharge_lingering_referrals import discharge_lingering_referrals
from workflows.list_pifu_reviews import list_pifu_reviews


class Stored:
    """A case as `parts_of` reads one."""

    code = None

    def __init__(self, **data: Any) -> None:
        self.data = data


def parts(work: Any, **data: Any) -> list[Part]:
    return parts_of(work, cast(WorkItem, Stored(**data)))


def test_what_the_robot_noted_of_rows_is_not_said_to_have_been_sent() -> None:
    row = {"source": {"input": "pifu", "row": 18}, "resubmit": False, "referral": "R300063"}

    found = parts(list_pifu_reviews, standing="due", asked_on="2026-11-27", task_days=["2026-12-02"], rows=[row])

    assert found == [
        Part("Pifu, row 18", [("Referral", "R300063")]),
        Part("", [("Standing", "due"), ("Asked on", "2026-11-27"), ("Task days", ["2026-12-02"])], is_noted=True),
    ]


def test_what_was_noted_beside_a_single_row_stands_apart_from_its_cells() -> None:
    found = parts(discharge_lingering_referrals, reference="RENL07", reason="No contact", day="2026-11-27", again=True)

    assert found == [
        Part("", [("Referral", "RENL07"), ("Reason", "No contact")]),
        Part("", [("Day", "2026-11-27")], is_noted=True),
    ]
