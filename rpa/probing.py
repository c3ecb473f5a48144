"""Looks whether a system that is left alone after faults is well again."""

from dataclasses import dataclass, field

from rpa.db import Database
from rpa.executor import BotPool
from rpa.gates import Gates
from rpa.library import WorkflowLibrary


@dataclass(slots=True)
class Prober:
    """Takes the looks that are due, through the bots of an idle slot."""

    database: Database
    gates: Gates
    crew: BotPool
    workflows: WorkflowLibrary
    _broken: bool = field(default=True, init=False)

    def look(self) -> None:
        """Take one look if one is due; all workers together take each only once."""
        bots = {bot.system_name: bot for one in self.workflows for bot in one.options.uses}
        if not bots:
            return
        with self.database.transaction() as connection:
            name = self.gates.due_probe(connection, bots)
        if name is None:
            return
        well = self.crew.probe(bots[name])
        with self.database.transaction() as connection:
            self.gates.probed(connection, name, well=well)
