"""The switch by which a person pauses a workflow: its items wait and lose no attempt until it is resumed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from rpa.audit import Event, Record, own_words
from rpa.audit.record import SYSTEM_RUN
from rpa.db import Database
from rpa.db.tables import workflow_pause
from rpa.exceptions import UsageError
from rpa.models import Actor


@dataclass(frozen=True, slots=True)
class WorkflowPause:
    """Who paused a workflow, when and why."""

    workflow: str
    paused_at: datetime
    paused_by: str
    why: str

    def __str__(self) -> str:
        return f"paused by {self.paused_by}: {self.why}"


class WorkflowPauses:
    """Which workflows are paused. `Turns` passes their items over; what is being attempted goes on."""

    def __init__(self, database: Database, record: Record, now: Callable[[], datetime]) -> None:
        self._database = database
        self._record = record
        self._now = now

    def all(self) -> dict[str, WorkflowPause]:
        """Return the pauses, by the workflow."""
        with self._database.reading() as connection:
            rows = connection.execute(select(workflow_pause).order_by(workflow_pause.c.workflow))
            return {row.workflow: WorkflowPause(row.workflow, row.paused_at, row.paused_by, row.why) for row in rows}

    def of(self, name: str) -> WorkflowPause | None:
        """Return the pause of a workflow; None if it is not paused."""
        return self.all().get(name)

    def begin(self, name: str, *, by: Actor, why: str) -> None:
        """Let no item of a workflow be attempted until it is resumed; the caller has made sure that there is one.

        Raises:
            UsageError: It is paused already; the message says by whom and why.
        """
        values = {"workflow": name, "paused_at": self._now(), "paused_by": by.name, "why": why}
        try:
            with self._database.transaction() as connection:
                connection.execute(insert(workflow_pause).values(**values))
                event = Event("workflow.paused", by, facts={"workflow": name}, payload=own_words(why))
                self._record.append(connection, SYSTEM_RUN, event)
        except IntegrityError:
            raise UsageError(f"workflow {name} is {self.of(name)}; resume it first to pause it anew") from None

    def end(self, name: str, *, by: Actor, why: str) -> None:
        """Let the items of a workflow be attempted again; workers that wait are woken.

        Raises:
            UsageError: It is not paused.
        """
        with self._database.transaction() as connection:
            mine = delete(workflow_pause).where(workflow_pause.c.workflow == name)
            if connection.execute(mine).rowcount != 1:
                raise UsageError(f"workflow {name} is not paused; `rpa workflows` shows which are")
            event = Event("workflow.resumed", by, facts={"workflow": name}, payload=own_words(why))
            self._record.append(connection, SYSTEM_RUN, event)
            self._database.notify(connection)
