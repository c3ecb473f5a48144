"""Which payloads may be missing, held against the plain rule for every run there can be."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rpa.audit.erased import Payloads, merged

SIZE = 30
RANGES = st.lists(st.tuples(st.integers(1, SIZE), st.integers(0, 5)).map(lambda one: (one[0], one[0] + one[1])))


@given(RANGES)
def test_merged_ranges_hold_the_same_entries_in_fewer_that_do_not_touch(ranges: list[tuple[int, int]]) -> None:
    result = merged(ranges)

    assert {seq for first, last in result for seq in range(first, last + 1)} == {
        seq for first, last in ranges for seq in range(first, last + 1)
    }
    assert all(one[1] + 1 < other[0] for one, other in pairwise(result))


@given(st.sets(st.integers(1, SIZE)), st.sets(st.integers(1, SIZE)), st.lists(st.tuples(st.integers(1, SIZE), RANGES)))
def test_first_wrong_payload_is_that_of_the_plain_rule(
    missing: set[int], others: set[int], erasures: list[tuple[int, list[tuple[int, int]]]]
) -> None:
    there = others - missing
    payloads = Payloads()
    for seq in range(1, SIZE + 1):
        for _, ranges in (one for one in erasures if one[0] == seq):
            assert payloads.erased(seq, {"entries": ranges})
        if seq in missing:
            payloads.missing(seq)
        if seq in there:
            payloads.there(seq)

    found = payloads.first_wrong()

    gone = {seq for at, ranges in erasures for first, last in ranges for seq in range(first, last + 1) if seq < at}
    wrong = min((missing - gone) | (there & gone), default=None)
    assert (None if found is None else found[0]) == wrong
