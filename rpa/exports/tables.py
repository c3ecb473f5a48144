"""Writes entries as a table, for people: a csv file or a workbook in which no cell is taken for a formula."""

import csv
from collections.abc import Iterator
from pathlib import Path

import orjson

from rpa.clock import local
from rpa.connectors.spreadsheet.listing import write_listing
from rpa.exports.entries import Stored, read_entries
from rpa.exports.written import Order, Written, facts_of

_HEADINGS = ("Run", "Entry", "Time (UK)", "Time (UTC)", "Event", "Who", "Kind of who", "Item", "Attempt", "Subject",
             "Facts", "Hash")  # fmt: skip
_PAYLOAD = "Details"
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - Excel takes these too
"""What a program may take for the beginning of a formula (OWASP, CSV injection)."""


def write_csv(order: Order, target: Path) -> Written:
    """Write a csv file as Excel opens it: UTF-8 with its mark, every cell in quotes."""
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file, quoting=csv.QUOTE_ALL)
        table.writerow(_headings(order))
        count = 0
        for cells in _rows(order):
            table.writerow(map(harmless, cells))
            count += 1
    return Written(count)


def write_xlsx(order: Order, target: Path) -> Written:
    """Write a workbook whose cells are all texts."""
    return Written(write_listing(target, "Record", _headings(order), _rows(order)))


def harmless(text: str) -> str:
    """Return a text that no program takes for a formula: an apostrophe comes before one that begins like it."""
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text


def _headings(order: Order) -> list[str]:
    return [*_HEADINGS, _PAYLOAD] if order.payloads else [*_HEADINGS]


def _rows(order: Order) -> Iterator[list[str]]:
    for one in read_entries(order.connection, order.selection, payloads=order.payloads, tell=order.tell):
        cells = _cells(one, order)
        yield [*cells, (one.content or b"").decode()] if order.payloads else cells


def _cells(one: Stored, order: Order) -> list[str]:
    actor = one.said["actor"]
    at = f"{local(one.at):%d/%m/%Y %H:%M:%S}"
    numbers = ("" if one.said.get(name) is None else str(one.said[name]) for name in ("item", "attempt", "subject"))
    facts = orjson.dumps(facts_of(one, order)).decode()
    return [one.run, str(one.seq), at, one.said["at"], one.name, actor["name"], actor["kind"], *numbers, facts,
            one.hash.hex()]  # fmt: skip
