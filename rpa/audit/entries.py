"""What a transaction will say in the record, gathered while it works and appended in one go at its end."""

from sqlalchemy import Connection

from rpa.audit.events import Event
from rpa.audit.record import Record


class Entries:
    """Events by run, in the order they were added."""

    def __init__(self) -> None:
        self._by_run: dict[str, list[Event]] = {}

    def add(self, run: str, *events: Event) -> None:
        """Add events of a run."""
        self._by_run.setdefault(run, []).extend(events)

    def append_to(self, record: Record, connection: Connection) -> None:
        """Append all of them, in the caller's transaction."""
        # Sorted, so that two transactions that write to the same two runs wait for each other in the same order.
        for run in sorted(self._by_run):
            record.append(connection, run, *self._by_run[run])
