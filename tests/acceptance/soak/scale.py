"""A day of 24 hours, squeezed into some minutes: each clock and each size of the settings goes with it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOURS = 24


@dataclass(frozen=True)
class Scale:
    """How long the squeezed day is."""

    minutes: float

    @property
    def seconds(self) -> float:
        return self.minutes * 60

    @property
    def hour(self) -> float:
        """Seconds that stand for an hour."""
        return self.seconds / HOURS

    def every(self, hours: float, *, least: float) -> float:
        """Seconds between two of what happens every so many hours."""
        return max(least, hours * self.hour)


def settings(scale: Scale, folder: Path, *, smtp_port: int, webhook: str) -> dict[str, Any]:
    """Return the tables of `rpa.toml`: what is said by the hour there goes by the scaled hour here."""
    return {
        "worker": {"recycle_hours": scale.every(4, least=45) / 3600},
        "browser": {"timeout": 15, "recycle_after": 10},
        "inbox": {"settle": 0.5},
        "alarms": {
            "mail_to": ["team@trust.example"],
            "smtp_host": "127.0.0.1",
            "smtp_port": smtp_port,
            "smtp_security": "none",
            "webhook": webhook,
            "again_after": 1,
            "most_per_hour": 10_000,
            "silent_after": 20,
        },
        "schedules.often": {
            "workflow": "keep_phones",
            "files": [(folder / "due" / "*.csv").as_posix()],
            "every": f"{scale.every(1, least=60):.0f}s",
            "overlap": "queue",
        },
    }
