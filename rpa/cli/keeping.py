"""`rpa evidence`: what was kept for a job, and a kept file opened by a person who says why."""

import os
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from rpa.audit import Event
from rpa.audit.record import SYSTEM_RUN
from rpa.cli.opening import opened
from rpa.cli.options import ASKED, Asked
from rpa.cli.reading import note_reading
from rpa.cli.screen import print_json, print_table, say, when
from rpa.desk import Desk
from rpa.evidence import Evidence
from rpa.exceptions import NotFoundError, RecordElsewhere, UsageError
from rpa.models import Actor

_LEAST = 6
"""Digits of a SHA-256 that may stand for it."""

evidence = App(name="evidence", help="List kept files; open one and say why.")
key = App(name="key", help="The keys that kept files are encrypted with.")
evidence.command(key)

Digest = Annotated[str | None, Parameter(help="The file, by its SHA-256 or the first six digits of that or more.")]
Reason = Annotated[str, Parameter(name="--reason", help="Why it is opened, kept in the record.")]
Out = Annotated[Path, Parameter(name=("--out", "-o"), help="The file to write.")]


@evidence.command(name="list")
def list_kept(*, job: Annotated[int, Parameter(help="Number of the job.")], options: Asked = ASKED) -> None:
    """List what was kept for a job, oldest first. That it was looked at is recorded."""
    with opened(options.dir) as desk:
        run = desk.views.job(job).run
        kept = list(desk.evidence.of_job(job))
        note_reading(desk, run, options.person, facts={"what": "evidence", "count": len(kept)})
        if options.json:
            print_json([_document(one) for one in kept])
        elif kept:
            print_table(("Kept (UK)", "Kind", "Item", "Bytes", "SHA-256", "Name"), map(_row, kept),
                        right=("Item", "Bytes"))  # fmt: skip
        else:
            say(f"Nothing is kept for job {job}.")


@evidence.command(name="open")
def open_kept(digest: Digest = None, /, *, reason: Reason, out: Out,
              item: Annotated[int | None, Parameter(help="The one file that was kept for this item.")] = None,
              options: Asked = ASKED) -> None:  # fmt: skip
    """Write a kept file where it can be looked at. Who opened it and why is recorded first.

    Ends with 3 when there is no such file.
    """
    reason = reason.strip()
    if not reason:
        raise UsageError("found no reason, expected a few words: say with --reason why it is opened")
    if out.exists():
        raise UsageError(f"{out} is there already, expected a new name: nothing is written over")
    with opened(options.dir) as desk:
        found = _find(desk, digest, item)
        content = _content(desk, found)
        _note_opening(desk, found, options.person, reason)
        _write_for_owner(out, content)
        if options.json:
            print_json({**_document(found), "path": str(out)})
        else:
            say(f"The {found.kind} {found.digest[:12]} is in {out}. Remove that file when you are done with it.")


@key.command
def rotate(*, options: Asked = ASKED) -> None:
    """Let a new key encrypt from now on. The old ones are still needed for what they encrypted."""
    with opened(options.dir) as desk:
        made = desk.evidence.keys.rotate()
        with desk.database.transaction() as connection:
            event = Event("evidence.key_rotated", options.person, facts={"key": made.version})
            desk.record.append(connection, SYSTEM_RUN, event)
        if options.json:
            print_json({"key": made.version})
        else:
            say(f"The key evidence-{made.version} encrypts from now on; keep the older ones for what they encrypted.")


def _find(desk: Desk, digest: str | None, item: int | None) -> Evidence:
    if (digest is None) == (item is None):
        raise UsageError("expected either a SHA-256 or --item: say which kept file is meant")
    if item is not None:
        kept = list(desk.evidence.of_item(desk.views.item(item).id))
        return _only(kept, f"item {item}")
    given = str(digest).lower()
    if len(given) < _LEAST:
        raise UsageError(f"found {len(given)} digits of a SHA-256, expected {_LEAST} at least")
    return _only(list(desk.evidence.named(given)), f"the SHA-256 {given[:64]!r}")


def _content(desk: Desk, one: Evidence) -> bytes:
    try:
        return desk.evidence.read(one.digest)
    except NotFoundError:
        raise RecordElsewhere(
            f"the {one.kind} {one.digest[:12]} was kept and its file is gone; bring the folder of evidence back"
        ) from None


def _only(kept: list[Evidence], whose: str) -> Evidence:
    files = {one.digest: one for one in kept}
    if not files:
        raise NotFoundError(f"nothing is kept under {whose}; `rpa evidence list --job N` shows what there is")
    if len(files) > 1:
        told = ", ".join(f"{one.kind} {one.digest[:12]}" for one in files.values())
        raise UsageError(f"{whose} has {len(files)} kept files, expected one: name one of {told}")
    return next(iter(files.values()))


def _note_opening(desk: Desk, one: Evidence, by: Actor, reason: str) -> None:
    subject = None if one.item_id is None else desk.pseudonyms.of(desk.views.item(one.item_id).key)
    facts = {"kind": one.kind, "sha256": one.digest}
    event = Event("evidence.opened", by, one.item_id, subject=subject, facts=facts, payload={"reason": reason})
    with desk.database.transaction() as connection:
        desk.record.append(connection, f"job-{one.job_id}", event)


def _write_for_owner(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _row(one: Evidence) -> tuple[str, ...]:
    return (when(one.kept_at), one.kind, str(one.item_id or ""), f"{one.size:,}", one.digest[:12], one.name)


def _document(one: Evidence) -> dict[str, Any]:
    return {"sha256": one.digest, "kind": one.kind, "name": one.name, "size": one.size, "job": one.job_id,
            "item": one.item_id, "kept_at": one.kept_at}  # fmt: skip
