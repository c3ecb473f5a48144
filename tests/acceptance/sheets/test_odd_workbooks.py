"""Odd and damaged workbooks are read and given back right, or refused in one sentence; nothing crashes or hangs.

Where a folder `shared/spreadsheets` lies beside the repository, its workbooks are tried as well. Many more copies:
`python -m tests.acceptance.sheets FOLDER --mutants 50`.
"""

import resource
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rpa.connectors.spreadsheet.gate import DELIMITED, WORKBOOKS
from tests.acceptance.sheets.mutants import mutants
from tests.acceptance.sheets.rich import rich_workbook
from tests.acceptance.sheets.trial import try_file
from tests.integration.spreadsheet import books

SECONDS = 15
"""Time for damaged copies; as many as fit in."""
LEAST = 25
GIGABYTE_IN_KB = 1 << 20


@pytest.fixture(scope="module")
def odd_files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("made")
    rich_workbook(folder / "rich.xlsx")
    (folder / "plain.xlsx").write_bytes(books.book(books.table_xml(books.people(1))))
    (folder / "plain.csv").write_text("NHS number,Name\n9990000018,Plum\n", encoding="utf-8")
    beside = [parent / "shared" / "spreadsheets" for parent in Path(__file__).parents]
    found = [path for one in (folder, *beside) if one.is_dir() for path in sorted(one.iterdir())]
    return [path for path in found if path.suffix.lower() in WORKBOOKS | DELIMITED and path.name != "index.csv"]


def test_each_is_given_back_right_or_refused_in_one_sentence(odd_files: list[Path], tmp_path: Path) -> None:
    verdicts = {path.name: try_file(path, tmp_path / "back") for path in odd_files}

    assert {name: one.wrong for name, one in verdicts.items() if one.wrong} == {}
    assert [name for name, one in verdicts.items() if one.end == "returned"]


def test_damaged_copies_end_no_worker_and_take_no_more_than_their_time_and_memory(
    odd_files: list[Path], tmp_path: Path
) -> None:
    before, tried, until = _peak(), 0, time.monotonic() + SECONDS
    wrong = []

    for path, content in _damaged(odd_files):
        if time.monotonic() > until and tried >= LEAST:
            break
        mutant = tmp_path / path.name
        mutant.write_bytes(content)
        verdict = try_file(mutant, tmp_path / "back", damaged=True)
        tried += 1
        wrong += [(path.name, tried, one) for one in verdict.wrong]

    assert wrong == []
    assert tried >= LEAST
    assert _peak() - before < GIGABYTE_IN_KB


def _damaged(files: list[Path]) -> Iterator[tuple[Path, bytes]]:
    """Yield each file's first damaged copy, then each one's second, and so on."""
    makers = [(path, mutants(path.read_bytes(), 1_000)) for path in files if path.stat().st_size]
    while True:
        for path, copies in makers:
            yield path, next(copies)


def _peak() -> int:
    return sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
