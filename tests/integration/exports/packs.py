"""What is done to an unpacked pack, by its owner and by others."""

import json
import zipfile
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

from rpa.audit.keys import SealKeys
from rpa.exports import Selection
from tests.integration.exports.archive import Archive

CLEAN, USAGE, NOT_THERE, ALTERED, INCOMPLETE = 0, 2, 3, 4, 5
"""How the program of a pack ends."""


def unpacked(archive: Archive, selection: Selection, *, payloads: bool = True) -> Path:
    folder = archive.folder / "unpacked"
    with zipfile.ZipFile(archive.export(selection, payloads=payloads).path) as packed:
        packed.extractall(folder)
    return folder


def keep_line(path: Path, number: int) -> None:
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[number - 1])


def edit(path: Path, number: int, old: bytes, new: bytes) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    assert old in lines[number - 1]
    lines[number - 1] = lines[number - 1].replace(old, new)
    path.write_bytes(b"".join(lines))


def documents(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def drop(path: Path, number: int) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: number - 1] + lines[number:]))


def twice(path: Path, number: int) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:number] + lines[number - 1 :]))


def swap(path: Path, one: int, other: int) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    lines[one - 1], lines[other - 1] = lines[other - 1], lines[one - 1]
    path.write_bytes(b"".join(lines))


def save(path: Path, made: list[dict[str, Any]]) -> None:
    path.write_bytes(b"".join(json.dumps(one).encode() + b"\n" for one in made))


def write_anew(pack: Path, number: int) -> None:
    """Change an entry and make all hashes after it fit, as one who knows how they are made."""
    entries = documents(pack / "entries.jsonl")
    entries[number - 1]["body"] = entries[number - 1]["body"].replace("change.made", "change.fade")
    for place in range(number - 1, len(entries)):
        one = entries[place]
        one["prev"] = b64encode(bytes.fromhex(entries[place - 1]["hash"])).decode()
        one["hash"] = sha256(b"\0" + b64decode(one["prev"]) + one["body"].encode()).hexdigest()
    save(pack / "entries.jsonl", entries)


def another_key(pack: Path) -> None:
    key = SealKeys(pack.parent / "strange").signing().public
    (pack / "key.pub").write_text(f"{key}\n", encoding="ascii")


def other_place(pack: Path, number: int) -> None:
    proofs = documents(pack / "proofs.jsonl")
    proofs[number - 1] |= {"index": proofs[number]["index"], "path": proofs[number]["path"]}
    save(pack / "proofs.jsonl", proofs)


def no_place(pack: Path, number: int) -> None:
    proofs = documents(pack / "proofs.jsonl")
    proofs[number - 1] = {"run": "job-1", "seq": number, "index": None}
    save(pack / "proofs.jsonl", proofs)


def cut_off(pack: Path) -> None:
    """Remove the last entry from everything that tells of it."""
    manifest = json.loads((pack / "manifest.json").read_bytes())
    manifest["entries"] = 14
    manifest["runs"][0]["entries"] = [[1, 14]]
    for name in ("entries.jsonl", "proofs.jsonl"):
        drop(pack / name, 15)
        manifest["files"][name] = sha256((pack / name).read_bytes()).hexdigest()
    (pack / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
