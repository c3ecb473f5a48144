"""Entries of the record as they are written, chained, numbered, noted and sealed, but many thousand a second."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from benchmarks.console.pouring import Pouring
from rpa.answers.postings import ANY, of_name, of_person
from rpa.audit.merkle import WIDTH, complete_root
from rpa.audit.notes import Checkpoint, SigningKey
from rpa.audit.record import first_prev
from rpa.audit.sealer import SEALS_RUN, origin_of
from rpa.audit.tree import Tree
from rpa.db.audit_tables import posting
from rpa.db.seal_tables import leaf, node, seal, sealed_run
from rpa.db.tables import chain, event
from rpa.db.types import canonical

_LINK = ("run", "seq", "body", "prev", "hash", "name", "item_id")
_LEAF = ("tree", "idx", "run", "seq", "hash")
_SLOTS = ("at", "commitment", "told", "item", "seq", "subject")
_AT_ONCE, _LATE = 500, timedelta(seconds=10)
"""Entries of one seal, and how long after them it is made."""
_LEVELS = 3
"""Of subtrees whose roots are kept; with more, there are more than four thousand million leaves."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ORIGIN = {"account": "svc-rpa", "host": "bench", "library": "0.1.0", "worker": "5" * 32}


class Form:
    """The bytes of an entry, in which only what differs from one to the next is left open."""

    def __init__(self, name: str, actor: tuple[str, str], *, facts: dict[str, Any] | None = None, attempt: int = 0,
                 of_item: bool = True, has_payload: bool = False) -> None:  # fmt: skip
        self.name, self.has_payload = name, has_payload
        self.terms = [of_name(name)] + [ANY] * (name != "log.sealed")
        self.terms += [of_person(actor[1])] if actor[0] == "person" else []
        said: dict[str, Any] = {"schema": 1, "name": name, "run": "<run>", "seq": "<seq>", "at": "<at>",
                                "monotonic_ns": 1, "origin": _ORIGIN, "facts": facts or {},
                                "actor": {"kind": actor[0], "name": actor[1]}}  # fmt: skip
        said |= {"attempt": attempt} if attempt else {}
        said |= {"item": "<item>", "subject": "<subject>"} if of_item else {}
        said |= {"commitment": "<commitment>"} if has_payload else {}
        body = canonical(said).replace(b"%", b"%%")
        for number in ("seq", "item"):
            body = body.replace(f'"<{number}>"'.encode(), f"<{number}>".encode())
        self.body = _opened(body)


def _opened(body: bytes) -> bytes:
    """Return a form that takes all slots in their order; one that an entry has not takes no room."""
    behind = 0
    for slot in (f"<{one}>".encode() for one in _SLOTS):
        place = body.find(slot)
        mark = b"%.0b" if place < 0 else b"%b"
        place, width = (behind, 0) if place < 0 else (place, len(slot))
        body = body[:place] + mark + body[place + width :]
        behind = place + len(mark)
    return body


Told = tuple[Form, tuple[bytes, ...], int | None]
"""An entry: its form, what fills its slots but its number, and its item."""


@dataclass(frozen=True, slots=True)
class End:
    """Where a run ends: how many entries it has, and the hash of the last."""

    size: int
    head: bytes


class Chaining:
    """Writes runs in the order of time, and seals them; `seals` is where the run of the sealer ends."""

    def __init__(self, pouring: Pouring, tree: Tree, key: SigningKey, *, seals: End) -> None:
        self._pouring, self._key, self._year, self.seals = pouring, key, tree.year, seals
        self.size, self._frontier = tree.size, tree.frontier()
        self._last = self.size
        self._done = [self.size // WIDTH**level for level in range(1, _LEVELS + 1)]
        self._open = [list(tree.hashes(level, self.size // WIDTH ** (level + 1) * WIDTH, self.size // WIDTH**level))
                      for level in range(_LEVELS)]  # fmt: skip

    def write(self, run: str, told: Sequence[Told], during: tuple[datetime, datetime],
              end: End | None = None) -> End:  # fmt: skip
        """Write the entries of a run, each with what fills its slots but its number; seal them; return its end.

        They were written `during` a time, evenly, and were sealed some seconds after that, some of them at once.
        """
        found, (begin, until) = end or End(0, first_prev(run)), during
        for start in range(0, len(told), _AT_ONCE):
            some = told[start : start + _AT_ONCE]
            found = self._append(run, some, found)
            self._seal(begin + (until - begin) * ((start + len(some)) / len(told)) + _LATE)
        if end is None:
            self._pouring.add(chain, ("run", "size", "head"), [(run, found.size, found.head)])
            self._pouring.add(sealed_run, ("run", "size"), [(run, found.size)])
        return found

    def _append(self, run: str, told: Sequence[Told], end: End) -> End:
        seq, head = end.size, end.head
        forms = {one: one.body.replace(b"<run>", run.encode()) for one in {each[0] for each in told}}
        links: list[tuple[Any, ...]] = []
        for form, (moment, commitment, said, item, subject), item_id in told:
            seq += 1
            body = forms[form] % (moment, commitment, said, item, b"%d" % seq, subject)
            link = sha256(b"\0" + head + body).digest()
            links.append((run, seq, body, head, link, form.name, item_id))
            head = link
        self._pouring.add(event, _LINK, links)
        places = range(self.size, self.size + len(links))
        self._pouring.add(leaf, _LEAF, [(self._year, place, run, one[1], one[4])
                                        for place, one in zip(places, links, strict=True)])  # fmt: skip
        self._pouring.add(posting, ("term", "tree", "idx"), [
            (term, self._year, place) for place, one in zip(places, told, strict=True) for term in one[0].terms
        ])  # fmt: skip
        hashes = [one[4] for one in links]
        self.size += len(links)
        self._frontier.extend(hashes)
        for one in hashes:
            self._keep(0, one)
        return End(seq, head)

    def _seal(self, at: datetime) -> None:
        """Write the entry that a seal ends with, and the seal."""
        facts = {"tree": self._year, "size": self.size + 1, "key": str(self._key.public),
                 "previous": {"tree": self._year, "size": self._last}}  # fmt: skip
        form = Form("log.sealed", ("library", "rpa"), facts=facts, of_item=False)
        self.seals = self._append(SEALS_RUN, [(form, (moment_of(at), b"", b"", b"", b""), None)], self.seals)
        note = self._key.sign(Checkpoint(origin_of(self._key.name, self._year), self.size, self._frontier.root()))
        self._pouring.add(seal, ("tree", "size", "note", "sealed_at"), [(self._year, self.size, note, stored(at))])
        self._last = self.size

    def _keep(self, level: int, one: bytes) -> None:
        """Add a hash to the open subtree of a level, and keep its root once it is complete."""
        self._open[level].append(one)
        if len(self._open[level]) == WIDTH:
            root = complete_root(self._open[level])
            row = (self._year, level + 1, self._done[level], root)
            self._pouring.add(node, ("tree", "level", "idx", "hash"), [row])
            self._open[level], self._done[level] = [], self._done[level] + 1
            self._keep(level + 1, root)


def stored(moment: datetime) -> int:
    """Return a time as the tables have it."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment_of(moment: datetime) -> bytes:
    """Return a time as an entry has it."""
    return moment.isoformat(timespec="microseconds").encode()
