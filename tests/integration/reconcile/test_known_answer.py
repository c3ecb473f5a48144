"""The practice clinic's extracts, whose differences are known, through reading, matching and planning."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

import pytest

from rpa.connectors.spreadsheet import Table
from rpa.demo.clinic.seeding import seed
from rpa.demo.extracts import Extracts, make_extracts
from rpa.planning import cases_of, check_params, name_files, read_tables
from workflows._appointments import Fix
from workflows.reconcile_appointments import reconcile_appointments

TODAY = date(2026, 11, 23)
Tables = Mapping[str, Table]  # type: ignore[type-arg]


@pytest.fixture(scope="module")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> Extracts:
    folder = tmp_path_factory.mktemp("clinic")
    seed(folder / "clinic.db", today=TODAY)
    return make_extracts(folder / "clinic.db", folder / "extracts", today=TODAY)


@pytest.fixture(scope="module")
def tables(extracts: Extracts) -> Tables:
    return read_tables(
        reconcile_appointments, name_files(reconcile_appointments, [str(extracts.ers), str(extracts.pas)])
    )


def test_every_planted_difference_is_found_in_its_class_and_nothing_else(extracts: Extracts, tables: Tables) -> None:
    params = check_params(reconcile_appointments, {})

    cases = cases_of(reconcile_appointments, tables, params, today=TODAY)

    found = defaultdict(set)
    for case in cases:
        found[case.row.difference.value].add(case.row.key)
    expected = {name: set(ubrns) for name, ubrns in extracts.planted.items()}
    expected["TIME_DIFFERS"] |= expected.pop("STALE")  # seen only when the appointment is opened in the PAS
    assert found == expected


def test_every_planted_bad_cell_is_rejected_with_its_row_and_column(extracts: Extracts, tables: Tables) -> None:
    rejected = {
        (row.source.input, row.source.sheet, row.source.row, problem.column)
        for table in tables.values()
        for row in table.rejected
        for problem in row.problems
    }

    assert rejected == {(one.extract, one.sheet, one.row, one.column) for one in extracts.rejected}
    assert (tables["ers"].rows_in, tables["pas"].rows_in) == (extracts.ers_rows, extracts.pas_rows)


def test_the_robot_gets_what_it_may_write_and_a_person_all_the_rest(tables: Tables) -> None:
    params = check_params(reconcile_appointments, {})

    cases = cases_of(reconcile_appointments, tables, params, today=TODAY)

    robots: list[Fix] = [case.row for case in cases if case.code is None and case.outcome is None]
    assert {(fix.difference.value, fix.ers[0].is_cancelled) for fix in robots} == {
        ("TIME_DIFFERS", False),
        ("CANCELLED_ONE_SIDE", True),
    }
    assert {case.code for case in cases if case.outcome is None} >= {"DUPLICATE_UBRN", "FALLBACK_MATCH"}
    assert sum(len(case.of) for case in cases) == sum(map(len, tables.values()))


def test_with_nothing_allowed_every_difference_is_for_a_person(tables: Tables) -> None:
    params = check_params(reconcile_appointments, {"put_right": ""})

    cases = cases_of(reconcile_appointments, tables, params, today=TODAY)

    assert all(case.code or case.outcome == "matched" for case in cases)
