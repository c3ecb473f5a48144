"""Checks the evidence pack that it lies in. It needs Python 3.9 or newer and the package `cryptography`, nothing else.

    python verify.py                          checks the whole pack, unpacked or given as a zip
    python verify.py --entry job-812/17       checks one entry alone
    python verify.py --key name+id+key        checks with a public key from elsewhere, not with the one in the pack

It ends with 0 all is as it was sealed, 4 altered, 5 a part can't be proved, 3 no such entry, 2 called wrongly.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import sys
import zipfile
import zlib
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Union

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

CLEAN, NOT_THERE, ALTERED, INCOMPLETE = 0, 3, 4, 5
BROKEN = (ValueError, KeyError, TypeError, AttributeError)
MOST_RUNS = 20
Folder = Union[Path, zipfile.Path]  # noqa: UP007 - Python 3.9 has no other way to say it


class Altered(Exception):  # noqa: N818 - a state of the world, not a mistake in the program
    """Something is not as it was sealed; the message says what."""


class Key(NamedTuple):
    """A public key, under the name it signs by."""

    name: str
    id: bytes
    raw: bytes


class Seal(NamedTuple):
    """A seal that a known key signed, and when."""

    root: bytes
    at: str
    key: str


class Entry(NamedTuple):
    """An entry, its body read, and its hash made anew."""

    run: str
    seq: int
    prev: bytes
    said: dict[str, Any]
    hash: bytes
    lacks_payload: bool


class Seals:
    """The seals of the pack; one that can't be relied on is only told of when an entry needs it."""

    def __init__(self, pack: Folder, keys: Sequence[Key]) -> None:
        self.found: dict[tuple[str, int], Seal] = {}
        self.why = "its seal is not in the pack"
        for number, line in enumerate(lines(pack, "seals.jsonl"), start=1):
            try:
                origin, size, seal = read_seal(line, keys)
            except (Altered, *BROKEN) as error:
                said = error if isinstance(error, Altered) else "it can't be read"
                self.why = f"the seal in line {number} of seals.jsonl can't be relied on: {said}"
            else:
                self.found[origin.rpartition("/")[2], size] = seal

    def of(self, entry: Entry, line: bytes | None) -> Seal | None:
        """Return the seal that an entry lies under; None where there is none. Only it says that the entry is proved."""
        name = f"Entry {entry.seq} of {entry.run}"
        try:
            proof = json.loads(line or b"")
            if (proof["run"], proof["seq"]) != (entry.run, entry.seq):
                raise Altered(f"{name} has no proof: found that of entry {proof['seq']} of {proof['run']} in its place")
            if proof["index"] is None:
                return None
            seal = self.found.get((str(proof["tree"]), proof["size"]))
            root = root_of(entry.hash, proof)
        except BROKEN:
            raise Altered(f"{name} has no proof that can be read") from None
        if seal is None:
            raise Altered(f"{name} is not proved: {self.why}")
        if root != seal.root:
            raise Altered(f"{name} is not as it was sealed: its proof leads to another root than the seal states")
        return seal


class Found:
    """What the check of the whole pack came to."""

    def __init__(self) -> None:
        self.runs: Counter[str] = Counter()
        self.unsealed: Counter[str] = Counter()
        self.seals: dict[str, set[Seal]] = {}
        self.withheld = 0

    def add(self, entry: Entry, seal: Seal | None) -> None:
        """Count an entry that is as it was written."""
        self.runs[entry.run] += 1
        self.withheld += entry.lacks_payload
        self.unsealed[entry.run] += seal is None
        self.seals.setdefault(entry.run, set()).update([seal] if seal else [])


def main(arguments: Sequence[str] | None = None) -> int:
    """Check what the command line asks for, and return the code to end with."""
    asked = options().parse_args(arguments)
    try:
        pack = zipfile.Path(str(asked.pack)) if asked.pack.is_file() else asked.pack
        keys = asked.key or [parse_key(one.decode(errors="replace")) for one in lines(pack, "key.pub")]
        return check_one(pack, keys, asked.entry) if asked.entry and keys else check_all(pack, keys, own=not asked.key)
    except (Altered, argparse.ArgumentTypeError) as error:
        print(f"ALTERED: {error}.")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError):
        print("ALTERED: the pack, or a file in it, can't be read.")
    return ALTERED


