"""Which faults say something about a system, so that it is left alone after too many."""

import pytest

from rpa.codes import LIBRARY_CODES
from rpa.gates import counts

OF_THE_ROBOT = {
    "UNEXPECTED", "NOT_SET_UP", "ROW_CHANGED", "IN_DOUBT", "CRASHES_WORKER", "BROWSER_CRASHED", "BROWSER_MISSING",
}  # fmt: skip


@pytest.mark.parametrize("code", sorted(OF_THE_ROBOT))
def test_fault_of_our_own_side_does_not_count(code: str) -> None:
    assert code in LIBRARY_CODES and not counts(code)


@pytest.mark.parametrize("code", sorted(LIBRARY_CODES.keys() - OF_THE_ROBOT))
def test_every_other_fault_the_library_knows_counts(code: str) -> None:
    assert counts(code)


@pytest.mark.parametrize("code", ["HTTP_503", "FIELD_NOT_FOUND", "PAGE_UNEXPECTED", "A_CODE_OF_THE_AUTHOR"])
def test_fault_of_an_unlisted_kind_counts(code: str) -> None:
    assert counts(code)
