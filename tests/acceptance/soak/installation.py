"""The installation that is soaked: two workers of two slots on the clinic, with every duty of theirs in use."""

import json
from pathlib import Path
from typing import Any

from rpa.demo.clinic import Clinic
from tests.acceptance.soak.scale import Scale, settings
from tests.acceptance.survival.office import Office
from tests.acceptance.survival.running import RunningWorker
from tests.integration.alarms.servers import Hook, MailServer

PROCEDURES = Path(__file__).with_name("procedures")
WORKERS = SLOTS = 2


class Installation(Office):
    """An office with scaled settings, whose workers have a folder of their own for temporary files."""

    def __init__(self, folder: Path, clinic: Clinic, scale: Scale, *, database_url: str, mail: MailServer,
                 hook: Hook) -> None:  # fmt: skip
        folder.mkdir()
        super().__init__(folder, clinic, database_url=database_url, workflows=PROCEDURES.as_posix(), lease_seconds=10)
        self.due = folder / "due"
        self.inbox = folder / "inbox" / "keep_phones"
        self.temporary = folder.with_name("temporary")
        for one in (self.due, self.inbox, self.temporary):
            one.mkdir(parents=True)
        self._add(settings(scale, folder, smtp_port=mail.port, webhook=hook.address))

    def begin(self) -> RunningWorker:
        """Start a worker that works until it is told to stop."""
        return self.start(slots=SLOTS, until_idle=False, environment={"TMPDIR": str(self.temporary)})

    def finish(self) -> int:
        """Do what came while the workers were told to stop, as when a schedule fires then, and return the exit code."""
        return self.start(slots=SLOTS, environment={"TMPDIR": str(self.temporary)}).wait()

    def _add(self, tables: dict[str, dict[str, Any]]) -> None:
        toml = self.folder / "rpa.toml"
        said = toml.read_text(encoding="utf-8")
        said = said.replace("breaker = 0", "breaker = 4\nprobe_after = 2.0\nmax_sessions = 3")
        head, _, tail = said.partition("[browser]\n")
        _, _, system = tail.partition("\n[systems")
        lines = [head, f"[systems{system}"]
        for name, values in tables.items():
            lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in values.items())]
        toml.write_text("\n".join(lines) + "\n", encoding="utf-8")
