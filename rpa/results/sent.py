"""Reads again the files that a job was made of: what a rejected row says is kept nowhere else."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from rpa.connectors.spreadsheet import Row, read_table
from rpa.evidence import EvidenceStore
from rpa.exceptions import EvidenceLocked, NotFoundError, UsageError
from rpa.models import Job, RowRef
from rpa.planning import password_of
from rpa.secrets import Secrets


class Kept(Protocol):
    """Where the kept copies are, and what opens them."""

    @property
    def evidence(self) -> EvidenceStore:
        """The kept copies of what was sent."""

    @property
    def secrets(self) -> Secrets:
        """What opens the files that need a password."""


def read_sent(kept: Kept, also: Mapping[str, Mapping[str, str]], job: Job, model: type[Row]) -> dict[RowRef, Row]:
    """Return the rows of a job's files by their place, as a row class has them; none of a file that is gone."""
    return {row.source: row for one in job.inputs for row in _rows(kept, also, one, model)}


def _rows(kept: Kept, also: Mapping[str, Mapping[str, str]], one: Mapping[str, Any], model: type[Row]) -> list[Row]:
    name = str(one["name"])
    with TemporaryDirectory() as folder:
        path = Path(folder) / str(one["file"])  # the reader tells kinds of files by their names
        try:
            path.write_bytes(kept.evidence.read(str(one["sha256"])))
            password = password_of(one, kept.secrets)
            heads, sheet = also.get(name, {}), str(one["sheet"])
            return list(read_table(path, model, name=name, sheet=sheet, also=heads, password=password))
        except (NotFoundError, EvidenceLocked, UsageError):
            return []
