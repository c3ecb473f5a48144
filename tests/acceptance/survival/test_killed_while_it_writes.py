"""`kill -9` at every boundary of a run from its first write on: before and after each commit, and behind each form."""

import pytest

from tests.acceptance.survival.commits import Commit
from tests.acceptance.survival.killing import prove_that_kills_do_no_harm
from tests.acceptance.survival.office import Office
from tests.acceptance.survival.practice import Practice

pytestmark = pytest.mark.timeout(1200)

COMMITS = [(f"before:{one:d}", f"after:{one:d}") for one in Commit if one >= Commit.INTENDED]
FORMS = [("written:1", "written:2"), ("written:2", "written:1")]


@pytest.mark.slow
@pytest.mark.parametrize(("one", "other"), [*COMMITS, *FORMS])
def test_slots_and_worker_killed_while_they_write_lose_nothing_and_repeat_nothing(
    shared_office: Office, practice: Practice, one: str, other: str
) -> None:
    prove_that_kills_do_no_harm(shared_office, practice, one, other)
