"""`rpa workers`: who is alive, and what each slot does."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rpa.cli.opening import opened
from rpa.cli.options import COMMON, Common
from rpa.cli.screen import print_json, print_table, say, when
from rpa.workers import AtWork

_HEADINGS = ("Machine", "Process", "Slot", "Does", "Since", "Last sign of life")


def workers(*, options: Common = COMMON) -> None:
    """Show who is alive, what each slot does and since when, and who has given no sign of life."""
    with opened(options.dir) as desk:
        found, now = desk.workers.at_work(), desk.leases.shared_now()
        silent = now - 2 * desk.lease
        if options.json:
            print_json([_document(one, silent) for one in found])
        elif not found:
            say("Nobody works. Start a worker with: rpa work")
        else:
            print_table(_HEADINGS, [_line(one, silent, found) for one in found], right=("Process", "Slot"))


def _line(one: AtWork, silent: datetime, others: Sequence[AtWork]) -> tuple[str, ...]:
    return (one.host, str(one.pid), str(one.slot or ""), _does(one, others), when(one.claimed_at or one.started_at),
            _sign(one, silent))  # fmt: skip


def _does(one: AtWork, others: Sequence[AtWork]) -> str:
    if one.item_id is not None:
        return f"item {one.item_id} of job {one.job_id}, {one.workflow}"
    if one.slot is not None:
        return "waits"
    slots = sum(other.parent == one.id for other in others)
    return f"supervises {slots} slot{'' if slots == 1 else 's'}" if slots else "works alone"


def _sign(one: AtWork, silent: datetime) -> str:
    said = when(one.seen_at)
    if one.is_gone:
        return f"{said}: has ended without saying so"
    return f"{said}: silent" if _is_silent(one, silent) else said


def _is_silent(one: AtWork, silent: datetime) -> bool:
    return one.seen_at is None or one.seen_at < silent


def _document(one: AtWork, silent: datetime) -> dict[str, Any]:
    return asdict(one) | {"silent": _is_silent(one, silent)}
