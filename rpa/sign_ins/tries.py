"""One try to sign in, as all workers see it: booked before it is made, and written down as it ended."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from loguru import logger
from sqlalchemy import Connection

from rpa.alarms import AlarmKind, raise_alarm, wall_time
from rpa.audit import Event
from rpa.audit.record import SYSTEM_RUN
from rpa.exceptions import NotFoundError, SignInHeld, UsageError
from rpa.gates.breaker import LIBRARY
from rpa.secrets import Credential
from rpa.sign_ins import ledger
from rpa.sign_ins.keeper import SignIns
from rpa.sign_ins.ledger import Account, Answer, Booked, Enough, Wait

T = TypeVar("T")

_PATIENCE, _LOOK_EVERY, _LATER = 20.0, 0.25, 15.0
"""Seconds a slot waits while another tries, between two looks, and until its item is claimed again after that."""


class _ClearedError(Exception):
    """A person has resumed the system meanwhile: what it refused may be tried again, and no pause is to follow."""


class Try:
    """One try to sign in. Before the password is handed out for the first time, the try is booked."""

    def __init__(self, sign_ins: SignIns, system: str, credential: Credential, *,
                 kept_now: Callable[[], Credential]) -> None:  # fmt: skip
        self._to = sign_ins
        self._credential = credential
        self._kept_now = kept_now
        self._label = credential.label
        self._facts = {"system": system, "credential": self._label.name, "version": self._label.shown_version,
                       "found_in": self._label.found_in}  # fmt: skip
        digests = sign_ins.digests
        self._account = Account(system, digests.account(system, credential), digests.credential(system, credential))
        self._booked: Booked | None = None

    def refuse_if_known(self) -> None:
        """Raise if the very same was refused before: then not even the sign-in page is opened."""
        self._catch_up()
        if self._do(lambda connection: ledger.is_refused(connection, self._account)):
            raise self._held_as_refused()

    def release(self) -> None:
        """Book the try, unless it is; wait for others who try at this moment.

        Raises:
            SignInHeld: There may be none now.
        """
        give_up = self._to.clock.monotonic() + _PATIENCE
        while self._booked is None:
            if self._is_outdated():  # a person has corrected it since: not one more try with what was wrong
                raise self._later()
            match self._book():
                case Booked() as booked:
                    self._booked = booked
                case Wait() if self._to.clock.monotonic() < give_up:
                    self._to.clock.sleep(_LOOK_EVERY)
                case Wait():
                    raise self._later()
                case Enough(until):
                    raise self._held(self._enough_sentence(wall_time(until)))
                case _:
                    raise self._held_as_refused()

    def take(self, period: int) -> bool:
        """Take the one-time code of a period, unless it is taken."""
        return self._do(lambda connection: ledger.take_code(connection, self._account, period))

    def signed_in(self) -> None:
        """Write down that it signed in."""

        def write(connection: Connection) -> None:
            if ledger.signed_in(connection, self._account, self._booked):
                self._tell(connection, "session.signed_in")

        self._end(write)
        logger.info("signed in to {} as {}", self._account.system, self._label)

    def refused(self, told_clock: str) -> SignInHeld:
        """Write down that the system refused it, pause the system, and return what to raise.

        What was corrected while it was tried is no reason to pause: the next try is made with what is kept now.
        """
        now = self._to.leases.shared_now()

        def write(connection: Connection) -> None:
            if ledger.refused(connection, self._account, self._booked, now):
                self._tell(connection, "sign_in.refused")

        if self._is_outdated():
            self._end(write)
            return self._later()
        return self._held(self._refused_sentence + told_clock, write, ends=True)

    def broke_off(self) -> None:
        """Write down that it ended without an answer."""
        if self._booked is not None:
            self._end(lambda connection: ledger.broke_off(connection, self._booked))

    @property
    def _refused_sentence(self) -> str:
        return f"{self._account.system} refused the sign-in {self._label}. Correct it before you resume the system."

    def _enough_sentence(self, until: str) -> str:
        return (
            f"Too many tries of the account of {self._label} were refused or cut off. There is none before {until}, "
            "so that the account isn't locked; resume the system then."
        )

    def _book(self) -> Answer:
        """Book it. If the answer to that is lost, it may be booked, but the password was not handed out."""
        now = self._to.leases.shared_now()
        account, worker_id = self._account, self._to.worker_id
        self._to.unwritten[account] = lambda connection: ledger.withdraw(connection, account, worker_id)
        answer = self._do(lambda connection: ledger.book(connection, account, worker_id, now))
        del self._to.unwritten[account]
        return answer

    def _is_outdated(self) -> bool:
        try:
            return self._kept_now().material() != self._credential.material()
        except (NotFoundError, UsageError):  # it is being changed, perhaps
            return False

    def _later(self) -> SignInHeld:
        until = self._to.clock.now() + timedelta(seconds=0 if self._is_outdated() else _LATER)
        return SignInHeld(
            f"{self._account.system} can't be signed in to with {self._label} at this moment", until=until
        )

    def _held_as_refused(self) -> SignInHeld:
        """Pause the system for what it refused before, unless a person clears that in this moment."""

        def look_again(connection: Connection) -> None:
            if not ledger.is_refused(connection, self._account):  # read behind the lock that whoever resumes takes too
                raise _ClearedError

        try:
            return self._held(self._refused_sentence, look_again)
        except _ClearedError:
            return self._later()

    def _held(self, sentence: str, also: Callable[[Connection], None] = lambda _: None, *,
              ends: bool = False) -> SignInHeld:  # fmt: skip
        """Pause the system, tell people, and return what to raise."""

        def write(connection: Connection) -> None:
            name, now = self._account.system, self._to.clock.now()
            # First the row of the system, then the record: whoever pauses or resumes it locks them in this order.
            self._to.gates.hold(connection, name, why=sentence)
            also(connection)
            said = f"{sentence} Its items wait and lose no attempt; `rpa resume {name} --why …` goes on with them."
            raise_alarm(connection, AlarmKind.SIGN_IN_REFUSED, subject=name, said=said, now=now)

        # Only the end of a try must not be forgotten; what is known of earlier ones the next try finds out anew.
        (self._end if ends else self._do)(write)
        logger.warning("{}", sentence)
        return SignInHeld(sentence)

    def _tell(self, connection: Connection, event: str) -> None:
        self._to.record.append(connection, SYSTEM_RUN, Event(event, LIBRARY, facts=self._facts))

    def _end(self, write: Callable[[Connection], None]) -> None:
        """Write down how the try ended; if the database is away, before the next one is made."""
        self._to.unwritten[self._account] = write
        self._catch_up()

    def _catch_up(self) -> None:
        write = self._to.unwritten.get(self._account)
        if write is not None:
            self._do(write)
            del self._to.unwritten[self._account]

    def _do(self, work: Callable[[Connection], T]) -> T:
        with self._to.database.transaction() as connection:
            return work(connection)
