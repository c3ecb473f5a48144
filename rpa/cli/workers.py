"""`rpa workers`: who is alive, what each slot does, and a person's switch for each machine."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from cyclopts import App, Parameter

from rpa.cli.opening import opened
from rpa.cli.options import ASKED, COMMON, Asked, Common, Why
from rpa.cli.screen import print_json, print_table, say, when
from rpa.machines import MachinePause
from rpa.workers import AtWork

_HEADINGS = ("Machine", "Process", "Slot", "Does", "Since", "Last sign of life")


workers = App(name="workers", help="Show who is alive, and what each slot does; pause or resume a machine.")
Machine = Annotated[str, Parameter(name="MACHINE", help="The machine, as `rpa workers` names it.")]
Now = Annotated[bool, Parameter(help="End what is under way at its next step; its item goes back in the queue.")]


@workers.default
def listed(*, options: Common = COMMON) -> None:
    """Show who is alive, what each slot does and since when, and who has given no sign of life."""
    with opened(options.dir) as desk:
        found, now, pauses = desk.workers.at_work(), desk.leases.shared_now(), desk.machines.pauses()
        silent = now - 2 * desk.lease
        if options.json:
            print_json([_document(one, silent, pauses) for one in found])
            return
        if found:
            print_table(_HEADINGS, [_line(one, silent, found) for one in found], right=("Process", "Slot"))
        else:
            say("Nobody works. Start a worker with: rpa work")
        _tell_paused(pauses.values())


@workers.command
def pause(machine: Machine, /, *, why: Why, now: Now = False, options: Asked = ASKED) -> None:
    """Let the workers of a machine take no item until it is resumed, also those that are started there meanwhile."""
    with opened(options.dir) as desk:
        desk.machines.pause(machine, by=options.person, why=why, at_once=now)
        ends = "ends at its next step" if now else "is done first"
        _tell(machine, f"paused; what is under way there {ends}", paused=True, as_json=options.json)


@workers.command
def resume(machine: Machine, /, *, why: Why, options: Asked = ASKED) -> None:
    """Let the workers of a machine take items again."""
    with opened(options.dir) as desk:
        desk.machines.resume(machine, by=options.person, why=why)
        _tell(machine, "resumed", paused=False, as_json=options.json)


def _tell(machine: str, sentence: str, *, paused: bool, as_json: bool) -> None:
    if as_json:
        print_json({"machine": machine, "paused": paused})
    else:
        say(f"Machine {machine} is {sentence}.")


def _tell_paused(pauses: Collection[MachinePause]) -> None:
    for one in pauses:
        say(f"Machine {one.host} is {one}, since {when(one.paused_at)}.")


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


def _document(one: AtWork, silent: datetime, pauses: Mapping[str, MachinePause]) -> dict[str, Any]:
    return asdict(one) | {"silent": _is_silent(one, silent), "machine_paused": one.host in pauses}
