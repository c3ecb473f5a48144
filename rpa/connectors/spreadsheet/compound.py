"""Read one stream out of a compound file ([MS-CFB]), the envelope of an xls workbook."""

import struct
from collections.abc import Sequence

_NONE = 0xFFFFFFF0
"""Sector numbers from here on mean: no sector."""


def read_stream(content: bytes, names: Sequence[str]) -> bytes:
    """Return the first stream with one of these names; ValueError if there is none."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    sectors = _Sectors(content[size:], size, _fat(content, size))
    directory = sectors.chain(struct.unpack_from("<I", content, 48)[0])
    entries = [directory[at : at + 128] for at in range(0, len(directory) - 127, 128)]
    found = {_name(entry): entry for entry in reversed(entries)}
    entry = next((found[name] for name in names if name in found), None)
    if entry is None:
        raise ValueError(f"no stream {names!r} in the compound file")
    start, length = struct.unpack_from("<II", entry, 116)
    if length >= struct.unpack_from("<I", content, 56)[0]:
        return sectors.chain(start)[:length]
    return _mini(content, sectors, entries[0]).chain(start)[:length]


class _Sectors:
    """Chains of sectors of one size."""

    def __init__(self, content: bytes, size: int, table: Sequence[int]) -> None:
        self._content, self._size, self._table = content, size, table

    def chain(self, sector: int) -> bytes:
        found = []
        # a damaged table may run in a circle: no chain is longer than the table
        for _ in range(len(self._table)):
            if sector >= min(_NONE, len(self._table)):
                break
            found.append(self._content[sector * self._size : (sector + 1) * self._size])
            sector = self._table[sector]
        return b"".join(found)


def _fat(content: bytes, size: int) -> list[int]:
    numbers = list(struct.unpack_from("<109I", content, 76))
    extra = struct.unpack_from("<I", content, 68)[0]
    for _ in range(struct.unpack_from("<I", content, 72)[0]):
        at = size * (extra + 1)
        if extra >= _NONE or at + size > len(content):
            break
        *more, extra = struct.unpack_from(f"<{size // 4}I", content, at)
        numbers.extend(more)
    blocks = (content[size * (n + 1) : size * (n + 2)] for n in numbers if n < _NONE)
    return [value for block in blocks for (value,) in struct.iter_unpack("<I", block[: len(block) // 4 * 4])]


def _mini(content: bytes, sectors: _Sectors, root: bytes) -> _Sectors:
    table = sectors.chain(struct.unpack_from("<I", content, 60)[0])
    numbers = [value for (value,) in struct.iter_unpack("<I", table[: len(table) // 4 * 4])]
    size = 1 << struct.unpack_from("<H", content, 32)[0]
    return _Sectors(sectors.chain(struct.unpack_from("<I", root, 116)[0]), size, numbers)


def _name(entry: bytes) -> str:
    length = struct.unpack_from("<H", entry, 64)[0]
    return entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
