"""What `rpa doctor` looks at: each check tells what it found and, if that is not enough, what to do."""

import os
import platform
import sys
from collections.abc import Callable, Iterator
from functools import partial
from tempfile import NamedTemporaryFile

from playwright.sync_api import sync_playwright
from sqlalchemy.exc import OperationalError

from rpa.audit import Trail, verify
from rpa.cli.encryption_checks import look_at_encryption
from rpa.cli.key_checks import look_at_key
from rpa.cli.mail_checks import look_at_mailbox
from rpa.cli.reach_checks import look_at_systems
from rpa.cli.sign_in_checks import look_at_sign_in
from rpa.connectors.browser.finder import find_browser
from rpa.db import Database
from rpa.db.migrations import migrate
from rpa.exceptions import RpaError
from rpa.library import load_workflows
from rpa.sealing import archives_of, known_of
from rpa.secrets import Secrets
from rpa.secrets.environment import environment_of_children
from rpa.settings import Settings
from rpa.standing import Check
from rpa.systems import System

_OLDEST = (3, 11)
_REACH_IT = "Start it, or correct database_url in rpa.toml; if another program holds it, wait until that has ended"


def check_all(settings: Settings) -> list[Check]:
    """Check every part; a part that can't be checked at all says so instead of ending the others."""
    return [check for part, look in _looks(settings) for check in _guarded(part, look)]


def _looks(settings: Settings) -> Iterator[tuple[str, Callable[[], list[Check]]]]:
    yield "Python", lambda: [_python()]
    yield "folder", lambda: [_folder(settings)]
    yield "database", lambda: [_database(settings)]
    yield "encryption", lambda: [Check("encryption", found, to_do) for found, to_do in look_at_encryption(settings)]
    yield "record", lambda: [_record(settings)]
    yield "key", lambda: [Check("key", look_at_key(settings))]
    yield "browser", lambda: [_browser(settings)]
    yield "sandbox", lambda: [_sandbox()]
    yield "workflows", lambda: [_workflows(settings)]
    yield "systems", lambda: _systems(settings)
    yield "answers", lambda: [Check("answers", found, to_do) for found, to_do in look_at_systems(settings)]
    yield "mailbox", lambda: [Check("mailbox", found, to_do) for found, to_do in look_at_mailbox(settings)]


def _guarded(part: str, look: Callable[[], list[Check]]) -> list[Check]:
    try:
        return look()
    except RpaError as error:
        return [Check(part, str(error), "Do what it says, then run `rpa doctor` again")]
    except OperationalError as error:
        return [Check(part, f"the database can't be reached ({_said(error)})", _REACH_IT)]
    except Exception as error:  # a check must not end the others; the message may hold anything, the type doesn't
        return [Check(part, f"can't be checked ({type(error).__name__})", "Tell the digital team")]


def _said(error: OperationalError) -> str:
    """Return the first line of what the driver says of a database that is away; it names neither rows nor passwords."""
    return next(iter(str(error.orig).splitlines()), type(error).__name__).strip().rstrip(".")


def _python() -> Check:
    found = f"{platform.python_version()} on {platform.system()}"
    return Check("Python", found, "" if sys.version_info >= _OLDEST else "Install Python 3.11 or newer")


def _folder(settings: Settings) -> Check:
    folder = settings.dir / "evidence"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with NamedTemporaryFile(dir=folder, prefix="doctor-") as file:
            file.write(b"written by rpa doctor")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return Check("folder", f"{folder} can't be written ({error.strerror})", "Give this account the right to write")
    return Check("folder", f"{settings.dir.resolve()} can be written")


def _database(settings: Settings) -> Check:
    database = Database(settings.database)
    try:
        migrate(database)
        found = database.describe()
    finally:
        database.close()
    if "journal" in found and "journal wal" not in found.lower():
        return Check("database", f"{found} (safe, but slower: this SQLite could corrupt a faster journal)")
    return Check("database", found)


def _record(settings: Settings) -> Check:
    database = Database(settings.database, archives=archives_of(settings))
    try:
        checked = verify(database, against=known_of(settings))
        begun_only = Trail(database).begun_only() if checked.clean else []
    finally:
        database.close()
    if not checked.clean:
        return Check("record", str(checked).rstrip("."), "Keep the database as it is and run `rpa audit verify`")
    if begun_only:
        return Check("record", f"{len(begun_only)} writes have no ending", "Run `rpa audit verify` and look at them")
    return Check("record", str(checked).rstrip("."))


def _browser(settings: Settings) -> Check:
    wanted = str(settings.browser.executable) if settings.browser.executable else None
    with environment_of_children(), sync_playwright() as playwright:
        bundled = str(playwright.chromium.executable_path)
    return Check("browser", str(find_browser(wanted, bundled=bundled, headless=settings.browser.headless)))


def _sandbox() -> Check:
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Check("sandbox", "off, because this account is root; use another account for real work")
    return Check("sandbox", "on")


def _workflows(settings: Settings) -> Check:
    names = load_workflows(settings.workflows, settings.registered_systems()).names
    if not names:
        return Check("workflows", "none found", "Put one into the folder `workflows`, or name its place in rpa.toml")
    return Check("workflows", ", ".join(names))


def _systems(settings: Settings) -> list[Check]:
    systems = settings.registered_systems()
    secrets = Secrets(settings.secrets_dir)
    checks = [check for one in systems for check in _guarded("system", partial(_system, one, secrets))]
    missing = {bot.system_name for one in load_workflows(settings.workflows) for bot in one.options.uses}
    for name in sorted(missing - {one.name for one in systems}):
        to_do = f"Add [systems.{name}] with its address to rpa.toml in {settings.dir}"
        checks.append(Check("system", f"{name} is used by a workflow and not registered", to_do))
    return checks


def _system(one: System, secrets: Secrets) -> list[Check]:
    try:
        found, to_do = look_at_sign_in(one, secrets)
    except RpaError as error:
        found, to_do = str(error), "Do what it says, then run `rpa doctor` again"
    return [Check("system", f"{one.name} at {one.address}, {found}", to_do)]
