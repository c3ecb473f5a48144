"""Jobs that programs ask for under a key of their own: the same one sent again finds the first one's job."""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, insert, select

from rpa.console.api.call import Call
from rpa.db.console_tables import api_request
from rpa.exceptions import SameInput, UsageError
from rpa.models import Job

HEADER = "Idempotency-Key"
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Repeated:
    """A request under a key of its program; without a key each request stands for itself."""

    call: Call
    key: str

    @classmethod
    def of(cls, call: Call) -> "Repeated":
        """Return the request with its key.

        Raises:
            UsageError: The key is too long.
        """
        key = call.request.headers.get(HEADER, "").strip()
        if len(key) > LONGEST:
            raise UsageError(f"found an {HEADER} of {len(key)} characters, expected {LONGEST} at most")
        return cls(call, key)

    def before(self) -> Job | None:
        """Return the job that the same request made before; None if there is none.

        Raises:
            UsageError: Something else was sent under this key.
        """
        if not self.key:
            return None
        with self.call.desk.database.reading() as connection:
            found = self._found(connection)
        return None if found is None else self.call.desk.views.job(found)

    def keep(self, connection: Connection, job_id: int) -> None:
        """Keep the key with its job, in the transaction that makes the job.

        Raises:
            SameInput: The same request came in this very moment, and was quicker.
        """
        if not self.key:
            return
        self.call.desk.database.lock_input(connection, f"request {self._digest}")
        found = self._found(connection)
        if found is not None:
            raise SameInput(found)
        values = {"person_id": self.call.person.id, "key_digest": self._digest, "body_digest": self._body,
                  "job_id": job_id, "made_at": self.call.desk.clock.now()}  # fmt: skip
        connection.execute(insert(api_request).values(**values))

    def _found(self, connection: Connection) -> int | None:
        mine = (api_request.c.person_id == self.call.person.id) & (api_request.c.key_digest == self._digest)
        row = connection.execute(select(api_request).where(mine)).first()
        if row is None:
            return None
        if row.body_digest != self._body:
            raise UsageError(f"something else was sent under this {HEADER} before, expected a new key for a new job")
        return int(row.job_id)

    @property
    def _digest(self) -> str:
        return sha256(self.key.encode()).hexdigest()

    @property
    def _body(self) -> str:
        return sha256(self.call.sent.model_dump_json().encode()).hexdigest()
