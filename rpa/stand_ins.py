"""Which bot acts in a system: the one that a workflow names, or the one of the settings where that will do."""

import copy
import importlib
import inspect
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, get_type_hints

from rpa.bots import Bot
from rpa.definition import Workflow
from rpa.exceptions import UsageError
from rpa.systems import System


class StandIns:
    """The bots that the settings name, each for its system."""

    def __init__(self, systems: Iterable[System] = ()) -> None:
        self._named = {one.name: one.bot for one in systems if one.bot}

    def of(self, workflow: Workflow[Any]) -> Workflow[Any]:
        """Return the workflow with the bots it is to work with.

        What it needs of a bot is what it says of the parameter: one annotated with a kind of bot (`AppointmentBook`)
        takes any that is of that kind, one annotated `PracticePas` takes that one.

        Raises:
            UsageError: The settings name a bot that isn't there, or is another system's.
        """
        uses = workflow.options.uses
        if not any(bot.system_name in self._named for bot in uses):
            return workflow
        chosen = tuple(self._chosen(bot, needed) for bot, needed in zip(uses, _needed(workflow), strict=True))
        made = copy.copy(workflow)
        made.options = replace(workflow.options, uses=chosen)
        return made

    def _chosen(self, bot: type[Bot], needed: Any) -> type[Bot]:
        place = self._named.get(bot.system_name)
        if place is None:
            return bot
        other = _loaded(place, bot.system_name)
        return other if isinstance(needed, type) and issubclass(other, needed) else bot


def _needed(workflow: Workflow[Any]) -> list[Any]:
    """Return what a workflow says of each of its bots."""
    hints = get_type_hints(workflow.body)
    names = list(inspect.signature(workflow.body).parameters)[1 : 1 + len(workflow.options.uses)]
    return [hints.get(name) for name in names] + [None] * (len(workflow.options.uses) - len(names))


def _loaded(place: str, system_name: str) -> type[Bot]:
    module, _, name = place.partition(":")
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise _wrong(place, system_name, f"can't be loaded ({type(error).__name__})") from None
    if not (isinstance(found, type) and issubclass(found, Bot)):
        raise _wrong(place, system_name, "is not a bot")
    acts_in = getattr(found, "system_name", "no system")
    if acts_in != system_name:
        raise _wrong(place, system_name, f"acts in {acts_in!r}")
    return found


def _wrong(place: str, system_name: str, what: str) -> UsageError:
    return UsageError(f"bot = {place!r} of [systems.{system_name}] {what}, expected package.module:Name of a bot for "
                      f"{system_name!r}; mend rpa.toml")  # fmt: skip
