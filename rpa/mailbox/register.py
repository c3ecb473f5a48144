"""The register of messages: each is known by its key, so that nothing of it is done twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from rpa.audit import Event, Record
from rpa.audit.record import SYSTEM_RUN
from rpa.clock import Clock
from rpa.db import Database
from rpa.db.mail_tables import letter, letter_job
from rpa.exceptions import ClaimLost
from rpa.mailbox.letters import Letter
from rpa.models import Actor, ActorKind

DONE, REFUSED = "done", "refused"
_LIBRARY = Actor(ActorKind.LIBRARY, "rpa")
_FIRST_BACKOFF, _LONGEST_BACKOFF = timedelta(seconds=30), timedelta(hours=1)


def backoff(tries: int) -> timedelta:
    """Return how long to wait before something is sent again: longer each time, up to an hour."""
    doubled: timedelta = _FIRST_BACKOFF * 2 ** min(tries, 20)
    return min(doubled, _LONGEST_BACKOFF)


@dataclass(frozen=True, slots=True)
class Known:
    """A message as stored; `ended` is None while it is still to be read."""

    id: int
    ended: str | None
    tries: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What waits to be written to a sender."""

    id: int
    sender: str
    message_id: str
    text: str
    tries: int


class Register:
    """Each move is one transaction, guarded by what it may start from."""

    def __init__(self, database: Database, record: Record, clock: Clock, *, with_results: bool) -> None:
        self._database = database
        self._record = record
        self._clock = clock
        self._with_results = with_results

    def begin(self, one: Letter) -> Known:
        """Note that a message is looked at, before anything of it is read."""
        values = {"key": one.key, "sender": one.sender, "message_id": one.message_id, "taken_at": self._clock.now()}
        try:
            with self._database.transaction() as connection:
                connection.execute(insert(letter).values(**values, tries=0, answer_tries=0))
        except IntegrityError:  # it was looked at before
            pass
        with self._database.transaction() as connection:
            counted = update(letter).where(letter.c.key == one.key).values(tries=letter.c.tries + 1)
            connection.execute(counted)
            row = connection.execute(select(letter).where(letter.c.key == one.key)).mappings().one()
        return Known(row["id"], row["ended"], row["tries"])

    def not_counted(self, known: Known) -> None:
        """Take back a look that ended by no fault of the message."""
        with self._database.transaction() as connection:
            connection.execute(update(letter).where(letter.c.id == known.id).values(tries=letter.c.tries - 1))

    def link(self, known: Known, digest: str, connection: Connection, job_id: int) -> None:
        """Give a hand-in its job, in the transaction that makes the job.

        Raises:
            ClaimLost: It has one already, from somebody who took over: there must be no second job.
        """
        mine = select(letter.c.ended).where(letter.c.id == known.id).with_for_update()
        done = select(letter_job.c.job_id).where(letter_job.c.letter_id == known.id, letter_job.c.digest == digest)
        if connection.execute(mine).scalar_one() is not None or connection.execute(done).first() is not None:
            raise ClaimLost(f"message {known.id} was read by another worker meanwhile; nothing was submitted here")
        values = {"letter_id": known.id, "digest": digest, "job_id": job_id, "result_tries": 0}
        values["result_at"] = self._clock.now() if self._with_results else None
        connection.execute(insert(letter_job).values(**values))

    def jobs(self, known: Known) -> Mapping[str, int]:
        """Return the jobs that a message made, by digest."""
        made = select(letter_job.c.digest, letter_job.c.job_id).where(letter_job.c.letter_id == known.id)
        with self._database.reading() as connection:
            return {row.digest: row.job_id for row in connection.execute(made)}

    def answers_lately(self, sender: str) -> int:
        """Return how many answers one sender was given within 24 hours."""
        since = self._clock.now() - timedelta(hours=24)
        given = select(func.count()).select_from(letter).where(
            letter.c.sender == sender, letter.c.taken_at > since, letter.c.answer.is_not(None)
        )  # fmt: skip
        with self._database.reading() as connection:
            return int(connection.execute(given).scalar_one())

    def end(self, known: Known, one: Letter, ended: str, *, said: str, answer: str | None, by: str) -> None:
        """Note what became of a message, with the answer that is to be sent, in one transaction with its event."""
        jobs = [{"sha256": digest, "job": job_id} for digest, job_id in self.jobs(known).items()]
        facts: dict[str, Any] = {"letter": known.id, "jobs": jobs, "files": [file.digest for file in one.attachments]}
        facts["message"] = sha256(one.message_id.encode()).hexdigest()
        actor = Actor(ActorKind.PERSON, by) if by else _LIBRARY
        payload = {"sender": one.sender, "message_id": one.message_id, "said": said}
        event = Event("mail.taken" if ended == DONE else "mail.refused", actor, facts=facts, payload=payload)
        values = {"ended": ended, "answer": answer, "answer_at": self._clock.now()}
        open_still = update(letter).where(letter.c.id == known.id, letter.c.ended.is_(None))
        with self._database.transaction() as connection:
            if connection.execute(open_still.values(**values)).rowcount:
                self._record.append(connection, SYSTEM_RUN, event)

    def due_answers(self) -> Sequence[Answer]:
        """Return what is to be sent by now, oldest first."""
        due = select(letter).where(
            letter.c.answer.is_not(None), letter.c.answered_at.is_(None), letter.c.answer_at <= self._clock.now()
        )  # fmt: skip
        with self._database.reading() as connection:
            rows = connection.execute(due.order_by(letter.c.id).limit(20)).mappings().all()
        return [Answer(row["id"], row["sender"], row["message_id"], row["answer"], row["answer_tries"]) for row in rows]

    def note_answered(self, one: Answer) -> None:
        """Note that an answer was sent, in one transaction with its event."""
        event = Event("mail.answered", _LIBRARY, facts={"letter": one.id}, payload={"to": one.sender})
        with self._database.transaction() as connection:
            mine = update(letter).where(letter.c.id == one.id, letter.c.answered_at.is_(None))
            if connection.execute(mine.values(answered_at=self._clock.now())).rowcount:
                self._record.append(connection, SYSTEM_RUN, event)

    def try_later(self, one: Answer) -> datetime:
        """Put an answer off that could not be sent, longer each time."""
        at: datetime = self._clock.now() + backoff(one.tries)
        with self._database.transaction() as connection:
            mine = update(letter).where(letter.c.id == one.id)
            connection.execute(mine.values(answer_at=at, answer_tries=one.tries + 1))
        return at
