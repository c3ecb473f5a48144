"""Who deals with which difference, at the edges of the rules; and what the robot writes."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest

from rpa.bots import Bot, PracticePas
from rpa.exceptions import UsageError
from rpa.testing import Rehearsal, rehearse
from tests.integration.reconcile.paper import NINE, REFERRED, TEN, TODAY, PaperPas, ers, out_of_order, pas, shown
from workflows.reconcile_appointments import reconcile_appointments

Rows = Sequence[dict[str, Any]]
YESTERDAY = datetime(2026, 11, 22, 9, 0)  # noqa: DTZ001 - a clinic's local time
CANCELLED_ON = date(2026, 11, 20)


def run(left: Rows, right: Rows, on: PaperPas | None = None, **params: Any) -> Rehearsal:
    bots: dict[type[Bot], Any] = {PracticePas: on or PaperPas()}
    given = {"today": TODAY, **params}
    result = rehearse(reconcile_appointments, {"ers": left, "pas": right}, bots=bots, params=given)
    assert result.totals.balance
    return result


def ending(left: Rows, right: Rows, on: PaperPas | None = None, **params: Any) -> str:
    (outcome,) = run(left, right, on, **params).outcomes.values()
    return outcome


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param([ers()], [pas()], "matched", id="both the same"),
        pytest.param([ers()], [], "ON_ERS_NOT_PAS", id="not in the PAS"),
        pytest.param([], [pas()], "ON_PAS_NOT_ERS", id="not in e-RS"),
        pytest.param([], [pas(None)], "ON_PAS_NOT_ERS", id="in the PAS without a UBRN"),
        pytest.param([ers(), ers()], [pas()], "DUPLICATE_UBRN", id="twice in e-RS"),
        pytest.param([ers()], [pas(), pas(appointment_time=TEN)], "DUPLICATE_UBRN", id="twice in the PAS"),
        pytest.param([ers()], [pas(attendance_code="4")], "CANCELLED_ONE_SIDE", id="cancelled in the PAS only"),
        pytest.param([ers(status="Cancelled")], [pas(attendance_code="2")], "matched", id="cancelled in both"),
        pytest.param(
            [ers(status="Cancelled")], [pas()], "CANCELLED_ONE_SIDE", id="cancelled in e-RS without a date"
        ),
        pytest.param(
            [ers(status="Cancelled", cancelled_on=CANCELLED_ON)],
            [pas(attendance_code="5", appointment_time=YESTERDAY)],
            "CANCELLED_ONE_SIDE",
            id="cancelled in e-RS and yet attended",
        ),
        pytest.param(
            [ers(worklist="Appointment Slot Issue", appointment_time=None, status="Not booked")],
            [pas()],
            "BOOKED_STILL_ON_WORKLIST",
            id="booked and still on the worklist",
        ),
        pytest.param([ers(appointment_time=YESTERDAY)], [pas()], "TIME_DIFFERS", id="into the past: not by a robot"),
        pytest.param(
            [ers()], [pas(appointment_time=YESTERDAY)], "TIME_DIFFERS", id="out of the past: not by a robot either"
        ),
        pytest.param(
            [ers(appointment_time=YESTERDAY)], [pas(appointment_time=YESTERDAY)], "PAST_NO_OUTCOME", id="past and open"
        ),
        pytest.param(
            [ers(appointment_time=YESTERDAY)],
            [pas(appointment_time=YESTERDAY, attendance_code="5")],
            "PAST_NO_OUTCOME",
            id="attended without an outcome",
        ),
        pytest.param(
            [ers(appointment_time=YESTERDAY)],
            [pas(appointment_time=YESTERDAY, attendance_code="5", outcome_code="1")],
            "matched",
            id="past and closed",
        ),
        pytest.param(
            [ers("000000000002", referral_date=date(2026, 10, 27))], [pas()], "FALLBACK_MATCH", id="three days apart"
        ),
    ],
)  # fmt: skip
def test_a_difference_ends_where_the_rules_say(left: Rows, right: Rows, expected: str) -> None:
    assert ending(left, right, PaperPas(shown())) == expected


def test_four_days_are_too_far_for_a_fallback_match_unless_the_job_says_so() -> None:
    left = [ers("000000000002", referral_date=date(2026, 10, 28))]

    three = run(left, [pas()])
    four = run(left, [pas()], fallback_days=4)

    assert sorted(three.outcomes.values()) == ["ON_ERS_NOT_PAS", "ON_PAS_NOT_ERS"]
    assert list(four.outcomes.values()) == ["FALLBACK_MATCH"]


def test_a_time_that_differs_is_moved_in_the_pas() -> None:
    paper = PaperPas(shown())

    result = run([ers(appointment_time=TEN)], [pas()], paper)

    assert list(result.outcomes.values()) == ["moved"]
    assert (paper.pages["A1"].starts_at, paper.written) == (TEN, ["A1"])
    assert [effect.before for effect in result.effects] == [{"starts_at": "2026-12-01T09:00:00"}]


def test_what_is_cancelled_in_ers_is_cancelled_in_the_pas_on_the_same_day() -> None:
    paper = PaperPas(shown())

    outcome = ending([ers(status="Cancelled", cancelled_on=CANCELLED_ON)], [pas()], paper)

    assert outcome == "cancelled"
    assert (paper.pages["A1"].attendance_code, paper.pages["A1"].cancelled_on) == ("2", CANCELLED_ON)


@pytest.mark.parametrize("since", [{"starts_at": YESTERDAY}, {"attendance_code": "2", "cancelled_on": TODAY}])
def test_what_changed_in_the_pas_since_the_extract_is_left_alone(since: dict[str, Any]) -> None:
    paper = PaperPas(shown(**since))

    outcome = ending([ers(appointment_time=TEN)], [pas()], paper)

    assert (outcome, paper.written) == ("STALE", [])


def test_an_appointment_moved_since_the_extract_is_not_cancelled() -> None:
    paper = PaperPas(shown(starts_at=TEN))

    outcome = ending([ers(status="Cancelled", cancelled_on=CANCELLED_ON)], [pas()], paper)

    assert (outcome, paper.written) == ("STALE", [])


@pytest.mark.parametrize(
    ("left", "since"),
    [
        (ers(appointment_time=TEN), {"starts_at": TEN}),
        (
            ers(status="Cancelled", cancelled_on=CANCELLED_ON),
            {"attendance_code": "4", "cancelled_on": REFERRED, "cancel_reason": "Clinic closed"},
        ),
    ],
)
def test_what_a_person_put_right_meanwhile_is_done(left: dict[str, Any], since: dict[str, Any]) -> None:
    paper = PaperPas(shown(**since))

    outcome = ending([left], [pas()], paper)

    assert (outcome, paper.written) == ("put right by a person", [])


def test_an_appointment_that_is_gone_from_the_pas_is_for_a_person() -> None:
    assert ending([ers(appointment_time=TEN)], [pas()], PaperPas()) == "STALE"


def test_a_pas_out_of_order_is_tried_again_and_then_reported() -> None:
    paper = PaperPas(shown())
    paper.before_write = out_of_order

    assert ending([ers(appointment_time=TEN)], [pas()], paper) == "TIMEOUT"


def test_what_the_trust_does_not_allow_is_for_a_person() -> None:
    paper = PaperPas(shown())

    outcome = ending([ers(appointment_time=TEN)], [pas()], paper, put_right="CANCELLED_ONE_SIDE")

    assert (outcome, paper.written) == ("TIME_DIFFERS", [])


@pytest.mark.parametrize("put_right", ["MATCHED", "TIME_DIFFERS,ON_ERS_NOT_PAS", "NONSENSE"])
def test_the_trust_can_allow_only_what_the_robot_can_do(put_right: str) -> None:
    with pytest.raises(UsageError, match="put_right"):
        run([ers()], [pas()], put_right=put_right)


def test_a_dry_run_writes_nothing_and_says_what_it_would() -> None:
    paper = PaperPas(shown())

    result = rehearse(reconcile_appointments, {"ers": [ers(appointment_time=TEN)], "pas": [pas()]},
                      bots={PracticePas: paper}, params={"today": TODAY}, dry_run=True)  # fmt: skip

    assert paper.written == []
    assert [(effect.state, effect.after) for effect in result.effects] == [
        ("planned", {"starts_at": "2026-12-01T10:00:00"})
    ]


def test_two_pas_rows_of_a_pathway_without_ubrn_are_one_case() -> None:
    result = run([], [pas(None), pas(None, appointment_time=TEN)])

    assert result.outcomes == {"pathway REN1": "DUPLICATE_UBRN"}


def test_a_row_at_nine_in_both_is_the_same_however_its_seconds_are_kept() -> None:
    assert ending([ers(appointment_time=NINE)], [pas(appointment_time=NINE.isoformat())]) == "matched"
