"""What copies of seals say of the record: what was cut off with its seals, was rewritten, or has two heads."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rpa.audit.anchors import Anchor
from rpa.audit.findings import Finding, SealFinding
from rpa.audit.notes import PublicKey, open_note
from rpa.audit.sealer import origin_of
from rpa.exceptions import RecordError


@dataclass(slots=True)
class Anchored:
    """The copies of one year's seals, by size: where they are, and the roots that they state."""

    year: int
    roots: dict[int, dict[bytes, str]] = field(default_factory=dict)
    _sizes: list[int] | None = None

    def check(self, size: int, root: bytes) -> Iterator[Finding]:
        """Hold the copies of a size against the root that the leaves up to there have."""
        for stated, place in self.roots.pop(size, {}).items():
            if stated != root:
                said = f"The record has two heads of {size:,} entries: the copy in {place} states another root."
                yield SealFinding("seals", size, said)

    def following(self, size: int) -> int | None:
        """Return the smallest size above one that there is a copy of."""
        if self._sizes is None:
            self._sizes = sorted(self.roots, reverse=True)
        while self._sizes and self._sizes[-1] <= size:
            self._sizes.pop()
        return self._sizes[-1] if self._sizes else None

    def forget(self, size: int) -> None:
        """Leave out the copies of sizes up to one, which are not looked at."""
        self.roots = {one: roots for one, roots in self.roots.items() if one > size}

    def left(self, size: int) -> Iterator[Finding]:
        """Say of the copies that nobody asked for that the record is shorter than it was."""
        if self.roots:
            most = max(self.roots)
            place = next(iter(self.roots[most].values()))
            missing = most - size
            said = f"The record of {self.year} ends at {size:,} but its copy in {place} covers {most:,}"
            yield SealFinding("seals", most, f"{said}: {missing:,} are missing." if missing > 0 else f"{said}.")


def sort_out(anchors: Iterable[Anchor], keys: Sequence[PublicKey]) -> tuple[Mapping[int, Anchored], list[Finding]]:
    """Return the copies by year, and what is wrong with any by itself."""
    found: dict[int, Anchored] = {}
    wrong: list[Finding] = []
    for one in anchors:
        try:
            checkpoint, key = open_note(one.note, *keys)
        except RecordError as error:
            wrong.append(SealFinding("seals", 0, f"The copy of a seal in {one.place} can't be relied on: {error}."))
            continue
        year = checkpoint.origin.rpartition("/")[2]
        if not year.isdecimal() or checkpoint.origin != origin_of(key.name, int(year)):
            wrong.append(SealFinding("seals", 0, f"The copy of a seal in {one.place} is of another log."))
            continue
        of_year = found.setdefault(int(year), Anchored(int(year)))
        of_year.roots.setdefault(checkpoint.size, {}).setdefault(checkpoint.root, one.place)
    return found, wrong
