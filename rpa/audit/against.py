"""What the record is held against when it is checked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rpa.audit.anchors import Anchor
from rpa.audit.heads import Head
from rpa.audit.notes import PublicKey
from rpa.audit.part import WHOLE, Part


@dataclass(frozen=True, slots=True)
class Against:
    """What the record is held against, besides its own chains."""

    keys: Sequence[PublicKey] | None = None
    """The public keys of its seals; None leaves the seals out."""
    anchors: Iterable[Anchor] = ()
    """Copies of its seals outside of the database."""
    relied_on: Sequence[PublicKey] = ()
    """Those of the keys that whoever checks was given elsewhere."""
    heads: Iterable[Head] = ()
    """Ends of runs that were sent away while the record was written."""
    part: Part = WHOLE
    """What is looked at. A part needs the seals: it begins after one, which is trusted, and ends with another."""


CHAINS_ALONE = Against()
