"""`rpa audit verify`: whether the record is as it was written, and whether all of it can be proved."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from sqlalchemy import select

from rpa.answers.kept_checks import Result
from rpa.audit import Against, Finding, Trail, Verification
from rpa.audit.anchors import Anchor, AnchorFolder
from rpa.audit.bodies import Bodies
from rpa.audit.halves import verify_large
from rpa.audit.heads import read_heads
from rpa.audit.notes import PublicKey
from rpa.audit.part import WHOLE, Part
from rpa.audit.seals import SealCheck
from rpa.audit.verify import count_entries
from rpa.calendars.typed import span_of
from rpa.cli.exits import Exit
from rpa.cli.keeping_checks import keeping
from rpa.cli.opening import opened
from rpa.cli.options import ASKED, Asked
from rpa.cli.progress import CheckProgress
from rpa.cli.screen import print_json, say, when
from rpa.copies import SecondDatabase, Stamped, check_stamps
from rpa.db.seal_tables import seal
from rpa.db.yearfiles import path_of
from rpa.desk import Desk
from rpa.exceptions import EvidenceLocked, RecordError, UsageError
from rpa.runpage.words import counted
from rpa.sealing import archives_of

_INTERVALS = 6
"""Spans between two seals after which a tail without one is told of: workers go on writing while it is looked at."""
_LEAST = timedelta(minutes=1)
_RESULTS = {Exit.DONE: Result.WHOLE, Exit.RECORD_INCOMPLETE: Result.UNPROVED, Exit.RECORD_BROKEN: Result.BROKEN}


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class By:
    """What the record is held against."""

    anchors: Annotated[
        Path | None, Parameter(help="Folder with copies of the seals; that of the settings if not given.")
    ] = None
    key: Annotated[
        tuple[str, ...],
        Parameter(help="A public key of the seals, as `rpa audit key public` shows it, kept elsewhere."),
    ] = ()
    heads: Annotated[
        Path | None, Parameter(help="A file in which a syslog server kept the live stream of the record.")
    ] = None
    since: Annotated[
        str | None,
        Parameter(name="--from", help="Look only at what was sealed since then: 2026-03-04, 2026-03-04T14:00."),
    ] = None
    until: Annotated[str | None, Parameter(name="--to", help="Look only at what was sealed until then.")] = None


USUAL = By()


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, and what keeps the record from being proved as a whole."""

    found: Verification
    begun_only: list[tuple[str, int]]
    lacking: list[str]
    stamped: Stamped | None

    @property
    def exit(self) -> Exit:
        """The code that the command ends with."""
        if not self.found.clean:
            return Exit.RECORD_BROKEN
        return Exit.RECORD_INCOMPLETE if self.begun_only or self.lacking else Exit.DONE


KeptAs = Annotated[int | None, Parameter(show=False)]


def check(*, against: By = USUAL, kept_as: KeptAs = None, options: Asked = ASKED) -> Exit:
    """Check that no entry was changed, removed, added or moved, that it is sealed, and that every write has an ending.

    Ends with 0 when the record is whole, 4 when it was altered, 5 when a write has no ending, or a part has no seal or
    no copy of one. What a check of the whole record says is kept, and shown in the console.
    """
    with opened(options.dir) as desk, CheckProgress(quiet=options.json) as progress:
        with keeping(desk, options.person.name, kept_as, is_whole=against == USUAL) as kept:
            checked = _checked(desk, against, progress, also=kept.reached)
            kept.end(_RESULTS[checked.exit], sentences(checked), looked_at=checked.found.events)
        progress.end()
        if options.json:
            print_json(_document(checked))
        else:
            for one in sentences(checked):
                say(one)
        return checked.exit


def _checked(desk: Desk, by: By, progress: CheckProgress, *, also: Callable[[int], object]) -> Checked:
    given = [_given(one) for one in by.key]
    keys, lacking = (given, []) if given else _own_keys(desk)
    part = _part(by)
    folder = AnchorFolder(by.anchors) if by.anchors is not None else desk.sealing.anchors
    lacking += [] if folder.is_there else [f"the folder of anchors {folder} is not there"]
    if not keys:
        lacking.append("there is no public key to check its seals with: give it with --key")
    heads = read_heads(by.heads) if by.heads is not None else ()
    against = Against(keys or None, _copies(desk, by, folder) if keys else (), given, heads, part)
    progress.begin(count_entries(desk.database))

    def reached(looked_at: int) -> None:
        progress.reached(looked_at)
        also(looked_at)

    found = verify_large(desk.database, against=against, progress=reached)
    stamped, wrong = _stamps(desk, folder)
    found = replace(found, findings=(*found.findings, *wrong))
    begun_only = Trail(desk.database).begun_only() if found.clean and part.is_whole else []
    if found.clean:
        lacking += [*_absent(desk), *(_files_gone(desk) if part.is_whole else ())]
    if found.clean and found.seals is not None:
        lacking += _unproved(desk, found.seals, anchored=folder.is_there, is_part=not part.is_whole)
    return Checked(found, begun_only, lacking if found.clean else [], stamped)


def _given(text: str) -> PublicKey:
    try:
        return PublicKey.parse(text)
    except RecordError as error:
        raise UsageError(f"{error}; give a line that `rpa audit key public` shows") from None


def _own_keys(desk: Desk) -> tuple[list[PublicKey], list[str]]:
    """Return the public keys that are kept here; a damaged file of a key is no finding against the record."""
    try:
        return list(desk.sealing.keys.public()), []
    except RecordError as error:
        return [], [str(error)]


