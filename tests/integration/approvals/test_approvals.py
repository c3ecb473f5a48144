"""Who may approve a plan, and what no hand in the database can put in the place of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import Executable, delete, insert, select, update

from rpa.approvals import Approvals, ChangeSet, Signer, change_set_of
from rpa.audit import Pseudonyms, Trail
from rpa.db.approval_tables import approval
from rpa.db.tables import effect
from rpa.exceptions import NotApproved, UsageError
from rpa.models import NewItem, RowRef, Submission, Write
from rpa.states import EffectState
from tests.integration.conftest import PERSON, Bench

OTHER = "B. Second"
WORDS = "purple kettle meadow"
KEYS = Pseudonyms(b"k" * 32).key_for
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Office:
    """A plan that is done, and those who decide about plans."""

    bench: Bench
    approvals: Approvals
    job_id: int

    @property
    def plan(self) -> ChangeSet:
        return change_set_of(self.bench.views, self.job_id)

    def signer(self, name: str = OTHER) -> Signer:
        return self.approvals.approvers.sign_in(name, f"{WORDS} {name}")

    def let_in(self, name: str) -> None:
        voucher = None if name == OTHER else self.signer()
        self.approvals.approvers.add(name, f"{WORDS} {name}", by=PERSON, voucher=voucher)

    def approve(self, by: str = OTHER) -> None:
        self.approvals.approve(self.plan, by=self.signer(by), holds=DAY)

    def do(self, *statements: Executable) -> None:
        with self.bench.database.transaction() as connection:
            for one in statements:
                connection.execute(one)


@pytest.fixture
def office(bench: Bench) -> Office:
    items = [NewItem(key, {"value": key}, [RowRef("sheet", "S", row)]) for row, key in enumerate(("a", "b"), 2)]
    job_id = bench.queue.submit(Submission("tidy_up", "1", PERSON, items, dry_run=True))
    for key in ("a", "b"):
        claim = bench.claim()
        bench.journal(claim).note(Write("change", f"phone of {key}", {"is": "0"}, {"is": "1"}), EffectState.PLANNED)
        bench.finish(claim)
    made = Office(bench, Approvals(bench.database, bench.journals.record, bench.clock, key_for=KEYS), job_id)
    made.let_in(OTHER)
    return made


def test_plan_approved_by_another_person_holds_and_the_record_says_for_what(office: Office) -> None:
    office.approve()

    held = office.approvals.check(office.plan)

    (told,) = Trail(office.bench.database).of_run(f"job-{office.job_id}", names=("job.approved",))
    assert (held.by, held.changes) == (OTHER, 2)
    said = told.actor.name, told.facts["changes"], told.facts["count"]
    assert said == (OTHER, office.approvals.digest(office.plan), 2)


@pytest.mark.parametrize("name", [PERSON.name, f" {PERSON.name.upper()} "])
def test_who_asked_can_not_approve_whatever_the_spelling(office: Office, name: str) -> None:
    office.let_in(name)

    with pytest.raises(UsageError, match="expected somebody else to decide about it"):
        office.approve(name)

    with pytest.raises(NotApproved, match="nobody has approved job 1 yet"):
        office.approvals.check(office.plan)


def test_plan_is_decided_once(office: Office) -> None:
    office.let_in("C. Third")
    office.approvals.reject(office.plan, by=office.signer(), why="Two of them have died.")

    with pytest.raises(UsageError, match=r"B\. Second rejected job 1 before"):
        office.approve("C. Third")

    with pytest.raises(NotApproved, match=r"B\. Second rejected job 1"):
        office.approvals.check(office.plan)


def test_rejection_needs_a_reason_which_can_be_erased(office: Office) -> None:
    with pytest.raises(UsageError, match="found no reason"):
        office.approvals.reject(office.plan, by=office.signer(), why=" ")

    office.approvals.reject(office.plan, by=office.signer(), why="Two of them have died.")

    (told,) = Trail(office.bench.database).of_run(f"job-{office.job_id}", names=("job.rejected",))
    assert told.payload == {"why": "Two of them have died."}
    assert "died" not in str(told.facts)


def test_approval_expires(office: Office) -> None:
    office.approve()

    office.bench.clock.pass_by(seconds=DAY.total_seconds())

    with pytest.raises(NotApproved, match="has expired"):
        office.approvals.check(office.plan)


def change_what_is_planned(office: Office) -> None:
    office.do(update(effect).where(effect.c.id == 1).values(after={"is": "2"}))


def plan_one_less(office: Office) -> None:
    office.do(delete(effect).where(effect.c.id == 2))


def let_it_hold_longer(office: Office) -> None:
    office.do(update(approval).values(until=office.bench.clock.now() + 100 * DAY))


def turn_a_rejection_round(office: Office) -> None:
    office.do(update(approval).values(decision="rejected"))


def name_somebody_else(office: Office) -> None:
    office.do(update(approval).values(decided_by="D. Innocent"))


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        (change_what_is_planned, "is not what job 1 would change now"),
        (plan_one_less, "is not what job 1 would change now"),
        (let_it_hold_longer, "was not given by rpa, or was changed since"),
        (turn_a_rejection_round, "was not given by rpa, or was changed since"),
        (name_somebody_else, "was not given by rpa, or was changed since"),
    ],
)
def test_what_was_changed_after_the_approval_is_not_covered_by_it(
    office: Office, attack: Callable[[Office], None], said: str
) -> None:
    office.approve()

    attack(office)

    with pytest.raises(NotApproved, match=said):
        office.approvals.check(office.plan)


def test_approval_put_into_the_table_by_hand_does_not_hold(office: Office) -> None:
    now = office.bench.clock.now()
    values = {"job_id": office.job_id, "decision": "approved", "digest": "0" * 64, "changes": 2, "decided_by": "X",
              "decided_at": now, "until": now + DAY, "signature": "0" * 128, "mark": bytes(32)}  # fmt: skip

    office.do(insert(approval).values(**values))

    with pytest.raises(NotApproved, match="was not given by rpa"):
        office.approvals.check(office.plan)


def test_approval_of_one_plan_copied_to_another_does_not_hold(office: Office) -> None:
    office.approve()
    again = [NewItem("a", {"value": "a"}, [RowRef("sheet", "S", 2)])]
    other = office.bench.queue.submit(Submission("tidy_up", "1", PERSON, again, dry_run=True))
    claim = office.bench.claim()
    office.bench.journal(claim).note(Write("change", "phone of a", {"is": "0"}, {"is": "1"}), EffectState.PLANNED)
    office.bench.finish(claim)
    with office.bench.database.reading() as connection:
        row = dict(connection.execute(select(approval)).mappings().one())

    office.do(insert(approval).values(**(row | {"job_id": other})))

    with pytest.raises(NotApproved, match="was not given by rpa"):
        office.approvals.check(change_set_of(office.bench.views, other))


def test_approval_the_record_does_not_tell_of_does_not_hold(office: Office) -> None:
    office.approve()
    real = office.approvals.decision(office.job_id)
    assert real is not None
    office.let_in("C. Third")
    said = replace(real, by="C. Third")
    twin = replace(said, signature=office.signer("C. Third").sign(*said.said))

    # even with the key, and by an approver who had a passphrase to sign with
    values = {"decided_by": twin.by, "signature": twin.signature, "mark": twin.mark(KEYS("approvals"))}
    office.do(update(approval).values(**values))

    with pytest.raises(NotApproved, match="expected somebody else"):
        office.approvals.check(office.plan)


def test_who_has_every_key_of_the_machine_can_not_sign_for_an_approver(office: Office) -> None:
    office.let_in("C. Third")
    office.approve("C. Third")
    real = office.approvals.decision(office.job_id)
    assert real is not None
    twin = replace(real, by=OTHER)

    office.do(update(approval).values(decided_by=twin.by, mark=twin.mark(KEYS("approvals"))))

    with pytest.raises(NotApproved, match=r"that is not what B\. Second has signed"):
        office.approvals.check(office.plan)


def test_approval_of_somebody_who_was_let_out_holds_no_longer(office: Office) -> None:
    office.let_in("C. Third")
    office.approve("C. Third")

    office.approvals.approvers.remove("c. third", by=office.signer())

    with pytest.raises(NotApproved, match=r"C\. Third is not among those who may approve any longer"):
        office.approvals.check(office.plan)


def test_plan_that_changes_nothing_has_nothing_to_approve(bench: Bench, office: Office) -> None:
    empty = [NewItem("c", {"value": "c"}, [RowRef("sheet", "S", 2)])]
    job_id = bench.queue.submit(Submission("tidy_up", "1", PERSON, empty, dry_run=True))
    bench.finish(bench.claim())

    with pytest.raises(UsageError, match=f"job {job_id} would change nothing"):
        office.approvals.approve(change_set_of(bench.views, job_id), by=office.signer(), holds=DAY)


def test_job_that_writes_is_no_plan(bench: Bench) -> None:
    job_id = bench.submit("a")

    with pytest.raises(UsageError, match="is no dry run"):
        change_set_of(bench.views, job_id)


def test_plan_that_is_not_done_can_not_be_approved(bench: Bench) -> None:
    waiting = [NewItem("c", {"value": "c"}, [RowRef("sheet", "S", 2)])]
    job_id = bench.queue.submit(Submission("tidy_up", "1", PERSON, waiting, dry_run=True))

    with pytest.raises(UsageError, match="still has 1 items that wait"):
        change_set_of(bench.views, job_id)


def test_digest_says_nothing_to_who_has_no_key(office: Office) -> None:
    plan = office.plan

    assert plan.digest(b"one key") != plan.digest(b"another")
    assert office.approvals.digest(plan) == office.approvals.digest(office.plan)
