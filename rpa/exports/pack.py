"""Writes an evidence pack: entries, what proves them, and the program that checks them where this library is not."""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson
from sqlalchemy import func, select, tuple_

from rpa.audit.bodies import Bodies
from rpa.audit.findings import stored
from rpa.audit.key_check import check_keys
from rpa.audit.notes import Checkpoint
from rpa.audit.proofs import Proofs
from rpa.audit.tree import Tree
from rpa.clock import local
from rpa.db.seal_tables import leaf, seal
from rpa.db.tables import event
from rpa.exceptions import RecordError
from rpa.exports.entries import Stored, read_entries
from rpa.exports.written import Order, Written

_MADE = (1980, 1, 1, 0, 0, 0)
"""When every file in a pack says it was made; the manifest says when the pack was."""


@dataclass(slots=True)
class Contents:
    """What belongs into a pack: the runs with the numbers of their entries."""

    runs: dict[str, list[list[int]]] = field(default_factory=dict)
    entries: int = 0
    unsealed: int = 0

    def add(self, one: Stored) -> None:
        """Note an entry that was written."""
        spans = self.runs.setdefault(one.run, [])
        if spans and spans[-1][1] == one.seq - 1:
            spans[-1][1] = one.seq
        else:
            spans.append([one.seq, one.seq])
        self.entries += 1
        self.unsealed += one.index is None


class Pack:
    """A pack that is being written."""

    def __init__(self, order: Order, archive: ZipFile) -> None:
        self._order = order
        self._archive = archive
        self._digests: dict[str, str] = {}
        self._contents = Contents()
        self._seals = _newest_seals(order)
        self._proofs = {
            year: Proofs(Tree(order.connection, year).hashes, one.size) for year, one in self._seals.items()
        }

    def write(self) -> Written:
        """Write all of it."""
        self._add("entries.jsonl", map(self._entry, self._noted()))
        self._add("proofs.jsonl", map(self._proof, self._read(payloads=False)))
        self._add("seals.jsonl", map(self._seal, self._seals))
        self._add("key.pub", self._public())
        self._add("README.txt", [_readme(self._order, self._contents)])
        self._add("verify.py", [files("rpa.exports").joinpath("verify.py").read_bytes()])
        manifest = orjson.dumps(self._manifest(), option=orjson.OPT_INDENT_2)
        self._add("manifest.json", [manifest])
        note = self._signed(manifest)
        self._add("manifest.note", [note])
        return Written(self._contents.entries, self._contents.unsealed, is_signed=bool(note))

    def _read(self, *, payloads: bool) -> Iterator[Stored]:
        order = self._order
        return read_entries(order.connection, order.selection, payloads=payloads, tell=order.tell)

    def _noted(self) -> Iterator[Stored]:
        for one in self._read(payloads=self._order.payloads):
            self._contents.add(one)
            yield one

    def _add(self, name: str, parts: Iterable[bytes]) -> None:
        digest = sha256()
        about = ZipInfo(name, _MADE)
        about.compress_type, about.external_attr = ZIP_DEFLATED, 0o644 << 16
        with self._archive.open(about, "w", force_zip64=True) as file:
            for part in parts:
                digest.update(part)
                file.write(part)
        self._digests[name] = digest.hexdigest()

    def _entry(self, one: Stored) -> bytes:
        held = {} if one.content is None else {"salt": _base64(one.salt or b""), "payload": one.content.decode()}
        return _line(_chained(one) | held)

    def _proof(self, one: Stored) -> bytes:
        return _line({"run": one.run, "seq": one.seq} | self._path(one.tree, one.index))

    def _path(self, tree: int | None, index: int | None) -> dict[str, Any]:
        if tree is None or index is None:
            return {"index": None}
        proofs = self._proofs[tree]
        return {"tree": tree, "size": proofs.size, "index": index, "path": list(map(_base64, proofs.of(index)))}

    def _seal(self, year: int) -> bytes:
        """Return a seal and its last leaf: the entry that says under it when it was made."""
        made = self._seals[year]
        same = (leaf.c.run == event.c.run) & (leaf.c.seq == event.c.seq)
        last = select(event).join_from(event, leaf, same).where(leaf.c.tree == year, leaf.c.idx == made.size - 1)
        row = self._order.connection.execute(last).one_or_none()
        if row is None:
            raise RecordError(f"the last leaf below the seal of {year} is missing; run `rpa audit verify`")
        entry = {"run": row.run, "seq": row.seq, "prev": _base64(stored(row.prev)), "hash": stored(row.hash).hex(),
                 "body": Bodies(self._order.connection).of(row).decode()}  # fmt: skip
        return _line({"note": made.note, "entry": entry, "proof": self._path(year, made.size - 1)})

    def _public(self) -> list[bytes]:
        """Return the public keys; none where they can't be read, and then whoever checks needs one from elsewhere."""
        try:
            return [f"{key}\n".encode() for key in self._order.keys.public()]
        except (RecordError, OSError):
            return []

    def _manifest(self) -> dict[str, Any]:
        selection, whole = self._order.selection, self._order.selection.is_whole
        runs = [{"run": run, "whole": whole, "entries": spans} for run, spans in self._contents.runs.items()]
        return {
            "form": 1,
            "made_at": self._order.at,
            "sought": selection.sought,
            "since": selection.since,
            "until": selection.until,
            "payloads": self._order.payloads,
            "entries": self._contents.entries,
            "unsealed": self._contents.unsealed,
            "runs": runs,
            "files": self._digests,
        }

    def _signed(self, manifest: bytes) -> bytes:
        """Return a note that says what belongs to the pack; nothing where there is no key to sign it."""
        try:
            check_keys(self._order.connection, self._order.keys)  # else a first key would be made
            key = self._order.keys.signing()
        except (RecordError, OSError):
            return b""
        stated = Checkpoint(f"{key.name}/pack", self._contents.entries, sha256(manifest).digest())
        return key.sign(stated).encode()


def write_pack(order: Order, target: Path) -> Written:
    """Write a pack into a file."""
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        return Pack(order, archive).write()


def _newest_seals(order: Order) -> dict[int, Any]:
    newest = select(seal.c.tree, func.max(seal.c.size)).group_by(seal.c.tree)
    wanted = select(seal).where(tuple_(seal.c.tree, seal.c.size).in_(newest)).order_by(seal.c.tree)
    return {row.tree: row for row in order.connection.execute(wanted)}


def _chained(one: Stored) -> dict[str, Any]:
    return {"run": one.run, "seq": one.seq, "prev": _base64(one.prev), "hash": one.hash.hex(),
            "body": one.body.decode()}  # fmt: skip


def _readme(order: Order, contents: Contents) -> bytes:
    text = files("rpa.exports").joinpath("readme.txt").read_text(encoding="utf-8")
    made = f"{local(order.at):%d/%m/%Y %H:%M}"
    told = "with" if order.payloads else "without"
    return text.format(entries=f"{contents.entries:,}", sought=order.selection.sought, made=made, told=told).encode()


def _line(document: dict[str, Any]) -> bytes:
    return orjson.dumps(document) + b"\n"


def _base64(value: bytes) -> str:
    return b64encode(value).decode()
