"""Writes what a comparison found as a workbook: totals, differences, and what a person has to look at."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rpa.connectors.spreadsheet import ReportColumn, ReportRow, ReportSheet, Tint, write_report
from rpa.reconcile.fields import Field
from rpa.reconcile.groups import Comparison, Kind
from rpa.reconcile.lines import Lines, in_words

MOST_LINES = 1_000_000
"""Lines of one sheet; Excel takes 1,048,576 rows."""
_MEANS = {
    Kind.SAME: ("Agree", "A pair; all that is compared agrees"),
    Kind.DIFFERENT: ("Differ", "A pair; see Differences"),
    Kind.MOVED: ("Date moved", "A pair whose date was moved; see Differences"),
    Kind.REPEATED: ("Duplicates", "Share what should be there once; see Duplicates"),
    Kind.ALIKE: ("Seem to belong together", "Nothing proves it; see For a person"),
    Kind.AMBIGUOUS: ("Can't be told apart", "Several seem to belong together; see For a person"),
    Kind.LEFT_ONLY: ("Only in {}", "No partner was found"),
    Kind.RIGHT_ONLY: ("Only in {}", "No partner was found"),
}


def write_comparison(target: Path, found: Comparison[Any, Any], *, title: str = "Comparison") -> None:
    """Write a workbook, whole or not at all: what `comparison_sheets` makes."""
    write_report(target, comparison_sheets(found, title=title))


def comparison_sheets(found: Comparison[Any, Any], *, title: str = "Comparison") -> list[ReportSheet]:
    """Return the sheets: summary, differences, only left, only right, duplicates, for a person, and fields."""
    lines = Lines(found)
    left, right = found.names
    lonely = "No partner was found for these rows; the last column says what was tried."
    pairs = found.of(Kind.DIFFERENT, Kind.MOVED)
    unsure = found.of(Kind.ALIKE, Kind.AMBIGUOUS)
    repeated = f"Rows that share what should be there once on each side: {found.passes[0].name}."
    return [
        _summary(found, title),
        *_pages("Differences", lines.columns_of_pairs, lines.of_pairs(pairs),
                "Pairs that were matched: one line for each field that differs."),
        *_pages(f"Only in {left}", lines.columns, lines.of_rows(found.of(Kind.LEFT_ONLY)), lonely),
        *_pages(f"Only in {right}", lines.columns, lines.of_rows(found.of(Kind.RIGHT_ONLY)), lonely),
        *_pages("Duplicates", lines.columns_of_groups, lines.of_groups(found.of(Kind.REPEATED)), repeated),
        *_pages("For a person", lines.columns_of_groups, lines.of_groups(unsure),
                "Rows with one number seem to belong together, and nothing proves it: decide, and correct the key."),
        *_unread_sheets(found),
        _fields(found),
    ]  # fmt: skip


def name_of(kind: Kind, names: tuple[str, str]) -> str:
    """Return what the sheets call a kind of group."""
    return _MEANS[kind][0].format(names[1] if kind is Kind.RIGHT_ONLY else names[0])


def _summary(found: Comparison[Any, Any], title: str) -> ReportSheet:
    totals = found.totals()
    counted = [
        ReportRow([name_of(kind, found.names), _MEANS[kind][1], *totals[kind]], _tint(kind, totals[kind]))
        for kind in Kind
    ]
    sums = [sum(count[side] for count in totals.values()) for side in (0, 1)]
    unread = [len(side) for side in found.unread]
    if any(unread):
        counted.append(ReportRow(["Could not be read", "In no class; see Could not be read", *unread], Tint.ATTENTION))
        sums = [sum(pair) for pair in zip(sums, unread, strict=True)]
    came_in = [sum(pair) for pair in zip(found.rows, unread, strict=True)]
    counted.append(ReportRow(["All of these", "The sum of the lines above", *sums], Tint.TOTAL))
    counted.append(ReportRow(["Rows that came in", "Counted before comparing", *came_in], Tint.TOTAL))
    counts = [ReportColumn(f"Rows in {name}", len(name) + 14) for name in found.names]
    columns = [ReportColumn("Class", 28), ReportColumn("Means", 48), *counts]
    note = "Every row of both tables is counted once: the classes add up to the rows that came in."
    return ReportSheet("Summary", columns, counted, title=title, note=note, facts=_facts(found))


def _unread_sheets(found: Comparison[Any, Any]) -> list[ReportSheet]:
    lines = [
        ReportRow([name, row.source.sheet, row.source.row, one.column, one.rule])
        for name, rows in zip(found.names, found.unread, strict=True)
        for row in rows
        for one in row.problems
    ]
    if not lines:
        return []
    columns: list[ReportColumn | str] = ["Table", "Sheet", "Row", "Column", ReportColumn("What is wrong", 60)]
    note = "Nothing can be said of these rows: correct them, and compare again."
    return [ReportSheet("Could not be read", columns, lines, title="Could not be read", note=note)]


def _facts(found: Comparison[Any, Any]) -> list[tuple[str, str]]:
    said = []
    for number, one in enumerate(found.passes, 1):
        said.append((f"Pass {number}", one.words if one.counts else f"{one.words} (for a person)"))
    return said


def _tint(kind: Kind, counts: tuple[int, int]) -> Tint:
    if not any(counts):
        return Tint.NONE
    return Tint.GOOD if kind is Kind.SAME else Tint.ATTENTION


def _fields(found: Comparison[Any, Any]) -> ReportSheet:
    counted = found.differing()
    shown = [[one.name, _rule(one), counted.get(one.name)] for one in found.fields]
    columns = [ReportColumn("Field", 24), ReportColumn("Agrees if", 60), ReportColumn("Pairs that differ", 22)]
    note = "What was compared, and in how many pairs it differs."
    return ReportSheet("Fields", columns, shown, title="Fields", note=note)


def _rule(one: Field) -> str:
    if not one.counts:
        return "not compared, only shown"
    rules = ["equal"]
    if one.clean is not None:
        rules.append(f"equal as {in_words(one.clean)}")
    if one.within is not None:
        rules.append(f"no more than {in_words(one.within)} apart")
    if one.agrees is not None:
        rules.append(f"{in_words(one.agrees)} says so")
    return ", or ".join(rules)


def _pages(name: str, columns: Sequence[ReportColumn | str], lines: Iterable[ReportRow],
           note: str) -> list[ReportSheet]:  # fmt: skip
    """Return a sheet, or several where the lines are more than one takes."""
    every = list(lines)
    parts = [every[start : start + MOST_LINES] for start in range(0, len(every), MOST_LINES)] or [[]]
    return [ReportSheet(name, columns, part, title=name, note=note) for part in parts]