def _stamps(desk: Desk, folder: AnchorFolder) -> tuple[Stamped | None, list[Finding]]:
    """Hold the time stamps that were kept beside the anchors against the seals."""
    authorities = desk.settings.record.time_stamp_authorities
    if authorities is None or not folder.is_there:
        return None, []
    seals = select(seal.c.tree, seal.c.size, seal.c.note)
    with desk.database.reading() as connection:
        notes = {(one.tree, one.size): one.note for one in connection.execute(seals)}
    return check_stamps(folder.path, notes, authorities)


def _copies(desk: Desk, by: By, folder: AnchorFolder) -> Iterator[Anchor]:
    yield from folder if folder.is_there else ()
    if by.anchors is None and desk.settings.record.second_database is not None:
        yield from SecondDatabase(desk.settings.record.second_database)


def _part(by: By) -> Part:
    span = span_of(by.since, by.until)
    return WHOLE if span is None else Part(span.since, span.until)


def _absent(desk: Desk) -> list[str]:
    folder = archives_of(desk.settings)
    with desk.database.reading() as connection:
        years = Bodies(connection).absent
    return [
        f"what entries of {year} say is in {path_of(folder, year)}, which is not there: only their hashes were checked"
        for year in years
    ]


def _files_gone(desk: Desk) -> Iterator[str]:
    """Say how many kept files are not there: the record has their hashes, which prove nothing without them."""
    try:
        gone = list(desk.evidence.missing())
    except EvidenceLocked as error:
        yield f"nobody can tell whether the kept files are there: {error}"
        return
    if gone:
        first = gone[0]
        files = counted(len({one.digest for one in gone}), "kept file is gone", "kept files are gone")
        yield f"{files} from the folder evidence, first the {first.kind} {first.digest[:12]} of job {first.job_id}"


def _unproved(desk: Desk, seals: SealCheck, *, anchored: bool, is_part: bool) -> list[str]:
    if seals.last is None:
        return ["nothing of it was sealed then" if is_part else "nothing of it was ever sealed: `rpa work` does it "
                "every few seconds"]  # fmt: skip
    lacking = list(seals.doubts)
    if seals.unsealed and _is_late(desk, seals.last):
        entries = counted(seals.unsealed, "entry", "entries")
        lacking.append(f"{entries} came after the last seal, of {when(seals.last)}")
    if anchored and seals.newest != (0, 0) and seals.anchored == (0, 0):
        lacking.append("there is no copy of any of its seals in the folder of anchors")
    elif anchored and seals.anchored < seals.newest and _is_late(desk, seals.last):
        lacking.append(f"the copies of its seals end at {seals.anchored[1]:,} of {seals.newest[1]:,} entries")
    return lacking


def _is_late(desk: Desk, last: datetime) -> bool:
    span = timedelta(seconds=desk.settings.record.seal_every * _INTERVALS)
    return desk.clock.now() - last > max(span, _LEAST)


def _document(checked: Checked) -> dict[str, Any]:
    found, seals = checked.found, checked.found.seals
    return {
        "verified": checked.exit is Exit.DONE,
        "clean": found.clean,
        "complete": found.clean and not checked.begun_only and not checked.lacking,
        "entries": found.events,
        "runs": found.runs,
        "sealed": seals.sealed if seals else 0,
        "unsealed": seals.unsealed if seals else found.events,
        "last_seal": seals.last if seals else None,
        "anchored": seals.anchored[1] if seals else 0,
        "stamped": None if checked.stamped is None else {"size": checked.stamped.size, "at": checked.stamped.at},
        "lacking": checked.lacking,
        "findings": [{"run": one.run, "entry": one.seq, "said": str(one)} for one in found.findings],
        "without_ending": [{"run": run, "item": item_id} for run, item_id in checked.begun_only],
    }


def _anchored(seals: SealCheck) -> str:
    """Say up to where copies fit: each year is counted by itself."""
    year, size = seals.anchored
    return f"{size:,} of {year}" if year and seals.newest[1] != seals.sealed else f"{size:,}"


def sentences(checked: Checked) -> list[str]:
    """Return what was found, in sentences."""
    found = checked.found
    said = [str(found), *(f"Also: {str(one).rstrip('.')}." for one in found.findings[1:])]
    if not found.clean:
        said.append("Keep the database as it is, restart nothing, and call the digital team.")
    elif found.seals is not None and found.seals.last is not None:
        said += _sealed(checked, found.seals)
    said += [f"Not proved as a whole: {lacking}." for lacking in checked.lacking]
    return said + _begun(checked.begun_only)


def _sealed(checked: Checked, seals: SealCheck) -> list[str]:
    sealed = f"{counted(seals.sealed, 'entry', 'entries')} sealed, the last time {when(seals.last)}"
    said = [f"{sealed}; copies of the seals fit it up to {_anchored(seals)}."]
    if checked.stamped is not None:
        size, at = checked.stamped.size, when(checked.stamped.at)
        said.append(f"A third party stamped its first {size:,} entries, {at}.")
    return said


def _begun(begun_only: list[tuple[str, int]]) -> list[str]:
    if not begun_only:
        return []
    listed = ", ".join(f"item {item_id} in {run}" for run, item_id in begun_only[:20])
    said = f"{counted(len(begun_only), 'write')} begun without an ending: {listed}."
    return [f"{said} Look into the system, and put it right there if needed."]
