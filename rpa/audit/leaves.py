"""Reads the leaves of a year with their entries, page by page, and checks many at once in the way that costs least."""

import hmac
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, select

from rpa.audit.bodies import MOVED, Bodies
from rpa.audit.erased import ERASED
from rpa.audit.links import SAME, End, Links
from rpa.audit.record import SALT_BYTES
from rpa.audit.times import Stated, Times
from rpa.db.seal_tables import leaf
from rpa.db.tables import event, payload

AT_ONCE = 10_000
SEALED, OPENED, ROTATED = "log.sealed", "log.opened", "key.rotated"
_SPECIAL = frozenset({SEALED, OPENED, ROTATED, ERASED})
"""Entries that tell of the record itself: each is looked at closely."""


class Leaf(NamedTuple):
    """A leaf, and the entry that it stands for: `hash` is None where that is not there any more."""

    idx: int
    run: str
    seq: int
    leaf_hash: bytes
    body: bytes
    prev: bytes
    hash: bytes | None
    name: str
    item_id: int | None
    salt: bytes | None
    content: bytes | None


def pages(connection: Connection, bodies: Bodies, year: int, start: int) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the leaves of a year from one on, as the driver gives them: in the form of `Leaf`.

    A body that was moved to a file which is not there is `MOVED`.
    """
    of_entry = (event.c.body, event.c.prev, event.c.hash, event.c.name, event.c.item_id)
    told = select(leaf.c.idx, leaf.c.run, leaf.c.seq, leaf.c.hash, *of_entry, payload.c.salt, payload.c.content)
    both = leaf.outerjoin(event, (event.c.run == leaf.c.run) & (event.c.seq == leaf.c.seq)).outerjoin(payload, SAME)
    rows = told.select_from(both).where(leaf.c.tree == year).order_by(leaf.c.idx)
    while True:
        # Past SQLAlchemy's own rows, which cost as much as the check itself.
        cursor: Any = connection.execute(rows.where(leaf.c.idx >= start).limit(AT_ONCE)).cursor
        found: list[tuple[Any, ...]] = cursor.fetchall()
        if found:
            yield bodies.filled(found, run=1, seq=2, body=4)
        if len(found) < AT_ONCE:
            return
        start = found[-1][0] + 1


def follow_sound(rows: Sequence[tuple[Any, ...]], size: int, links: Links, times: Times, *,
                 moved: bool = False) -> int:  # fmt: skip
    """Follow leaves that come after the first `size`, up to the first that needs a closer look; return how many.

    A closer look is for what is wrong, which says how, and for entries that tell of the record itself. With `moved`,
    bodies may be in a file that is not there: of their entries, all but that is looked at.
    """
    ends: dict[str, End] = {}
    payloads: list[tuple[str, int]] = []
    stated: list[Stated] = []
    passed, end_of, hashed, parsed = 0, ends.get, sha256, orjson.loads  # looked up once, not once for each row
    try:
        for expected, (idx, run, seq, leaf_hash, body, prev, link, name, item_id, salt, content) in enumerate(
            rows, size
        ):
            last, head = end_of(run) or links.end(run)
            if head != prev or link != leaf_hash or last + 1 != seq or idx != expected or name in _SPECIAL:
                break
            if hashed(b"\0" + prev + body).digest() != link:
                if not moved or body != MOVED:
                    break
                if content is not None:
                    payloads.append((run, seq))
                ends[run] = seq, link
                passed += 1
                continue
            said = parsed(body)
            if said["seq"] != seq or said["name"] != name or said["run"] != run or said.get("item") != item_id:
                break
            at = said["at"]
            if content is None:
                if "commitment" in said:
                    break
            elif len(salt) != SALT_BYTES or said["commitment"] != hmac.digest(salt, content, "sha256").hex():
                break
            else:
                payloads.append((run, seq))
            ends[run] = seq, link
            stated.append((at, run, seq))
    except (TypeError, ValueError, KeyError, AttributeError):  # SQLite lets anybody put text where bytes belong
        pass
    links.followed(ends, payloads, len(stated) + passed)
    times.seen(stated)
    return len(stated) + passed
