"""Writes entries as an XES log for process mining (IEEE 1849): a trace for each item, an event for each entry of it.

What belongs to no item, such as the submission of a job, is in none of its traces; the OCEL form has it.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from lxml import etree

from rpa.exports.entries import Stored, read_by_item
from rpa.exports.written import Order, Written, facts_of

_NO_PREFIX: Any = {None: "http://www.xes-standard.org/"}  # the default name space, which the stubs do not know
_SPACE = "http://www.xes-standard.org/"
_EXTENSIONS = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
)
_TRANSITIONS = {
    "claimed": "start",
    "intended": "start",
    "deferred": "suspend",
    "retry_planned": "suspend",
    "rescued": "suspend",
    "retried": "schedule",
    "failed": "ate_abort",
    "absent": "ate_abort",
    "in_doubt": "ate_abort",
    "cancelled": "withdraw",
}
"""What an event is in the standard's transactional life cycle, by its last word; every other completes."""
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML can't hold."""


def write_xes(order: Order, target: Path) -> Written:
    """Write a log, item by item."""
    count = 0
    with etree.xmlfile(str(target), encoding="utf-8") as file:
        file.write_declaration()
        with file.element("log", {"xes.version": "1.0", "xes.features": ""}, nsmap=_NO_PREFIX):
            _write_head(file)
            for item, entries in read_by_item(order.connection, order.selection, payloads=order.payloads):
                if entries:
                    file.write(_trace(item, entries, order), pretty_print=True)
                count += len(entries)
    return Written(count)


def _write_head(file: Any) -> None:
    """Declare what the attributes mean, and which every trace and event has."""
    for name, prefix, uri in _EXTENSIONS:
        file.write(_node("extension", name=name, prefix=prefix, uri=uri))
    every_trace, every_event = _node("global", scope="trace"), _node("global", scope="event")
    every_trace.append(_attribute("concept:name", ""))
    for name in ("concept:name", "org:resource", "lifecycle:transition"):
        every_event.append(_attribute(name, ""))
    every_event.append(_attribute("time:timestamp", "1970-01-01T00:00:00.000+00:00", kind="date"))
    file.write(every_trace, pretty_print=True)
    file.write(every_event, pretty_print=True)
    file.write(_node("classifier", name="Event", keys="concept:name lifecycle:transition"), pretty_print=True)


def _trace(item: int, entries: list[Stored], order: Order) -> etree._Element:
    trace = _node("trace")
    trace.append(_attribute("concept:name", f"item-{item}"))
    trace.append(_attribute("rpa:run", entries[0].run))
    for one in entries:
        trace.append(_event(one, order))
    return trace


def _event(one: Stored, order: Order) -> etree._Element:
    made = _node("event")
    told: Mapping[str, Any] = {
        "concept:name": one.name,
        "org:resource": one.said["actor"]["name"],
        "org:role": one.said["actor"]["kind"],
        "lifecycle:transition": _TRANSITIONS.get(one.name.rpartition(".")[2], "complete"),
        "rpa:entry": one.place,
        "rpa:hash": one.hash.hex(),
        "rpa:subject": one.said.get("subject"),
        "rpa:details": None if one.content is None else one.content.decode(),
    } | {f"rpa:{name}": value for name, value in facts_of(one, order).items()}
    made.append(_attribute("time:timestamp", one.at.isoformat(timespec="milliseconds"), kind="date"))
    for name, value in told.items():
        if value is not None:
            made.append(_attribute(name, value if isinstance(value, str) else orjson.dumps(value).decode()))
    return made


def _attribute(name: str, value: str, *, kind: str = "string") -> etree._Element:
    return _node(kind, key=_UNFIT.sub("\ufffd", name), value=_UNFIT.sub("\ufffd", value))


def _node(tag: str, **attributes: str) -> etree._Element:
    return etree.Element(f"{{{_SPACE}}}{tag}", attributes, nsmap=_NO_PREFIX)
