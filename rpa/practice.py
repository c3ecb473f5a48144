"""Whether an installation has a practice clinic: a hospital system with made-up patients, to try everything with."""

from collections.abc import Mapping
from pathlib import Path

from rpa.audit import Event, Record
from rpa.audit.record import SYSTEM_RUN
from rpa.db import Database
from rpa.models import Actor

SYSTEM = "practice-pas"
SAMPLES: Mapping[str, tuple[str, ...]] = {
    "update_patient_records": ("patient_updates.xlsx",),
    "reconcile_appointments": ("ers_worklist.xlsx", "pas_appointments.xlsx"),
    "list_pifu_reviews": ("pifu_pathways.xlsx",),
    "watch_cancer_pathways": ("cancer_pathways.xlsx",),
    "discharge_lingering_referrals": ("lingering_referrals.xlsx",),
}
"""The sample files of each workflow, the easiest first."""
_MARK = "wanted"


class Practice:
    """Whether an installation has a practice clinic, and its files: all of it is in one folder and can be removed."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "practice"

    @property
    def is_wanted(self) -> bool:
        """Whether somebody has loaded it; it runs as long as `rpa up` does."""
        return (self.folder / _MARK).is_file()

    @property
    def samples(self) -> Path:
        """The folder of the sample workbooks."""
        return self.folder / "samples"

    def load(self, database: Database, record: Record, *, by: Actor) -> bool:
        """Say that it is wanted; False if it was already."""
        if self.is_wanted:
            return False
        with database.transaction() as connection:
            record.append(connection, SYSTEM_RUN, Event("practice.loaded", by))
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / _MARK).touch()
        return True

    def remove(self, database: Database, record: Record, *, by: Actor) -> bool:
        """Say that it is wanted no longer; False if it was not. Jobs that were done with it stay in the record."""
        if not self.is_wanted:
            return False
        with database.transaction() as connection:
            record.append(connection, SYSTEM_RUN, Event("practice.removed", by))
        (self.folder / _MARK).unlink(missing_ok=True)
        return True
