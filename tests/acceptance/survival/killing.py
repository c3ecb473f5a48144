"""Two workers of two slots each, killed at one boundary: a slot of the one on either side of it, the other whole."""

from tests.acceptance.survival.office import Office
from tests.acceptance.survival.practice import Practice
from tests.acceptance.survival.proof import prove_all_done
from tests.acceptance.survival.running import KILLED


def prove_that_kills_do_no_harm(office: Office, practice: Practice, one: str, other: str) -> None:
    """Let a slot die at one place and its neighbour at the other, there also a whole worker; prove that all is done."""
    visits = practice.take(4)
    fates = [f"slot@{one}", f"slot@{other}", f"worker@{other}"]
    lasting = office.start(*fates[:2], slots=2, until_idle=False)
    dying = office.start(fates[2], slots=2, until_idle=False)
    # All wait for work, so each gets an item; at the very first commit nobody needs one.
    office.await_slots(4, unless=lambda: all(map(office.has_met, fates)))

    job_id = office.submit(visits)
    office.await_end_of_work()
    # Where slots begin late, all three may have come upon the same item: then a person steps in, as is the rule.
    if office.retry_what_crashed():
        office.await_end_of_work()

    assert (lasting.stop(), dying.stop()) == (0, KILLED), office.printed
    assert all(map(office.has_met, fates))
    prove_all_done(office, job_id, visits)
