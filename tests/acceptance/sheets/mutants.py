"""Damages files in ways that transport, programs and attackers do; the same ones each time."""

import io
import random
import zipfile
import zlib
from collections.abc import Iterator

BOMB = 64 << 20


def mutants(content: bytes, count: int, *, seed: int = 0) -> Iterator[bytes]:
    """Yield damaged copies of a file."""
    chance = random.Random(f"{seed}-{zlib.crc32(content)}")  # noqa: S311 - repeatable damage, no secret
    zipped = content.startswith(b"PK")
    makers = [_flip, _cut, _hole, *([_swap, _scramble, _scramble, _bomb] if zipped else [_repeat])]
    for number in range(count):
        yield makers[number % len(makers)](content, chance)


def _flip(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randrange(1, 20)):
        if changed:
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _hole(content: bytes, chance: random.Random) -> bytes:
    """Return it with a block that holds nothing: a disk's or a share's way of losing something."""
    at = chance.randrange(len(content) + 1)
    size = chance.choice((16, 512, 4096))
    return content[:at] + bytes(min(size, len(content) - at)) + content[at + size :]


def _repeat(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    block = content[at : at + chance.choice((4, 128, 2048))]
    return content[:at] + block * chance.randrange(2, 50) + content[at:]


def _swap(content: bytes, chance: random.Random) -> bytes:
    """Exchange the contents of two parts of a zip."""
    parts = _parts(content)
    if len(parts) < 2:
        return _flip(content, chance)
    one, other = chance.sample(sorted(parts), 2)
    return _zipped({**parts, one: parts[other], other: parts[one]})


def _scramble(content: bytes, chance: random.Random) -> bytes:
    """Damage what a part unpacks to, so that every checksum fits."""
    parts = _parts(content)
    xml = [name for name in parts if name.endswith((".xml", ".bin", ".rels")) and parts[name]]
    if not xml:
        return _flip(content, chance)
    name = chance.choice(xml)
    return _zipped({**parts, name: chance.choice((_flip, _cut, _repeat))(parts[name], chance)})


def _bomb(content: bytes, chance: random.Random) -> bytes:
    """Let one part unpack to far more than it weighs."""
    parts = _parts(content)
    if not parts:
        return _flip(content, chance)
    name = chance.choice(sorted(parts))
    at = max(parts[name].rfind(b"<"), 0)
    return _zipped({**parts, name: parts[name][:at] + b" " * BOMB + parts[name][at:]})


def _parts(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {entry.filename: archive.read(entry) for entry in archive.infolist()}
    except Exception:  # it was damaged, or has a password, before we came
        return {}


def _zipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
