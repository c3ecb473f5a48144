"""Why the items of a job wait although a worker may be there: a system they need may not be used now."""

from rpa.desk import Desk
from rpa.exceptions import NotFoundError


def why_it_waits(desk: Desk, workflow: str) -> str:
    """Return a sentence for each system of a workflow that may not be used now; nothing if all may."""
    try:
        uses = desk.workflows.get(workflow).options.uses
    except NotFoundError:
        return ""
    with desk.database.reading() as connection:
        closed = desk.gates.closed(connection, {bot.system_name for bot in uses})
    return " ".join(f"Its items wait: {name} is {why}." for name, why in sorted(closed.items()))
