"""Looks up telephone numbers in the practice clinic."""

from rpa import Item, Retry, Row, column, workflow
from rpa.bots import PracticePas


class Patient(Row):
    """One patient."""

    reference: str = column("Patient")


@workflow(
    title="Look up numbers", key="reference", uses=PracticePas, retry=Retry(attempts=2, wait="1s"), timeout="120s"
)
def look_up(item: Item[Patient], pas: PracticePas) -> str:
    """Open the patient's form, and write nothing."""
    pas.contact_details(item.row.reference)
    pas.session.goto(f"/patients/{item.row.reference}/contact/edit")
    return "looked up"
