"""Every page of the console with all in it that it can show, and markup in all that comes from outside."""

import re
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from rpa.answers.kept_checks import KeptChecks, Result
from rpa.answers.postings import Postings
from rpa.approvals import change_set_of
from rpa.clock import Clock
from rpa.console.app import PAGES
from rpa.console.exports_beside import Making, Wanted
from rpa.console.people import Person
from rpa.console.uploads import Uploads
from rpa.console.visit import Site
from rpa.db.console_tables import Role, Stage
from rpa.exports import Exporter, Form, Request, of_job
from rpa.exports.kept import KeptExports
from rpa.lists import Cause
from rpa.models import Actor, ActorKind
from rpa.practice import SYSTEM, Practice
from rpa.workers import this_process
from tests.integration.cli.office import Office
from tests.integration.cli.test_approving import DISCHARGE, WORDS

MARKUP = "<script>document.title='taken over'</script>"
"""What somebody who means harm puts wherever he can type."""
IT = Actor(ActorKind.PERSON, "IT")
PASSWORD = "correct horse battery"
SETTINGS = f"""
[console]
organisation = "Trust {MARKUP}"

[systems.pas]
address = "http://127.0.0.1:1"

[systems.{SYSTEM}]
address = "http://127.0.0.1:1"

[schedules.nightly]
workflow = "tidy"
cron = "0 2 * * *"
files = ["nowhere.csv"]
"""
_FILES = (
    "log",
    "results",
    "template",
    "bad-rows",
    "changes",
    "kept",
    "download",
    "trace-viewer",
    "{digest}",
    "samples",
    "trust",
)
"""What hands out a file, or a part that is no page of its own, has one of these in its address."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A page, where it is, and who comes to it at which stage of signing in; nobody without a name."""

    path: str
    address: str
    name: str
    stage: Stage = Stage.IN

    @property
    def is_ours(self) -> bool:
        """Whether we have written it: the viewer of traces is Playwright's own."""
        return not self.path.startswith("/trace-viewer/")

    @property
    def is_page(self) -> bool:
        """Whether it is a page that a browser shows as a whole."""
        return not any(part in _FILES for part in self.path.split("/")) and not self.path.endswith("/progress")


@dataclass(frozen=True, slots=True)
class House:
    """A console in which everything has happened once.

    `parts` are what the variable parts of addresses are, by their name, or by an address where it has its own;
    `own` is what those are that differ by person: nobody sees the files and tokens of others.
    """

    site: Site
    parts: Mapping[str, str]
    own: Mapping[str, Mapping[str, str]]

    def stops(self) -> Iterator[Stop]:
        """Yield every address that shows something, for each role that may come.

        Raises:
            KeyError: An address has a part that nothing is known of: say here what it leads to.
        """
        for path, page in PAGES.items():
            if page.show is None:
                continue
            for name in names_for(path, page.roles):
                yield Stop(path, self._address(path, name), name, _STAGES.get(path, Stage.IN))

    def let_in(self, cookies: MutableMapping[str, str], stop: Stop) -> None:
        """Let whoever holds these cookies be who looks at a page."""
        cookies.clear()
        found = self.site.people.named(stop.name)
        if found is not None:
            cookies[self.site.cookie] = self.site.sessions.begin(found[0], stop.stage).id

    def _address(self, path: str, whose: str) -> str:
        known = {**self.parts, **self.own.get(whose, {})}

        def part(found: re.Match[str]) -> str:
            return known[path] if path in known else known[found[1].partition(":")[0]]

        return re.sub(r"\{([^}]*)\}", part, path)


_STAGES = {"/sign-in/code": Stage.CODE, "/sign-in/set-up-codes": Stage.SET_UP}


def names_for(path: str, roles: frozenset[Role] | None) -> list[str]:
    """Return who looks at a page: one person of each role that may."""
    if path in _STAGES:
        return [name_of(Role.ADMIN)]
    return [""] if roles is None else [name_of(role) for role in sorted(roles)]


def name_of(role: Role) -> str:
    """Return what the person of a role is called; a name with markup in it is not taken."""
    return f"The {role}"


def procedures(office: Office) -> None:
    """Let the office's work say markup wherever a procedure can say something, and add one that needs approval."""
    folder = office.folder / "procedures"
    tidy = folder / "tidy.py"
    said = tidy.read_text(encoding="utf-8").replace("RENZZ <b>2</b>", MARKUP)
    for plain in ("Move appointments", "No patient has this number.", "Mrs Invented-Name was not expected"):
        said = said.replace(plain, f"{plain} {MARKUP}")
    said = said.replace('BusinessException("NO_MATCH")', f'BusinessException("NO_MATCH", "{MARKUP}")')
    said = said.replace("    changed = item.change(", f'    logger.info("{MARKUP}")\n    changed = item.change(')
    said = said.replace("import json\n", "import json\n\nfrom loguru import logger\n", 1)
    tidy.write_text(said, encoding="utf-8")
    (folder / "discharge.py").write_text(DISCHARGE, encoding="utf-8")
    toml = office.data / "rpa.toml"
    settings = SETTINGS.replace("[console]\n", f"[console]\n{_branding(office)}")
    toml.write_text(toml.read_text(encoding="utf-8") + settings, encoding="utf-8")


def _branding(office: Office) -> str:
    logo, style = office.folder / "logo.svg", office.folder / "trust.css"
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>', encoding="utf-8")
    style.write_text("/* a font of the trust */", encoding="utf-8")
    return f'logo = "{logo.as_posix()}"\nfont_css = "{style.as_posix()}"\n'


