"""News about patients, from the sheet through a real browser to the records, and back to the sheet."""

from datetime import UTC, datetime
from pathlib import Path

from openpyxl import load_workbook
from sqlalchemy import select

from rpa.audit import verify
from rpa.codes import explain
from rpa.db.tables import event
from rpa.demo.clinic.store import Author, opened
from rpa.demo.updates import DUPLICATE, REJECTED
from rpa.views import RowStory
from tests.acceptance.updates.conftest import Done, Stage, column_of
from workflows.update_patient_records import CODES

PLAIN = (None, "letter", "phone", "email")
"""Values that are words of the clinic and nobody's own."""


def test_every_row_ends_as_planted(stage: Stage, done: Done) -> None:
    ends = {one.place.row: end_of(one) for one in done.stories}

    planted = {number: one.ends for number, one in enumerate(stage.news, 2)}
    assert ends == planted
    assert set(CODES) <= set(planted.values())


def test_the_clinic_differs_in_exactly_what_was_to_be_written(stage: Stage, done: Done) -> None:
    before, after = done.before["patient"], done.after["patient"]

    changed = {
        (reference, name): value
        for reference, one in after.items()
        for name, value in one.items()
        if value != before[reference][name]
    }

    written = {"+44 1632 960 971": "01632960971", "zz12 9zz": "ZZ12 9ZZ", "07700 900 971": "07700900971"}
    assert changed == {
        (one.about["reference"], one.field.lower()): None if one.new == "(none)" else written.get(str(one.new), one.new)
        for one in stage.news
        if one.ends == "updated"
    }


def test_nothing_was_written_twice_and_the_record_tells_all(stage: Stage, done: Done) -> None:
    made = [one for one in done.effects if one.state == "made"]

    assert done.saves == len(made) == len([one for one in stage.news if one.ends == "updated"])
    assert done.totals.balance
    assert verify(stage.desk.database).clean


def test_the_chain_of_the_record_holds_no_number_and_no_value_of_a_patient(stage: Stage, done: Done) -> None:
    with stage.desk.database.reading() as connection:
        bodies = b"".join(connection.execute(select(event.c.body)).scalars()).decode()

    told = {str(one.about["nhs_number"]) for one in stage.news}
    told |= {str(value) for one in done.effects for value in (one.after or {}).values() if value not in PLAIN}
    assert not [value for value in told if value in bodies]


def test_the_sheet_comes_back_with_an_answer_beside_every_row(stage: Stage, done: Done) -> None:
    outcomes, happened = column_of(done.back, "Outcome"), column_of(done.back, "What happened")

    words = {"updated": "Done", "already right": "Done", REJECTED: REJECTED, DUPLICATE: DUPLICATE}
    assert outcomes == [words.get(one.ends, "For a person") for one in stage.news]
    said = dict(zip((one.ends for one in stage.news), happened, strict=True))
    assert said["already right"] == "Already right: the record showed the new value before, so nothing was written."
    conflict = explain("CONFLICT", CODES).what_happened
    assert said["CONFLICT"].startswith(f"{conflict} Found otherwise than expected: ")
    assert happened[-6:] == [
        "New value is not a telephone number: ten or eleven digits that start with 0, or + and a country code.",
        "New value is not a mobile number: eleven digits that start with 07, or + and a country code.",
        "New value is blank, a value is needed.",
        "New value says that there is no value: write (none) if the field is to be emptied.",
        "Field is not one of: Phone, Mobile, Email, Address, Town, Postcode, Preferred contact, Family name, "
        "Given name, Sex, Date of death, Sensitive.",
        "NHS number is not a valid NHS number: its check digit doesn't fit, so a digit is wrong.",
    ]


def test_what_a_person_did_by_hand_is_done_when_the_sheet_is_sent_again(
    stage: Stage, done: Done, tmp_path: Path
) -> None:
    name, death = [number for number, one in enumerate(stage.news, 2) if one.ends == "PROTECTED_FIELD"][:2]
    conflict = next(number for number, one in enumerate(stage.news, 2) if one.ends == "CONFLICT")
    by_hand(stage, name, family_name="Newname")
    marked = mark(done.back, name, death, conflict, present={conflict: str(stage.news[conflict - 2].about["phone"])})

    job = stage.send(marked)

    ends = {one.place.row: one.item.code or one.item.outcome for one in stage.desk.views.rows(job.id) if one.item}
    assert ends == {name: "put right by a person", death: "PROTECTED_FIELD", conflict: "updated"}
    assert column_of(stage.results(job, tmp_path), "Outcome")[name - 2] == "Done"


def test_the_right_one_of_two_values_is_written_when_it_alone_is_sent_again(
    stage: Stage, done: Done, tmp_path: Path
) -> None:
    first, second = [number for number, one in enumerate(stage.news, 2) if one.ends == "TWO_VALUES"]

    job = stage.send(mark(done.back, second))

    (item,) = stage.desk.views.items(job.id)
    assert item.outcome == "updated"
    reference = str(stage.news[first - 2].about["reference"])
    assert stage.clinic.snapshot()["patient"][reference]["phone"] == "01632960974"


def end_of(row: RowStory) -> str:
    """Return how a row ended: a code, the first words of an outcome, or what became of a row that is no case."""
    if row.item is None or row.ended != "item":
        return row.ended.capitalize()
    return (row.item.code or row.item.outcome or "").partition(":")[0]


def by_hand(stage: Stage, row: int, **values: str) -> None:
    """Change a record as a clerk would."""
    author = Author("clerk", "changed details", datetime.now(UTC))
    with opened(stage.clinic.database) as records, records.transaction():
        records.save("patient", str(stage.news[row - 2].about["reference"]), values, author=author)


def mark(workbook: Path, *rows: int, present: dict[int, str] | None = None) -> Path:
    """Choose Resubmit in rows, and correct what is expected in them."""
    book = load_workbook(workbook)
    page = book.worksheets[0]
    headings = [cell.value for cell in page[1]]
    for row in rows:
        page.cell(row, headings.index("Outcome") + 1, "Resubmit")
        if row in (present or {}):
            page.cell(row, headings.index("Present value") + 1, (present or {})[row])
    back = workbook.with_name(f"{rows[0]} again {workbook.name}")
    book.save(back)
    return back
