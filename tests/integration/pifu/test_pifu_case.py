"""One patient's pathways on a real queue, with a PAS on paper that does as it is told, or not."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from rpa.bots import PifuPathway, PracticePas, Task
from rpa.exceptions import SystemException
from rpa.testing import Rehearsal, rehearse
from tests.unit.pifu.rows import TODAY, pifu_row, shown
from workflows.list_pifu_reviews import list_pifu_reviews

KEY = "9990000018 Larch, haematology"


def nothing() -> None:
    """Happen at no time."""


@dataclass
class PaperPas:
    """Pathways and tasks on paper; something may happen before and after a task is written down."""

    pathways: dict[str, PifuPathway]
    made: list[Task] = field(default_factory=list)
    before: Callable[[], None] = nothing
    after: Callable[[], None] = nothing

    def pifu(self, referral: str) -> PifuPathway:
        return self.pathways[referral]

    def tasks(self, *, nhs_number: str, team: str) -> list[Task]:
        return [one for one in self.made if (one.nhs_number, one.team) == (nhs_number, team)]

    def make_task(self, referral: str, *, team: str, due_on: date, text: str) -> None:
        self.before()
        number = self.pathways[referral].patient.nhs_number
        self.made.append(Task(f"T{len(self.made)}", referral, number, team, due_on, text, None))
        self.after()

    def correct(self, referral: str, **values: Any) -> None:
        """Do what a clerk does by hand."""
        self.pathways[referral] = replace(self.pathways[referral], **values)


def a_pas(**second: Any) -> PaperPas:
    return PaperPas({"R1": shown(), "R2": shown(referral="R2", pathway="REN2", **second)})


def rehearsed(pas: PaperPas, *numbers: int) -> Rehearsal:
    rows = [pifu_row(number).model_dump(exclude={"source", "resubmit"}) for number in numbers]
    return rehearse(list_pifu_reviews, {"pifu": rows}, bots={PracticePas: pas}, params={"today": TODAY.isoformat()})


def refuse() -> None:
    raise SystemException("the system did not answer", "TIMEOUT")


def test_pathway_that_changed_is_for_a_person_and_the_other_still_gets_its_task() -> None:
    pas = a_pas(ends_on=date(2027, 6, 1))

    run = rehearsed(pas, 1, 2)

    assert run.outcomes == {KEY: "STALE"}
    assert [task.text for task in pas.made] == ["PIFU review due: REN1 (ends 14/12/2026)"]


def test_pathway_that_has_a_task_is_not_named_in_the_next_one() -> None:
    pas = a_pas()
    pas.made.append(Task("T", "R1", "9990000018", "Larch, haematology", TODAY, "REN1 (ends 14/12/2026)", TODAY))

    rehearsed(pas, 1, 2)

    assert [task.text for task in pas.made[1:]] == ["PIFU review due: REN2 (ends 14/12/2026)"]


def test_task_that_was_saved_behind_an_error_is_not_made_again() -> None:
    pas = a_pas()
    pas.after = refuse

    run = rehearsed(pas, 1)

    assert (run.outcomes, len(pas.made)) == ({KEY: "task made"}, 1)


def test_pathway_that_was_reviewed_before_the_next_attempt_gets_no_task() -> None:
    pas = a_pas()

    def reviewed_meanwhile() -> None:
        pas.correct("R1", reviewed_on=TODAY)
        refuse()

    pas.before = reviewed_meanwhile

    run = rehearsed(pas, 1)

    assert (run.outcomes, pas.made) == ({KEY: "reviewed since"}, [])
    assert run.record.clean and "intended" not in [str(one.state) for one in run.effects]
