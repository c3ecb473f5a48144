"""A row of the PAS's list of cancer pathways."""

from datetime import date
from typing import Any

from rpa import NHSNumber, Row, column


class ListedPathway(Row):
    """One row of the PAS's list."""

    pathway: str = column("Pathway", note="The number of the cancer pathway in the PAS.", example="REN2600001")
    nhs_number: NHSNumber = column("NHS number", "NHS No")
    referral_date: date | None = column("Referral date", default=None, required=False)
    status: str | None = column("Status", default=None, required=False, note="As the PAS has it; it is read anew.",
                                example="Open")  # fmt: skip


class NamedPathway(Row):
    """What a row says of its pathway, whether or not the rest of it can be read."""

    pathway: str | None = column("Pathway", default=None)
    nhs_number: Any = column("NHS number", "NHS No", default=None)
