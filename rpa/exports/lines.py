"""Writes entries as lines of JSON, for programs."""

from pathlib import Path
from typing import Any

import orjson

from rpa.exports.entries import Stored, read_entries
from rpa.exports.written import Order, Written, facts_of


def write_jsonl(order: Order, target: Path) -> Written:
    """Write a document for each entry, with the keys that `rpa audit show --json` has."""
    count = 0
    with target.open("wb") as file:
        for one in read_entries(order.connection, order.selection, payloads=order.payloads, tell=order.tell):
            file.write(orjson.dumps(_document(one, order)) + b"\n")
            count += 1
    return Written(count)


def _document(one: Stored, order: Order) -> dict[str, Any]:
    made = {
        "run": one.run,
        "entry": one.seq,
        "at": one.said["at"],
        "name": one.name,
        "actor": one.said["actor"],
        "item": one.said.get("item"),
        "attempt": one.said.get("attempt"),
        "subject": one.said.get("subject"),
        "facts": facts_of(one, order),
        "hash": one.hash.hex(),
    }
    if order.payloads:
        made["payload"] = None if one.content is None else orjson.loads(one.content)
    return made