def options() -> argparse.ArgumentParser:
    """Return what the command line takes."""
    made = argparse.ArgumentParser(description="Checks an evidence pack.")
    made.add_argument("pack", nargs="?", type=Path, default=Path(__file__).parent, help="the pack's folder or zip")
    made.add_argument("--entry", help="check this entry alone, such as job-812/17")
    made.add_argument("--key", action="append", default=[], type=parse_key, help="a public key from elsewhere")
    return made


def check_all(pack: Folder, keys: Sequence[Key], own: bool) -> int:
    """Check every entry, then whether the pack is whole; say what was found."""
    manifest = read_manifest(pack)
    if not keys:
        check_files(pack, manifest)  # perhaps they were taken out
        print("INCOMPLETE: there is no public key in the pack; give one that you got elsewhere with --key.")
        return INCOMPLETE
    found = check_entries(pack, manifest, Seals(pack, keys))
    check_files(pack, manifest)
    signed = check_manifest(pack, manifest, keys)
    say_found(found)
    print("Checked with the key", "in the pack; hold it against one from elsewhere:" if own else "that was given:")
    print(*(f"  {key.name}+{key.id.hex()}+{b64encode(bytes([1]) + key.raw).decode()}" for key in keys), sep="\n")
    unsealed = sum(found.unsealed.values())
    if unsealed:
        print(f"INCOMPLETE: no seal covers {counted(unsealed)} of the pack.")
    if not signed:
        print("INCOMPLETE: nobody signed the list of what belongs to the pack; entries at its end may be missing.")
    return INCOMPLETE if unsealed or not signed else CLEAN


def say_found(found: Found) -> None:
    """Say of each run what was found."""
    for run in list(found.runs)[:MOST_RUNS]:
        name, open_ones = run.replace("job-", "job "), found.unsealed[run]
        sealed = found.runs[run] - open_ones
        if sealed:
            when = " and ".join(sorted(seal.at for seal in found.seals[run]))
            print(
                f"{counted(sealed)} of {name} {'is as it was' if sealed == 1 else 'are as they were'} sealed on {when}."
            )
        if open_ones:
            print(f"{counted(open_ones)} of {name} written as the hashes say, under no seal.")
    if len(found.runs) > MOST_RUNS:
        print(f"The same of {len(found.runs) - MOST_RUNS:,} more: {counted(sum(found.runs.values()))} in all.")
    if found.withheld:
        print(f"{counted(found.withheld)} had details that are not in the pack: erased, or not handed out.")


def check_one(pack: Folder, keys: Sequence[Key], place: str) -> int:
    """Check one entry by itself: its hash, its details if they are there, and its proof under a signed seal."""
    run, _, seq = place.rpartition("/")
    line = line_of(pack, "entries.jsonl", place) if seq.isdecimal() else None
    if line is None:
        print(f"The pack holds no entry {place}, expected one such as job-812/17.")
        return NOT_THERE
    entry = read_entry(line, run, int(seq))
    seal = Seals(pack, keys).of(entry, line_of(pack, "proofs.jsonl", place))
    name = f"Entry {seq} of {run} ({entry.said.get('name')}, {entry.said.get('at')})"
    if seal is None:
        print(f"INCOMPLETE: {name} can't be proved: no seal covers it.")
        return INCOMPLETE
    print(f"{name} is as it was sealed on {seal.at}, signed by {seal.key}.")
    return CLEAN


