"""What is parsed: a file as it lies on the disk, or what was decrypted of it, which is in memory alone."""

import io
from pathlib import Path
from typing import IO, NamedTuple


class Source(NamedTuple):
    """One file; once its password was taken off, `content` stands for it."""

    path: Path
    content: bytes | None = None

    @property
    def suffix(self) -> str:
        """The ending of the file's name, in small letters."""
        return self.path.suffix.lower()

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return self.path.stat().st_size if self.content is None else len(self.content)

    def open(self) -> IO[bytes]:
        """Return it for reading, from its beginning."""
        return self.path.open("rb") if self.content is None else io.BytesIO(self.content)

    def read(self) -> bytes:
        """Return all of it."""
        return self.path.read_bytes() if self.content is None else self.content
