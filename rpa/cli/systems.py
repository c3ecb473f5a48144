"""`rpa systems`, `rpa pause` and `rpa resume`: which target systems are in use, and a person's switch for each."""

from collections.abc import Sequence
from typing import Annotated, Any

from cyclopts import Parameter

from rpa.cli.opening import opened
from rpa.cli.options import ASKED, COMMON, Asked, Common, Why
from rpa.cli.screen import print_json, print_table, say
from rpa.desk import Desk
from rpa.gates import Seat, SystemState

Name = Annotated[str, Parameter(name="SYSTEM", help="Name of the system, as `rpa systems` lists it.")]


def systems(*, options: Common = COMMON) -> None:
    """List the target systems: which are in use, which are not and why, and how many items wait for each."""
    with opened(options.dir) as desk:
        with desk.database.reading() as connection:
            states = desk.gates.states(connection)
        found = [(one, desk.views.open_items(_workflows(desk, one.name))) for one in states]
        if options.json:
            print_json([_document(one, waiting) for one, waiting in found])
        elif not found:
            say(f"No system is registered. Add [systems.NAME] with its address to rpa.toml in {desk.settings.dir}.")
        else:
            headings = ("System", "State", "Sessions", "Faults in a row", "Items open")
            print_table(headings, [_line(*one) for one in found], right=headings[3:])


def pause(system: Name, /, *, why: Why, options: Asked = ASKED) -> None:
    """Let no item act in a system until it is resumed. Items wait, and lose no attempt; one under way is finished."""
    with opened(options.dir) as desk:
        with desk.database.transaction() as connection:
            desk.gates.pause(connection, system, by=options.person, why=why)
        _tell(desk, system, "Items wait for it from now on.", as_json=options.json)


def resume(system: Name, /, *, why: Why, options: Asked = ASKED) -> None:
    """Put a system back in use that was paused, or that was left alone after too many faults."""
    with opened(options.dir) as desk:
        with desk.database.transaction() as connection:
            desk.gates.resume(connection, system, by=options.person, why=why)
            desk.database.notify(connection)
        _tell(desk, system, "It was resumed.", as_json=options.json)


def _workflows(desk: Desk, system: str) -> list[str]:
    return [one.name for one in desk.workflows if system in {bot.system_name for bot in one.options.uses}]


def _tell(desk: Desk, system: str, sentence: str, *, as_json: bool) -> None:
    with desk.database.reading() as connection:
        state = next(one for one in desk.gates.states(connection) if one.name == system)
    if as_json:
        print_json({"system": system, "open": state.why_not is None, "why": state.why_not})
    else:
        say(f"{sentence} {system} is {state.why_not or 'open'}.")


def _document(one: SystemState, waiting: int) -> dict[str, Any]:
    sessions = [{"worker": seat.worker, "host": seat.host, "slot": seat.slot, "since": seat.taken_at}
                for seat in one.seats]  # fmt: skip
    return {
        "system": one.name,
        "address": one.address,
        "open": one.why_not is None,
        "why": one.why_not,
        "since": one.since,
        "next_opening": one.next_opening,
        "faults": one.faults,
        "last_fault": one.last_fault,
        "max_sessions": one.max_sessions,
        "sessions": sessions,
        "open_items": waiting,
    }


def _line(one: SystemState, waiting: int) -> tuple[str, ...]:
    state = one.why_not or "open"
    faults = f"{one.faults} ({one.last_fault})" if one.last_fault and one.why_not is None else f"{one.faults}"
    return one.name, state, _sessions(one.max_sessions, one.seats), faults, f"{waiting:,}"


def _sessions(most: int | None, seats: Sequence[Seat]) -> str:
    if most is None:
        return "no limit"
    holders = ", ".join(map(_holder, seats))
    return f"{len(seats)} of {most}" + (f" ({holders})" if holders else "")


def _holder(seat: Seat) -> str:
    host = seat.host or "a worker that is gone"
    return host if seat.slot is None else f"{host} slot {seat.slot}"
