"""Whatever arrives is read right or refused in one sentence, in bounded time and memory."""

import resource
import time
from pathlib import Path

import pytest

from rpa.connectors.spreadsheet import Table, read_table
from rpa.exceptions import InputRefused
from tests.integration.spreadsheet.conftest import Referral
from tests.integration.spreadsheet.corpus import Case, Expected, corpus

CASES = corpus()
SECONDS = 20
GIGABYTE_IN_KB = 1 << 20


def _peak() -> int:
    """Return the most memory this process and the largest of its ended children had, in KB."""
    return sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_file_is_read_right_or_refused_in_one_sentence(case: Case, tmp_path: Path) -> None:
    path = tmp_path / case.name
    path.write_bytes(case.make())
    before, started = _peak(), time.monotonic()

    try:
        found: Table[Referral] | str = read_table(path, Referral)
    except InputRefused as refusal:
        found = str(refusal)

    assert time.monotonic() - started < SECONDS
    assert _peak() - before < GIGABYTE_IN_KB
    if isinstance(found, str):
        assert case.expected is not Expected.READ, found
        assert found.startswith(case.name)
        assert "\n" not in found
        assert len(found) < 400
        assert "Traceback" not in found
    else:
        assert case.expected is not Expected.REFUSED, found
        if case.expected is not Expected.SURVIVED:
            _assert_as_written(found, case)


def test_corpus_is_large_and_every_name_is_its_own() -> None:
    names = [case.name for case in CASES]

    assert len(names) >= 500
    assert len(set(names)) == len(names)


def _assert_as_written(table: Table[Referral], case: Case) -> None:
    written = dict(enumerate(case.rows, case.top + 1))
    for row in table.rows:
        person = written[row.source.row]
        assert (row.nhs_number, row.name, row.referred, row.count) == (
            person.nhs_number,
            person.name,
            person.referred,
            person.count,
        )
    if case.expected is Expected.READ:
        assert len(table.rows) == len(case.rows)
        assert table.rejected == ()
        assert table.header_row == case.top
