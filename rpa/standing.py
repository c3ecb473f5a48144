"""How an installation that runs stands, part by part, and what to do: each look is quick, so that a page can ask."""

import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from importlib.metadata import version

from rpa.alarms import AlarmKind, alarms_since, wall_time
from rpa.audit.sealer import latest_seal
from rpa.connectors.browser.finder import find_browser
from rpa.desk import Desk
from rpa.duties.soundness import last_whole_look
from rpa.exceptions import RpaError
from rpa.health import disk_of
from rpa.sealing import anchors_of

_APART = timedelta(seconds=2)
"""Clocks that differ by more make times in the record hard to follow."""
_SEALS_LATE = timedelta(minutes=2)
_LOOK_LATE = timedelta(days=2)
_OF_LATE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Check:
    """One part of an installation; `to_do` is empty when it is well."""

    part: str
    found: str
    to_do: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing has to be done."""
        return not self.to_do


def standing_of(desk: Desk) -> list[Check]:
    """Return how each part stands now; a part that can't be looked at says so instead of ending the others."""
    return [_guarded(part, look) for part, look in _looks(desk)]


def _looks(desk: Desk) -> Iterator[tuple[str, Callable[[], Check]]]:
    yield "version", _version
    yield "database", lambda: Check("database", desk.database.describe())
    yield "disk", partial(disk, desk)
    yield "workers", partial(_workers, desk)
    yield "clock", partial(clock, desk)
    yield "record", partial(_record, desk)
    yield "seals", partial(_seals, desk)
    yield "copies", partial(_copies, desk)
    yield "browser", partial(_browser, desk)


def _guarded(part: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except RpaError as error:
        return Check(part, str(error), "Do what it says, then look again")
    except Exception as error:  # a look must not end the others; the message may hold anything, the type doesn't
        return Check(part, f"can't be looked at ({type(error).__name__})", "Run `rpa doctor` on this machine")


def _version() -> Check:
    return Check("version", f"{version('rpa')}, Python {platform.python_version()} on {platform.system()}")


def disk(desk: Desk) -> Check:
    """Return how full the disk is that the data is on."""
    found = disk_of(desk.settings.dir)
    to_do = "Free some room; `rpa retention` shows what is kept longer than it must be"
    return Check("disk", found.found, "" if found.is_well else to_do)


def clock(desk: Desk) -> Check:
    """Return how far this machine's clock is from the database's."""
    server = desk.database.server_time()
    if server is None:
        return Check("clock", "Database and workers are on this machine, and go by its clock")
    apart = abs(server - desk.clock.now())
    found = f"This machine's clock and the database's are {apart.total_seconds():.1f} seconds apart"
    return Check("clock", found, "" if apart <= _APART else "Let both take their time from the trust's time server")


def _workers(desk: Desk) -> Check:
    found = [one for one in desk.workers.at_work() if one.parent is None]
    heard_of = desk.leases.shared_now() - 2 * desk.lease
    silent = [one for one in found if one.is_gone or one.seen_at is None or one.seen_at < heard_of]
    if len(silent) == len(found):
        return Check("workers", "No worker is running", "Start one with `rpa work`, or everything with `rpa up`")
    if silent:
        where = ", ".join(sorted({one.host for one in silent}))
        return Check("workers", f"{len(silent)} of {len(found)} give no sign of life, on {where}", "Look at them there")
    return Check("workers", "1 worker runs" if len(found) == 1 else f"{len(found)} workers run")


def _record(desk: Desk) -> Check:
    now = desk.clock.now()
    with desk.database.reading() as connection:
        broken = alarms_since(connection, AlarmKind.RECORD_BROKEN, now - _OF_LATE)
        looked = last_whole_look(connection)
    if broken:
        return Check("record", broken[0].text, "Keep the database as it is, and run `rpa audit verify`")
    if looked is None:
        return Check("record", "Not looked at as a whole yet; a worker does that every day")
    late = "" if looked > now - _LOOK_LATE else "Keep a worker running: it looks at the record every day"
    return Check("record", f"As it was written, when it was last looked at as a whole: {wall_time(looked)}", late)


def _seals(desk: Desk) -> Check:
    now = desk.clock.now()
    with desk.database.reading() as connection:
        newest = latest_seal(connection)
        unsealed = alarms_since(connection, AlarmKind.RECORD_UNSEALED, now - timedelta(hours=1))
    if unsealed:
        return Check("seals", unsealed[0].text, "Run `rpa doctor`: it says what is wrong with the key or the folder")
    if newest is None:
        return Check("seals", "Nothing is sealed yet", "Start a worker: it seals all the time")
    allowed = _SEALS_LATE + 2 * timedelta(seconds=desk.settings.record.seal_every)
    late = "" if newest.sealed_at > now - allowed else "Keep a worker running: it seals all the time"
    return Check("seals", f"The newest seal is of {wall_time(newest.sealed_at)}", late)


def _copies(desk: Desk) -> Check:
    record, folder = desk.settings.record, anchors_of(desk.settings)
    if not folder.is_dir():
        return Check(
            "copies", f"The folder for copies of seals, {folder}, is not there", "Mount it, or correct rpa.toml"
        )
    ways = {
        "by e-mail": record.mail_to,
        "by a webhook": record.webhook or record.webhook_secret,
        "in a second database": record.second_database,
        "with time stamps": record.time_stamps,
        "in a folder of others": record.anchors,
    }
    used = [way for way, given in ways.items() if given]
    alone = "in the folder of data alone: whoever runs this machine could change both. See `[record]` in the settings"
    return Check("copies", f"Copies of seals are kept {', '.join(used) if used else alone}")


def _browser(desk: Desk) -> Check:
    browser = desk.settings.browser
    wanted = str(browser.executable) if browser.executable else None
    return Check("browser", str(find_browser(wanted, bundled="", headless=browser.headless)))
