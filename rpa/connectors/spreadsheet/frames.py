"""Messages over a pipe: four bytes of length, then the bytes."""

import struct
from typing import IO

_LENGTH = struct.Struct(">I")


def write_frame(pipe: IO[bytes], content: bytes) -> None:
    """Send one message."""
    pipe.write(_LENGTH.pack(len(content)) + content)
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> bytes:
    """Return the next message; EOFError if the other side is gone."""
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    return _exactly(pipe, length)


def _exactly(pipe: IO[bytes], count: int) -> bytes:
    content = pipe.read(count)
    if len(content) < count:
        raise EOFError
    return content
