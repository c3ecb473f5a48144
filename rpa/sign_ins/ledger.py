"""The tries to sign in, of all workers together: each is booked before it is made, so that the account can't be locked.

At most two tries of an account are refused within an hour, and at most three are refused or cut off, whatever happens.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from rpa.db.prepared import add_unless_there
from rpa.db.sign_in_tables import TryEnd
from rpa.db.tables import refused_sign_in, sign_in_account, sign_in_try, worker

MOST_REFUSED, MOST_LOST = 2, 3
WINDOW = timedelta(hours=1)
_LONGEST = timedelta(minutes=10)
"""After so long a try is no longer under way, even if its worker is not known to be dead."""
_ADD_ACCOUNT = add_unless_there(sign_in_account, "system", "account")
_ADD_REFUSED = add_unless_there(refused_sign_in, "system", "digest", "refused_at")


@dataclass(frozen=True, slots=True)
class Account:
    """An account of a system, and what is to sign in to it, both as digests."""

    system: str
    account: str
    digest: str


@dataclass(frozen=True, slots=True)
class Booked:
    """A try that may be made now."""

    id: int
    known_good: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """Others try at this moment."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The very same was refused before."""


@dataclass(frozen=True, slots=True)
class Enough:
    """So many tries were refused or cut off that there may be none before this time."""

    until: datetime


Answer = Booked | Wait | Refused | Enough


def is_refused(connection: Connection, account: Account) -> bool:
    """Return whether the system refused this sign-in, and nobody has cleared that."""
    mine = (refused_sign_in.c.system == account.system) & (refused_sign_in.c.digest == account.digest)
    return connection.execute(select(refused_sign_in.c.system).where(mine)).first() is not None


def book(connection: Connection, account: Account, worker_id: str, now: datetime) -> Answer:
    """Book a try, or say why there may be none now."""
    _ADD_ACCOUNT.run(connection, b_system=account.system, b_account=account.account)
    # On PostgreSQL the lock lets one worker at a time decide about an account; on SQLite the transaction does.
    good = connection.execute(select(sign_in_account.c.good).where(*_of(account)).with_for_update()).scalar()
    known_good = good == account.digest
    _end_own(connection, account, worker_id)
    tries = _tries(connection, account, now)
    if is_refused(connection, account):  # asked last: what is refused in this moment is under way above, or here
        return Refused()
    answer = _why_not(tries, now, known_good=known_good)
    if answer is not None:
        return answer
    values = {"worker": worker_id, "began_at": now, "known_good": int(known_good)}
    made = insert(sign_in_try).values(system=account.system, account=account.account, **values)
    return Booked(connection.execute(made.returning(sign_in_try.c.id)).scalar_one(), known_good)


def withdraw(connection: Connection, account: Account, worker_id: str) -> None:
    """Strike off what this slot may have booked and did not try."""
    connection.execute(delete(sign_in_try).where(_open(account, worker_id)))


def signed_in(connection: Connection, account: Account, booked: Booked | None) -> bool:
    """Take note that it signed in; False if that was noted before, and only the answer was lost."""
    connection.execute(update(sign_in_account).where(*_of(account)).values(good=account.digest))
    return _strike_off(connection, booked)


def refused(connection: Connection, account: Account, booked: Booked | None, now: datetime) -> bool:
    """Take note that the system refused it: it is not tried again. False if that was noted before."""
    _ADD_REFUSED.run(connection, b_system=account.system, b_digest=account.digest, b_refused_at=now)
    no_more = update(sign_in_account).where(*_of(account), sign_in_account.c.good == account.digest)
    connection.execute(no_more.values(good=None))
    return _end(connection, booked, TryEnd.REFUSED)


def broke_off(connection: Connection, booked: Booked | None) -> None:
    """Take note that a try ended without an answer; what has signed in before can hardly have been refused."""
    if booked is not None and booked.known_good:
        _strike_off(connection, booked)
    else:
        _end(connection, booked, TryEnd.UNKNOWN)


def take_code(connection: Connection, account: Account, period: int) -> bool:
    """Say whether the one-time code of a period is still to be had, and take it."""
    _ADD_ACCOUNT.run(connection, b_system=account.system, b_account=account.account)
    last = sign_in_account.c.code_period
    taken = update(sign_in_account).where(*_of(account), last.is_(None) | (last < period))
    return connection.execute(taken.values(code_period=period)).rowcount == 1


def _why_not(tries: Sequence[Row[Any]], now: datetime, *, known_good: bool) -> Answer | None:
    flying = [one for one in tries if one.ended is None and not _is_over(one, now)]
    no_answer = [one for one in tries if one not in flying and one.ended != TryEnd.REFUSED]
    # A worker that died while it tried what had signed in before was hardly refused.
    lost = [one for one in no_answer if one.ended is not None or not one.known_good]
    refused = [one for one in tries if one.ended == TryEnd.REFUSED]
    if len(refused) >= MOST_REFUSED or len(refused) + len(lost) >= MOST_LOST:
        return Enough(min(one.began_at for one in (*refused, *lost)) + WINDOW)
    alone = not known_good and flying
    return Wait() if alone or len(flying) + len(refused) >= MOST_REFUSED else None


def _is_over(one: Row[Any], now: datetime) -> bool:
    return one.worker_ended_at is not None or one.began_at < now - _LONGEST


def _tries(connection: Connection, account: Account, now: datetime) -> Sequence[Row[Any]]:
    mine = (sign_in_try.c.system == account.system) & (sign_in_try.c.account == account.account)
    connection.execute(delete(sign_in_try).where(mine, sign_in_try.c.began_at <= now - WINDOW))
    told = select(sign_in_try, worker.c.ended_at.label("worker_ended_at"))
    return connection.execute(
        told.select_from(sign_in_try.outerjoin(worker, worker.c.id == sign_in_try.c.worker)).where(mine)
    ).all()


def _end_own(connection: Connection, account: Account, worker_id: str) -> None:
    """End what this slot began before: it makes one try at a time, and how that one ended could not be stored."""
    open_still = _open(account, worker_id)
    connection.execute(delete(sign_in_try).where(open_still, sign_in_try.c.known_good == 1))
    connection.execute(update(sign_in_try).where(open_still).values(ended=TryEnd.UNKNOWN))


def _open(account: Account, worker_id: str) -> ColumnElement[bool]:
    mine = (sign_in_try.c.system == account.system) & (sign_in_try.c.account == account.account)
    return mine & (sign_in_try.c.worker == worker_id) & sign_in_try.c.ended.is_(None)


def _strike_off(connection: Connection, booked: Booked | None) -> bool:
    if booked is None:
        return True
    return connection.execute(delete(sign_in_try).where(sign_in_try.c.id == booked.id)).rowcount == 1


def _end(connection: Connection, booked: Booked | None, ended: TryEnd) -> bool:
    if booked is None:
        return True
    its = (sign_in_try.c.id == booked.id) & sign_in_try.c.ended.is_(None)
    return connection.execute(update(sign_in_try).where(its).values(ended=ended)).rowcount == 1


def _of(account: Account) -> tuple[Any, Any]:
    return sign_in_account.c.system == account.system, sign_in_account.c.account == account.account
