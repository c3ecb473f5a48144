"""The bots of one process: made when first used, kept from item to item, with one browser between them."""

from collections.abc import Callable, Collection, Iterator
from typing import TypeVar

from loguru import logger

from rpa.bots import Bot
from rpa.connectors.browser import Browser, BrowserSettings
from rpa.connectors.browser.access import Way
from rpa.connectors.browser.origins import Origin
from rpa.exceptions import RpaError, SystemException
from rpa.settings import BrowserOptions
from rpa.sign_ins import Door, SignIns
from rpa.systems import Systems

B = TypeVar("B", bound=Bot)
_MEGABYTE = 1_000_000


class Crew:
    """Hands out bots; nothing is started before one of them is used."""

    def __init__(self, systems: Systems, sign_ins: SignIns, options: BrowserOptions) -> None:
        self._systems = systems
        self._sign_ins = sign_ins
        self._browser = Browser(
            BrowserSettings(
                executable=str(options.executable) if options.executable else None,
                headless=options.headless,
                timeout=options.timeout,
                recycle_after=options.recycle_after,
                memory_limit=options.recycle_megabytes * _MEGABYTE,
                integrated=tuple(Origin.of(one.address).host for one in systems if one.sign_in == Way.WINDOWS),
            )
        )
        self._bots: dict[type[Bot], Bot] = {}

    def get(self, bot: type[B]) -> B:
        """Return the bot of that class.

        Raises:
            NotFoundError: Its system is not registered.
        """
        if bot not in self._bots:
            system = self._systems.get(bot.system_name)
            self._bots[bot] = bot(system, self._browser)
            if system.credential:
                self._bots[bot].sign_ins = Door(self._sign_ins, system.name, system.credential)
        made = self._bots[bot]
        assert isinstance(made, bot)  # noqa: S101 - tells the type checker what the line above made sure of
        return made

    def settle(self, bots: tuple[type[Bot], ...]) -> float:
        """Return the longest settle time, in seconds, of the systems those bots act in; 0 without any."""
        return max((self._systems.get(bot.system_name).settle for bot in bots), default=0.0)

    def pictures(self) -> Iterator[tuple[str, bytes]]:
        """Yield system name and masked screenshot of each page in use; one that can't be seen is left out."""
        for bot in self._bots.values():
            try:
                picture = bot.picture()
            except SystemException as fault:
                logger.info("no picture of {}: {}", bot.system_name, fault.code)
            else:
                if picture is not None:
                    yield bot.system_name, picture

    def record(self, bots: Collection[type[Bot]], *, always: bool) -> None:
        """Record from now on what these bots do in systems that are to be traced, `always` in all of them."""
        for bot in bots:
            if always or self._systems.get(bot.system_name).trace:
                self.get(bot).record()

    def recorded(self) -> Iterator[tuple[str, bytes]]:
        """End what is recorded, and yield it in pieces with the system's name."""
        for bot in self._bots.values():
            for piece in bot.recorded():
                yield bot.system_name, piece

    def forget_recorded(self) -> None:
        """End what is recorded, and keep nothing of it."""
        for bot in self._bots.values():
            bot.forget_recorded()

    def reset(self) -> None:
        """Leave every page as a fresh one, so that a dialog left open doesn't fail the next item."""
        for bot in self._bots.values():
            try:
                bot.reset()
            except SystemException as fault:  # the next use starts a fresh browser
                logger.info("the page of {} could not be reset: {}", bot.system_name, fault.code)

    def leave_all_but(self, names: Collection[str]) -> bool:
        """Sign out of the systems that limit their sessions and aren't in `names`; return whether there were any."""
        left = [bot for bot in self._bots.values() if bot.system.max_sessions and bot.system_name not in names]
        for bot in left:
            try:
                bot.leave()
            except SystemException as fault:  # without a browser there is no session either
                logger.info("{} could not be left in good order: {}", bot.system_name, fault.code)
            del self._bots[type(bot)]
        return bool(left)

    def probe(self, bot: type[Bot]) -> bool:
        """Look whether the system of that bot answers, without signing in; one that is not set up doesn't."""
        try:
            self.get(bot).probe()
        except RpaError as fault:
            why = fault.code if isinstance(fault, SystemException) else type(fault).__name__
            logger.info("{} is not well: {}", bot.system_name, why)
            return False
        return True

    def guard(self, check: Callable[[], None]) -> None:
        """Let `check` have the last word before anything is sent to a system."""
        self._browser.guard = check

    def kill(self) -> None:
        """End the browser at once, from any thread."""
        self._browser.kill()

    def close(self) -> None:
        """End the browser, and whatever else is open, in good order."""
        for bot in self._bots.values():
            bot.close()
        self._browser.close()