def check_entries(pack: Folder, manifest: dict[str, Any], seals: Seals) -> Found:
    """Check that each entry is there, is itself, follows the one before it, and lies under a seal."""
    found, last = Found(), None
    entries, proofs = lines(pack, "entries.jsonl"), lines(pack, "proofs.jsonl")
    for run, seq in expected(manifest):
        line = next(entries, None)
        if line is None:
            raise Altered(f"Entry {seq} of {run} is missing: entries.jsonl ends before it")
        entry = read_entry(line, run, seq)
        if seq == 1 and entry.prev != hashlib.sha256(b"run\0" + run.encode()).digest():
            raise Altered(f"Entry 1 of {run} is not the first that was written")
        if last and (last.run, last.seq) == (run, seq - 1) and entry.prev != last.hash:
            raise Altered(f"Entry {seq} of {run} does not follow the entry before it")
        found.add(entry, seals.of(entry, next(proofs, None)))
        last = entry
    if next(entries, None) or next(proofs, None):
        raise Altered("entries.jsonl or proofs.jsonl holds more than belongs to the pack")
    return found


def expected(manifest: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield run and number of each entry that belongs to the pack."""
    try:
        for one in manifest["runs"]:
            for first, last in one["entries"]:
                for seq in range(first, last + 1):
                    yield str(one["run"]), seq
    except BROKEN:
        raise Altered("manifest.json does not say what belongs to the pack") from None


def read_entry(line: bytes, run: str, seq: int) -> Entry:
    """Return the entry of a line, which must be this one, with the hash that its content has."""
    name = f"Entry {seq} of {run}"
    try:
        told = json.loads(line)
        body, prev = told["body"].encode(), decoded(told["prev"])
        place, stated, said = (told["run"], told["seq"]), bytes.fromhex(told["hash"]), json.loads(body)
        filed = (said["run"], said["seq"])
        paid = "payload" not in told or is_committed(said, told)
    except BROKEN:
        raise Altered(f"{name} can't be read") from None
    if place != (run, seq):
        raise Altered(f"{name} is missing: found entry {place[1]} of {place[0]} in its place")
    made = hashlib.sha256(b"\0" + prev + body).digest()
    if made != stated or filed != place:
        raise Altered(f"{name} does not match its hash")
    if not paid:
        raise Altered(f"{name} has other details than it was written with")
    return Entry(run, seq, prev, said, made, "commitment" in said and "payload" not in told)


def is_committed(said: dict[str, Any], told: dict[str, Any]) -> bool:
    """Return whether a payload is the one of its entry; HMAC would not see a zero that was cut off the salt's end."""
    made = hmac.new(salt := decoded(told["salt"]), told["payload"].encode(), hashlib.sha256).hexdigest()
    return len(salt) == 32 and hmac.compare_digest(made, str(said.get("commitment")))


def read_seal(line: bytes, keys: Sequence[Key]) -> tuple[str, int, Seal]:
    """Return origin and size of a seal's note, and the seal: its last leaf says when it was made."""
    told = json.loads(line)
    origin, size, root, key = open_note(told["note"], keys)
    last = read_entry(json.dumps(told["entry"]).encode(), told["entry"]["run"], told["entry"]["seq"])
    proof = told["proof"]
    if (proof["index"], proof["size"]) != (size - 1, size) or root_of(last.hash, proof) != root:
        raise Altered("the entry that says when it was made does not lie below it")
    if last.said["name"] != "log.sealed" or origin != f"{key}/{origin.rpartition('/')[2]}":
        raise Altered("it is the seal of something else")
    at = last.said["at"].partition(".")[0].replace("T", " ") + " UTC"
    return origin, size, Seal(root, at, key)


def root_of(leaf: bytes, proof: dict[str, Any]) -> bytes:
    """Return the root that a proof leads to (RFC 9162, 2.1.3.2)."""
    index, size, path = int(proof["index"]), int(proof["size"]), [decoded(one) for one in proof["path"]]
    if not 0 <= index < size:
        raise ValueError
    node, last = leaf, size - 1
    while last:
        if index & 1 or index < last:
            sibling = path.pop(0) if path else b""
            node = hashlib.sha256(b"\1" + (sibling + node if index & 1 else node + sibling)).digest()
        index, last = index >> 1, last >> 1
    if path:
        raise ValueError
    return node


def check_files(pack: Folder, manifest: dict[str, Any]) -> None:
    """Check that every file is as it was when the pack was made."""
    files = manifest.get("files")
    for name, stated in files.items() if isinstance(files, dict) else ():
        digest = hashlib.sha256()
        for line in lines(pack, str(name)):
            digest.update(line)
        if digest.hexdigest() != stated:
            raise Altered(f"{name} is not as it was when the pack was made")


def check_manifest(pack: Folder, manifest: dict[str, Any], keys: Sequence[Key]) -> bool:
    """Check that the list of what belongs to the pack is signed; return False where nobody signed it."""
    note = read(pack, "manifest.note").decode(errors="replace")
    if not note:
        return False
    try:
        origin, size, root, key = open_note(note, keys)
    except (Altered, ValueError):
        raise Altered("manifest.note can't be relied on: it was changed, or no known key signed it") from None
    digest = hashlib.sha256(read(pack, "manifest.json")).digest()
    if (origin, size, root) != (f"{key}/pack", manifest.get("entries"), digest):
        raise Altered("manifest.json is not as it was signed when the pack was made")
    return True


def open_note(note: str, keys: Sequence[Key]) -> tuple[str, int, bytes, str]:
    """Return origin, size and root that a note states, and who signed it (c2sp.org/signed-note, tlog-checkpoint)."""
    text, blank, signatures = note.partition("\n\n")
    signer = None
    for line in signatures.removesuffix("\n").split("\n"):
        dash, name, encoded = line.split(" ")
        signature = decoded(encoded)
        key = next((one for one in keys if (one.name, one.id) == (name, signature[:4])), None)
        if dash != "\N{EM DASH}" or not signatures.endswith("\n"):
            raise Altered("a line below its text is no signature")
        if key:
            try:
                Ed25519PublicKey.from_public_bytes(key.raw).verify(signature[4:], f"{text}\n".encode())
            except InvalidSignature:
                raise Altered(f"the signature of {key.name} does not fit it") from None
            signer = key.name
    if not blank or signer is None:
        raise Altered("it is signed by no known key")
    origin, size, root = text.split("\n")[:3]
    return origin, int(size), decoded(root), signer


def parse_key(text: str) -> Key:
    """Return a public key from the form `name+id+key`."""
    try:
        name, told, encoded = text.strip().split("+", 2)
        raw = decoded(encoded)
    except ValueError:
        raise argparse.ArgumentTypeError(f"found {text.strip()!r}, expected a public key: name+number+key") from None
    made = hashlib.sha256(f"{name}\n".encode() + raw).digest()[:4]
    if raw[:1] != b"\1" or len(raw) != 33 or made.hex() != told:
        raise argparse.ArgumentTypeError(f"the public key {text.strip()!r} does not fit its own number")
    return Key(name, made, raw[1:])


def read_manifest(pack: Folder) -> dict[str, Any]:
    """Return the list of what belongs to the pack."""
    try:
        made = json.loads(read(pack, "manifest.json"))
    except ValueError:
        made = None
    if not isinstance(made, dict):
        raise Altered("manifest.json can't be read")
    return made


def opened_file(pack: Folder, name: str) -> Any:
    """Open a file of the pack."""
    if "/" in name or "\\" in name or not (pack / name).exists():
        raise Altered(f"{name} is missing from the pack")
    return (pack / name).open("rb")


def read(pack: Folder, name: str) -> bytes:
    """Return the content of a file."""
    return b"".join(lines(pack, name))


def lines(pack: Folder, name: str) -> Iterator[bytes]:
    """Yield the lines of a file, one at a time."""
    with opened_file(pack, name) as file:
        yield from file


def line_of(pack: Folder, name: str, place: str) -> bytes | None:
    """Return the line that is about an entry; None where there is none."""
    for line in lines(pack, name):
        try:
            told = json.loads(line)
            if f"{told['run']}/{told['seq']}" == place:
                return line
        except BROKEN:
            continue  # another line is none of this entry's business
    return None


def decoded(text: str) -> bytes:
    """Return the bytes of a text in base64; of several texts for the same bytes only one is taken."""
    made = b64decode(text, validate=True)
    if b64encode(made).decode() != text:
        raise ValueError
    return made


def counted(number: int) -> str:
    """Return a number of entries in words."""
    return "1 entry" if number == 1 else f"{number:,} entries"


if __name__ == "__main__":
    sys.exit(main())
