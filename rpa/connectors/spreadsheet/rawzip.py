"""Copy parts from zip to zip as they are packed: nothing is unpacked, so nothing can change."""

import copy
import shutil
import struct
import zipfile
from typing import IO, Any

_HEADER = 30
"""Bytes of a part's own header before its name (APPNOTE 4.3.7)."""
_SIZES_FOLLOW = 0x08


def copy_packed(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Any) -> None:
    """Copy one part into another zip that is being written.

    Raises:
        zipfile.BadZipFile: The part isn't where the directory says.
    """
    source = _at_data(archive.fp, entry)
    new = copy.copy(entry)
    new.header_offset = target.fp.tell()
    new.flag_bits &= ~_SIZES_FOLLOW  # they are known, and stand before the data
    target.fp.write(new.FileHeader(zip64=False))
    shutil.copyfileobj(_Part(source, entry.compress_size), target.fp)
    # what `ZipFile.writestr` itself would note of a part
    target.filelist.append(new)
    target.NameToInfo[new.filename] = new
    target.start_dir = target.fp.tell()
    target._didModify = True


def _at_data(file: IO[bytes] | None, entry: zipfile.ZipInfo) -> IO[bytes]:
    if file is None:
        raise zipfile.BadZipFile("the archive is closed")
    file.seek(entry.header_offset)
    header = file.read(_HEADER)
    if len(header) < _HEADER or not header.startswith(b"PK\x03\x04"):
        raise zipfile.BadZipFile("a part is not where the directory says")
    name, extra = struct.unpack_from("<HH", header, 26)
    file.seek(name + extra, 1)
    return file


class _Part:
    """The packed bytes of one part."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file, self._left = file, size

    def read(self, most: int = -1, /) -> bytes:
        """Return the next bytes, nothing at the end."""
        block = self._file.read(min(most, self._left) if most >= 0 else self._left)
        self._left -= len(block)
        return block
