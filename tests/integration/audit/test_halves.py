"""A large record is checked in two processes, and they find what one finds."""

import pytest
from sqlalchemy import delete, update

from rpa.audit import Against, Verification, verify
from rpa.audit.halves import verify_large
from rpa.db.tables import chain, event, payload
from tests.integration.audit.conftest import Anchored, Attacker


@pytest.fixture
def runs(anchored: Anchored) -> list[str]:
    """Four jobs, the first three sealed one by one."""
    made = []
    for name in "abc":
        made.append(f"job-{anchored.sealed.work(name)}")
        anchored.seal()
    return [*made, f"job-{anchored.sealed.work('d')}"]


def both(anchored: Anchored) -> tuple[Verification, Verification]:
    database, against = anchored.sealed.bench.database, Against(anchored.sealed.keys.public(), anchored.sealing.anchors)
    return verify(database, against=against), verify_large(database, against=against, large=5)


def test_two_say_of_a_sound_record_what_one_says(anchored: Anchored, runs: list[str]) -> None:
    one, two = both(anchored)

    assert one.clean and two.clean and one.seals is not None and two.seals is not None
    assert (two.events, two.runs) == (one.events, one.runs) == (23, len(runs) + 1)
    assert (two.seals.sealed, two.seals.unsealed, two.seals.last, two.seals.newest, two.seals.anchored) == (
        one.seals.sealed, one.seals.unsealed, one.seals.last, one.seals.newest, one.seals.anchored,
    )  # fmt: skip


@pytest.mark.parametrize("where", range(4))
def test_change_is_found_in_whichever_half_it_is(
    anchored: Anchored, attacker: Attacker, runs: list[str], where: int
) -> None:
    changed = update(event).where(event.c.run == runs[where], event.c.seq == 3)
    attacker.do(changed.values(body=b"{}"))

    one, two = both(anchored)

    assert one.findings and str(two) == str(one)


@pytest.mark.parametrize("where", range(4))
def test_run_that_is_gone_or_has_another_end_is_found(
    anchored: Anchored, attacker: Attacker, runs: list[str], where: int
) -> None:
    attacker.do(update(chain).where(chain.c.run == runs[where]).values(head=bytes(32)))
    assert not any(found.clean for found in both(anchored))

    attacker.do(*(delete(one).where(one.c.run == runs[where]) for one in (payload, event, chain)))
    assert not any(found.clean for found in both(anchored))
