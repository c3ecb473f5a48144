"""The newest seal as a message: whoever keeps the messages can show later what the record was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from rpa.alarms import wall_time
from rpa.audit.sealer import Seal
from rpa.postman.messages import Message
from rpa.postman.ways import Way

_KIND = "record_seal"
_USE = (
    "Keep this message where those who run the robots can't change it. To hold the record against it, put the lines "
    "between the rulers into a file NAME.txt of a folder, and run: rpa audit verify --anchors FOLDER"
)
_RULER = "-" * 60


@dataclass(frozen=True, slots=True)
class SealMessages:
    """Sends the newest seal only: it stands for all before it."""

    way: Way
    every: timedelta

    @property
    def name(self) -> str:
        """What people call the way it goes."""
        return self.way.name

    def keep(self, seals: Sequence[Seal]) -> None:
        """Send the newest of the seals."""
        newest = seals[-1]
        subject = f"{newest.size:,} entries of {newest.tree}"
        headline = f"rpa: seal of the record over {subject}"
        text = f"The record was sealed at {wall_time(newest.sealed_at)}. {_USE}\n\n{_RULER}\n{newest.note}{_RULER}\n"
        name = sha256(newest.note.encode()).hexdigest()[:32]
        self.way.send(Message(name, _KIND, subject, headline, text, 1, newest.sealed_at))
