"""What `rpa doctor` finds when it looks whether the systems answer, as a robot would: by the browser, not signed in."""

from collections.abc import Iterator, Sequence
from contextlib import closing

from rpa.bots import Bot
from rpa.crew import Crew
from rpa.desk import Desk, open_desk
from rpa.exceptions import RpaError, SystemException
from rpa.library import load_workflows
from rpa.settings import Settings


def look_at_systems(settings: Settings) -> list[tuple[str, str]]:
    """Return for each registered system that a workflow uses what was found, and what is to be done."""
    registered = {one.name for one in settings.registered_systems()}
    workflows = load_workflows(settings.workflows, settings.registered_systems())
    used = {bot.system_name: bot for one in workflows for bot in one.options.uses}
    bots = [bot for name, bot in sorted(used.items()) if name in registered]
    if not bots:
        return []
    with closing(open_desk(settings)) as desk, closing(desk.crew()) as crew:
        return list(_looks(desk, crew, bots))


def _looks(desk: Desk, crew: Crew, bots: Sequence[type[Bot]]) -> Iterator[tuple[str, str]]:
    with desk.database.reading() as connection:
        closed = desk.gates.closed(connection, [bot.system_name for bot in bots])
    for bot in bots:
        if bot.system_name in closed:
            yield f"{bot.system_name} was not looked at: it is {closed[bot.system_name]}", ""
            continue
        try:
            crew.get(bot).probe()
        except RpaError as fault:
            why = fault.code if isinstance(fault, SystemException) else str(fault)
            to_do = "Look whether its address in rpa.toml is right, and whether this machine reaches it"
            yield f"{bot.system_name} does not answer as it should: {why}", to_do
        else:
            yield f"{bot.system_name} answers", ""
