"""What a check of the record finds wrong, in words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with the record, in words."""

    run: str
    seq: int
    said: str

    def __str__(self) -> str:
        return f"Entry {self.seq:,} of {self.run.replace('-', ' ')} {self.said}"


@dataclass(frozen=True, slots=True)
class SealFinding(Finding):
    """One thing wrong with a seal: `seq` is the size that it states."""

    def __str__(self) -> str:
        return self.said


def stored(value: object) -> bytes:
    """Return what is stored as bytes: SQLite lets anybody put text or a number where bytes belong."""
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
