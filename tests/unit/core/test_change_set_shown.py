"""What a person is shown beside a change: whose it is, and what its fields are called."""

from datetime import UTC, datetime

from rpa import Item, Row, column, workflow
from rpa.approvals import shown_of
from rpa.bots import PracticePas
from rpa.connectors.spreadsheet import NHSNumber
from rpa.models import WorkItem
from rpa.states import ItemState

AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


class Referral(Row):
    reference: str = column("Referral")
    nhs_number: NHSNumber | None = column("NHS number", default=None)


@workflow(title="Look", key="reference", uses=PracticePas)
def look(item: Item[Referral], pas: PracticePas) -> str:
    """Look."""
    return item.row.reference


def item(number: int, **data: object) -> WorkItem:
    return WorkItem(number, 1, "look", f"R{number}", data, ItemState.COMPLETED, None, None, None, 1, 1, 0, AT, None, AT)


def test_item_is_shown_with_its_patient_or_else_with_its_key() -> None:
    known = item(1, reference="R1", nhs_number="9990278199")
    erased, nobody = item(2), item(3, reference="R3")

    shown = shown_of(look, [known, erased, nobody], digest="0" * 64)

    assert shown.who == {1: "9990278199", 2: "R2", 3: "R3"}


def test_field_is_called_as_on_the_page_or_else_by_its_name_in_words() -> None:
    shown = shown_of(look, [], digest="0" * 64)

    assert [shown.label(name) for name in ("starts_at", "referral_status")] == ["Appointment time", "Referral status"]