def fill(site: Site, office: Office, clock: Clock) -> House:
    """Let everything happen once."""
    people = {role: site.people.add(name_of(role), [role], by=IT, team=f"Team {MARKUP}") for role in Role}
    for person in people.values():
        site.links.use(site.links.for_person(person, by=IT), person.name, PASSWORD)
    clerk = people[Role.REQUESTER]
    site.desk.approvals.approvers.add(name_of(Role.APPROVER), WORDS, by=IT)
    job = _submit(site, "tidy", _list(office, "job"), clerk)
    plan, approved = (_planned(site, office, clerk, number) for number in (1, 2))
    _approve(site, approved)
    own = {one.name: _own(site, office, clock, one) for one in people.values()}
    _check(site)
    _practise(site)
    site.desk.sealing.tick()
    Postings(site.desk.database, clock).tick()
    parts = _parts(site, job) | {"/record/exports/{digest}": _exported(site, job, people[Role.AUDITOR])}
    parts |= {"/practice/samples/{file}": "patient_updates.xlsx", "/trust/fonts/{file}": "trust.css"}
    parts |= {"person": str(clerk.id), "/jobs/{job:int}/carry-out": str(approved)}
    return House(site, parts | {path: str(plan) for path in PAGES if path.startswith("/plans/")}, own)


def _planned(site: Site, office: Office, by: Person, number: int) -> int:
    made = _submit(site, "discharge", office.list("x", "x", name=f"plan {number}.csv"), by, is_plan=True)
    _work(site)  # what a plan that isn't finished has in hand is no part of the next one
    return made


def _approve(site: Site, plan: int) -> None:
    approvals = site.desk.approvals
    signer = approvals.approvers.sign_in(name_of(Role.APPROVER), WORDS)
    approvals.approve(change_set_of(site.desk.views, plan), by=signer, holds=timedelta(hours=2))


def _exported(site: Site, job: int, by: Person) -> str:
    """Let somebody take a job's entries out, and return the SHA-256 of the file."""
    desk = site.desk
    exporter = Exporter(desk.database, desk.record, desk.clock, desk.sealing)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "record-job.csv"
        exporter.export(Request(of_job(desk.database, job), Form.CSV, path, by.actor, MARKUP))
        site.exports.last = Making(Wanted("job 1", 7, MARKUP, ()), desk.clock.now(), is_over=True, problem=MARKUP)
        return KeptExports(desk.database, desk.evidence, desk.clock).keep(path)


def _check(site: Site) -> None:
    """Let a check of the record have found something."""
    kept = KeptChecks(site.desk.database, site.desk.clock)
    kept.end(kept.begin("IT", entries=1)[0], Result.BROKEN, [f"Entry 1 was altered {MARKUP}."])


def _practise(site: Site) -> None:
    """Let the practice clinic be loaded, with one of its samples."""
    practice = Practice(site.desk.settings.dir)
    practice.load(site.desk.database, site.desk.record, by=IT)
    practice.samples.mkdir()
    (practice.samples / "patient_updates.xlsx").write_bytes(b"a workbook")


def _submit(site: Site, workflow: str, path: Path, by: Person, *, is_plan: bool = False) -> int:
    return site.desk.submit(workflow, [str(path)], by=by.actor, dry_run=is_plan, again=True).job.id


def _list(office: Office, name: str) -> Path:
    path = office.list("fine", "nobody", "bug", "unreadable", name=f"{name} {MARKUP.replace('/', '')}.csv")
    extra = f"{MARKUP},{MARKUP},{MARKUP}\n{office.numbers[7]},{MARKUP},{MARKUP}\n"
    path.write_text(path.read_text(encoding="utf-8") + extra, encoding="utf-8")
    return path


def _work(site: Site) -> None:
    crew = site.desk.crew()
    with closing(crew):
        site.desk.worker(crew).run_alone(site.desk.me, until=site.desk.nothing_waits)


def _own(site: Site, office: Office, clock: Clock, whose: Person) -> dict[str, str]:
    """Let a person send a file and make a token."""
    uploads = Uploads(site.desk.database, site.desk.evidence, clock)
    path = _list(office, "sent")
    sent = uploads.keep(whose, "tidy", {"sheet": (path.name, path.read_bytes())})
    other = path.read_bytes().replace(b"Fate", b"Fortune")  # a sheet that lacks a column, so that one is asked for
    lacking = uploads.keep(whose, "tidy", {"sheet": (path.name, other)})
    site.tokens.make(whose, min(whose.roles), MARKUP, days=30, by=whose.actor)
    return {"upload": str(sent), "/uploads/{upload:int}/columns": str(lacking),
            "number": str(site.tokens.of(whose)[0].id)}  # fmt: skip


def _parts(site: Site, job: int) -> dict[str, str]:
    desk = site.desk
    needing = next(one for one in desk.views.items(job) if one.code == "NO_MATCH")
    picture = next(iter(desk.evidence.of_item(needing.id)))
    assert needing.failure is not None
    desk.cause_notes.note(Cause("tidy", needing.failure, "NO_MATCH"), MARKUP, link="https://tickets.example/12", by=IT)
    return {
        "job": str(job), "item": str(needing.id), "digest": picture.digest, "workflow": "tidy", "input": "sheet",
        "failure": needing.failure, "code": "NO_MATCH", "run": f"job-{job}", "seq": "3", "system": "pas",
        "schedule": "nightly", "file": "index.html", "machine": _paused_machine(site),
        "secret": site.links.for_person(site.people.add("Newcomer", [Role.REQUESTER], by=IT), by=IT),
    }  # fmt: skip


def _paused_machine(site: Site) -> str:
    me = this_process()
    site.desk.workers.register(me)
    site.desk.machines.pause(me.host, by=IT, why=MARKUP)
    return me.host
