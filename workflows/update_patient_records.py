"""Writes new contact details from a sheet into patients' records; what only a person may change is left to one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from rpa import BusinessException, Case, Item, Retry, Table, step, workflow
from rpa.bots import Patient, PracticePas
from workflows._update_values import PROTECTED, is_same
from workflows._updates import Update, UpdateRow

CODES = {
    "NO_MATCH": "No patient has this NHS number and date of birth. "
    "Check both against the PAS, correct the row, and choose Resubmit.",
    "CONFLICT": "The record shows another value than the row has under Present value, so nothing was changed. "
    "Look at the record and find out which value is right. If it is the new one, write what the record shows into "
    "Present value and choose Resubmit; if it is not, leave the row out.",
    "PROTECTED_FIELD": "Name, sex, date of death and the mark Sensitive are only changed by a person, so nothing was "
    "changed. Check the proof of the news, change the record in the PAS by hand, and choose Resubmit: "
    "the row is done when the record shows the new value.",
    "SENSITIVE_RECORD": "The record is marked as sensitive, so nothing was changed. "
    "Let somebody who may work on sensitive records change it in the PAS by hand, and choose Resubmit.",
    "DECEASED": "The record has a date of death, so nothing was changed. "
    "Make sure that the news is about this patient. If it must still be recorded, change the record in the PAS by "
    "hand and choose Resubmit; if not, leave the row out.",
    "TWO_VALUES": "Rows of this sheet say different things about one field of one patient, so nothing was changed. "
    "Find out which row is right, delete the others in the results workbook, and for the one that stays, choose "
    "Resubmit.",
}
ALREADY_RIGHT = "already right: the record showed the new value before, so nothing was written"
BY_A_PERSON = "put right by a person"


def key_of(row: UpdateRow) -> str:
    """Return what stays the same when a person corrects a value: the field and the patient."""
    return f"{row.field.value} {row.nhs_number}"


@workflow(title="Update patient records", key=key_of, uses=PracticePas, codes=CODES,
          retry=Retry(attempts=3, wait="2m"), timeout="90s", minutes_by_hand=3)  # fmt: skip
def update_patient_records(item: Item[Update], pas: PracticePas) -> str:
    """Write a new value into a patient's record, if the record shows the value that the row expects."""
    row = item.row
    if row.contradicted:
        raise BusinessException("TWO_VALUES")
    patient = find_patient(pas, row)
    details = pas.patient_details(patient.reference)
    shown = details[row.name] if row.field in PROTECTED else look(pas, patient.reference, row.name)
    is_right = is_same(row.field, shown, row.new)
    if not is_right:
        check_allowed(row, details)
    if row.field in PROTECTED or not write(item, pas, patient, shown=shown):
        return BY_A_PERSON if row.again else ALREADY_RIGHT
    return "updated"


@update_patient_records.plan
def plan(sheet: Table[UpdateRow]) -> Iterable[Case[Update]]:
    """Make a case of each row; rows that contradict each other are one case, for a person."""
    by_key: dict[str, list[UpdateRow]] = defaultdict(list)
    for row in sheet:
        by_key[key_of(row)].append(row)
    for rows in by_key.values():
        if any(differ(rows[0], other) for other in rows[1:]):
            yield Case(update_of(rows[0], contradicted=True), of=rows, code="TWO_VALUES")
        else:
            yield from (Case(update_of(row), of=[row]) for row in rows)


def differ(one: UpdateRow, other: UpdateRow) -> bool:
    """Return whether two rows about one field of one patient say different things."""
    values = ((one.present_value, other.present_value), (one.new_value, other.new_value))
    return one.date_of_birth != other.date_of_birth or not all(is_same(one.field, *pair) for pair in values)


def update_of(row: UpdateRow, *, contradicted: bool = False) -> Update:
    """Return what the robot is handed of a row."""
    return Update.model_validate(dict(row) | {"again": row.resubmit, "contradicted": contradicted})


def find_patient(pas: PracticePas, row: Update) -> Patient:
    """Find the patient by two identifiers, afresh at every attempt."""
    patient = pas.find_patient(row.nhs_number, row.date_of_birth)
    if patient is None:
        raise BusinessException("NO_MATCH")
    return patient


@step
def look(pas: PracticePas, reference: str, name: str) -> str | None:
    """Return what a field shows before anything is written; a later attempt is to know what was there, too."""
    return pas.contact_details(reference)[name]


def check_allowed(row: Update, details: Mapping[str, str | None]) -> None:
    """Make sure that a robot may change this field of this record."""
    if row.field in PROTECTED:
        raise BusinessException("PROTECTED_FIELD")
    if details["sensitive"] != "No":
        raise BusinessException("SENSITIVE_RECORD")
    if details["date_of_death"]:
        raise BusinessException("DECEASED")


def write(item: Item[Update], pas: PracticePas, patient: Patient, *, shown: str | None) -> bool:
    """Write the new value; one that is only spelled differently counts as the same, before and after."""
    row, name = item.row, item.row.name

    def read() -> dict[str, str | None]:
        found = pas.contact_details(patient.reference)[name]
        return {name: row.new if is_same(row.field, found, row.new) else found}

    is_expected = is_same(row.field, shown, row.present_value)
    return item.change(
        f"{row.field.value} of {patient.reference}",
        expected={name: shown if is_expected else row.present_value}, new={name: row.new},
        read=read, write=lambda: pas.save_contact_details(patient.reference, **{name: row.new}),
    )  # fmt: skip
