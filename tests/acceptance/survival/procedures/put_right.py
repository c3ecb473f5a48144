"""A workflow with two writes an item: a patient's phone number, then the time of an appointment."""

from datetime import date, datetime

from rpa import BusinessException, Item, NHSNumber, Retry, Row, Ubrn, column, step, workflow
from rpa.bots import Patient, PracticePas


class Update(Row):
    nhs_number: NHSNumber = column("NHS number")
    date_of_birth: date = column("Date of birth")
    phone: str = column("Phone")
    new_phone: str = column("New phone")
    ubrn: Ubrn = column("UBRN")
    time: datetime = column("Time")
    new_time: datetime = column("New time")


@workflow(title="Put phone and time right", key="nhs_number", uses=PracticePas, timeout="60s",
          retry=Retry(attempts=2, wait="1s"),
          codes={"NO_MATCH": "No patient has this number and date of birth. Check both in the sheet."})  # fmt: skip
def put_right(item: Item[Update], pas: PracticePas) -> str:
    """Write phone number and appointment time from the sheet."""
    return write_both(item, pas)


@workflow(title="Put phone and time right soon", key="nhs_number", uses=PracticePas, timeout="10s",
          retry=Retry(attempts=2, wait="1s"))  # fmt: skip
def put_right_soon(item: Item[Update], pas: PracticePas) -> str:
    """Write phone number and appointment time from the sheet, within a few seconds."""
    return write_both(item, pas)


@workflow(title="Put phone and time right, however often it takes", key="nhs_number", uses=PracticePas, timeout="60s",
          retry=Retry(attempts=20, wait="1s", longest="2s"))  # fmt: skip
def put_right_patiently(item: Item[Update], pas: PracticePas) -> str:
    """Write phone number and appointment time from the sheet, whatever becomes of the browser meanwhile."""
    return write_both(item, pas)


def write_both(item: Item[Update], pas: PracticePas) -> str:
    row = item.row
    patient = find(pas, row)
    item.change(
        f"patient {patient.reference}", expected={"phone": row.phone}, new={"phone": row.new_phone},
        read=lambda: pas.contact_details(patient.reference),
        write=lambda: pas.save_contact_details(patient.reference, phone=row.new_phone),
    )  # fmt: skip
    visit = visit_of(pas, row)
    item.change(
        f"appointment {visit}", expected={"starts_at": row.time}, new={"starts_at": row.new_time},
        read=lambda: pas.appointment_at(visit).facts(),
        write=lambda: pas.move_appointment(visit, when=row.new_time),
    )  # fmt: skip
    return "put right"


@step
def find(pas: PracticePas, row: Update) -> Patient:
    found = pas.find_patient(row.nhs_number, row.date_of_birth)
    if found is None:
        raise BusinessException("NO_MATCH")
    return found


@step
def visit_of(pas: PracticePas, row: Update) -> str:
    found = pas.appointment(row.ubrn)
    if found is None:
        raise BusinessException("NO_MATCH")
    return found.reference
