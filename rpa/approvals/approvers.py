"""Who may decide about plans: people with a passphrase of their own, let in by one who is in already.

The record itself is the list. Each entry bears a mark made with a key that is not in the database, so that a hand in
the database lets nobody in.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from rpa.alarms import AlarmKind, raise_alarm
from rpa.approvals.names import check_name, same_name
from rpa.approvals.signing import Signer, check_passphrase, has_signed, new_salt, signer_of
from rpa.audit import Event, Record, Trail
from rpa.audit.trail import Entry
from rpa.clock import Clock
from rpa.db import Database
from rpa.db.seal_tables import sealed_run
from rpa.db.types import canonical
from rpa.exceptions import NotApproved, UsageError
from rpa.models import Actor, ActorKind

RUN = "approvers"
ADDED, REMOVED, RESET = "approver.added", "approver.removed", "approvers.reset"


@dataclass(frozen=True, slots=True)
class Approver:
    """A person who may decide about plans."""

    name: str
    key: str
    """The public key, in hexadecimal digits."""
    salt: str
    vouched_by: str
    """Who let him in; nobody did with the first."""
    at: datetime


class Approvers:
    """Lets people in and out; `key_for` gives keys that are not in the database."""

    def __init__(self, database: Database, record: Record, clock: Clock, *, key_for: Callable[[str], bytes],
                 organisation: str = "") -> None:  # fmt: skip
        self._database = database
        self._record = record
        self._clock = clock
        self._key_for = key_for
        self._organisation = organisation

    def all(self) -> list[Approver]:
        """Return who may decide, in the order in which they were let in.

        Raises:
            NotApproved: The list was changed by a hand in the database.
        """
        found: dict[str, Approver] = {}
        for entry in self._entries():
            if entry.name == RESET:
                found.clear()
            elif entry.name == REMOVED:
                found.pop(same_name(entry.facts["name"]), None)
            else:
                found[same_name(entry.facts["name"])] = _read(entry)
        return list(found.values())

    def add(self, name: str, passphrase: str, *, by: Actor, voucher: Signer | None = None) -> Approver:
        """Let somebody in. The first one comes by himself; all others need somebody who is in.

        Raises:
            UsageError: He is in already, nobody who is in vouches for him, or the passphrase is weak.
        """
        name = " ".join(name.split())
        check_name(name)
        check_passphrase(passphrase, names=(name, self._organisation))
        salt = new_salt()
        made = signer_of(name, passphrase, salt)
        with self._database.transaction() as connection:
            self._database.lock_input(connection, RUN)
            known = self.all()
            _check_new(known, name, has_voucher=voucher is not None)
            if voucher is not None and voucher.public not in {one.key for one in known}:
                raise UsageError(f"{voucher.name} is not among those who may approve, so can't vouch for anybody")
            facts = {"name": name, "key": made.public, "salt": salt, "vouched_by": voucher.name if voucher else ""}
            signed = voucher.sign(ADDED, name, made.public) if voucher else ""
            self._append(connection, ADDED, _who(by, voucher), {**facts, "signature": signed})
        return Approver(name, made.public, salt, facts["vouched_by"], self._clock.now())

    def remove(self, name: str, *, by: Signer) -> None:
        """Let somebody out. What he approved and was not carried out yet holds no longer.

        Raises:
            UsageError: Nobody of that name is in.
        """
        with self._database.transaction() as connection:
            self._database.lock_input(connection, RUN)
            found = self._find(name)
            facts = {"name": found.name, "signature": by.sign(REMOVED, found.name)}
            self._append(connection, REMOVED, Actor(ActorKind.PERSON, by.name), facts)

    def reset(self, *, by: Actor, why: str) -> None:
        """Let everybody out, because no passphrase is known any more; an alarm tells of it.

        Raises:
            UsageError: There is no reason.
        """
        if not why.strip():
            raise UsageError("found no reason, expected --why with a sentence that an auditor understands")
        with self._database.transaction() as connection:
            self._database.lock_input(connection, RUN)
            self._append(connection, RESET, by, {"why": why.strip()})
            said = (f"{by.name} has let out everybody who may approve plans; whoever comes in next needs nobody who "
                    "vouches for him. If nobody knows of it, stop the workers and call the digital team.")  # fmt: skip
            raise_alarm(connection, AlarmKind.APPROVERS_RESET, subject=RUN, said=said, now=self._clock.now())

    def check_known(self, name: str) -> None:
        """Make sure that somebody is in, before he is asked for anything.

        Raises:
            UsageError: He is not.
        """
        self._find(name)

    def knows(self, name: str) -> bool:
        """Return whether somebody is in."""
        try:
            self.check_known(name)
        except UsageError:
            return False
        return True

    def check_new(self, name: str, voucher: str | None) -> None:
        """Make sure that somebody can be let in, before anybody is asked for anything.

        Raises:
            UsageError: He is in already, or somebody who is in must vouch for him.
        """
        _check_new(self.all(), name, has_voucher=voucher is not None)

    def sign_in(self, name: str, passphrase: str) -> Signer:
        """Return the person of that name, once the passphrase shows that it is he.

        Raises:
            UsageError: Nobody of that name is in, or the passphrase is another's.
        """
        found = self._find(name)
        signer = signer_of(found.name, passphrase, found.salt)
        if signer.public != found.key:
            raise UsageError(f"that is not the passphrase of {found.name}; nothing was decided")
        return signer

    def check(self, name: str, signature: str, *said: Any) -> None:
        """Make sure that somebody who is in has signed that.

        Raises:
            NotApproved: He is not in any longer, or did not sign it.
        """
        found = next((one for one in self.all() if same_name(one.name) == same_name(name)), None)
        if found is None:
            raise NotApproved(f"{name} is not among those who may approve any longer: let somebody else decide anew")
        if not has_signed(found.key, signature, *said):
            raise NotApproved(f"that is not what {name} has signed; keep the database as it is, and call the digital "
                              "team")  # fmt: skip

    def _find(self, name: str) -> Approver:
        found = next((one for one in self.all() if same_name(one.name) == same_name(name)), None)
        if found is None:
            raise UsageError(f"{name} is not among those who may approve: `rpa approvers add` lets somebody in")
        return found

    def _entries(self) -> list[Entry]:
        entries = Trail(self._database).of_run(RUN)
        if len(entries) < self._sealed():
            raise NotApproved("entries are gone from the list of those who may approve: keep the database as it is, "
                              "and run `rpa audit verify`")  # fmt: skip
        key, before = self._key_for(RUN), ""
        for entry in entries:
            mark = _mark(key, before, entry.name, entry.facts)
            if not hmac.compare_digest(str(entry.facts.get("mark", "")), mark):
                raise NotApproved("the list of those who may approve was not made by rpa, or was changed since: keep "
                                  "the database as it is, and run `rpa audit verify`")  # fmt: skip
            before = mark
        return entries

    def _sealed(self) -> int:
        """Return how many entries were there when the record was sealed the last time."""
        with self._database.reading() as connection:
            found = connection.execute(select(sealed_run.c.size).where(sealed_run.c.run == RUN)).scalar()
        return int(found or 0)

    def _append(self, connection: Any, name: str, by: Actor, facts: dict[str, Any]) -> None:
        entries = self._entries()
        before = str(entries[-1].facts["mark"]) if entries else ""
        mark = _mark(self._key_for(RUN), before, name, facts)
        self._record.append(connection, RUN, Event(name, by, facts={**facts, "mark": mark}))


def _check_new(known: list[Approver], name: str, *, has_voucher: bool) -> None:
    if same_name(name) in {same_name(one.name) for one in known}:
        raise UsageError(f"{name} is among those who may approve already")
    if known and not has_voucher:
        raise UsageError("somebody may approve already, expected --vouched-by with the name of one of them")


def _who(by: Actor, voucher: Signer | None) -> Actor:
    return Actor(ActorKind.PERSON, voucher.name) if voucher else by


def _read(entry: Entry) -> Approver:
    facts = entry.facts
    return Approver(facts["name"], facts["key"], facts["salt"], facts["vouched_by"], entry.at)


def _mark(key: bytes, before: str, name: str, facts: dict[str, Any]) -> str:
    """Return what chains an entry to the one before, under a key that the database does not hold."""
    said = {one: value for one, value in facts.items() if one != "mark"}
    return hmac.digest(key, canonical([before, name, said]), "sha256").hex()
