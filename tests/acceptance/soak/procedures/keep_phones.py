"""A workflow with one write an item: a patient's phone number, whatever it was before."""

from datetime import date

from rpa import BusinessException, Item, NHSNumber, Retry, Row, column, step, workflow
from rpa.bots import Patient, PracticePas


class Entry(Row):
    nhs_number: NHSNumber = column("NHS number")
    date_of_birth: date = column("Date of birth")
    phone: str = column("New phone")


@workflow(title="Keep phone numbers", key="nhs_number", uses=PracticePas, timeout="40s",
          retry=Retry(attempts=20, wait="1s", longest="4s"),
          codes={"NO_MATCH": "No patient has this number and date of birth. Check both in the sheet."})  # fmt: skip
def keep_phones(item: Item[Entry], pas: PracticePas) -> str:
    """Write the phone number from the sheet."""
    patient = find(pas, item.row)
    shown = pas.contact_details(patient.reference)
    changed = item.change(
        f"patient {patient.reference}", expected={"phone": shown["phone"]}, new={"phone": item.row.phone},
        read=lambda: pas.contact_details(patient.reference),
        write=lambda: pas.save_contact_details(patient.reference, phone=item.row.phone),
    )  # fmt: skip
    return "written" if changed else "already there"


@step
def find(pas: PracticePas, row: Entry) -> Patient:
    found = pas.find_patient(row.nhs_number, row.date_of_birth)
    if found is None:
        raise BusinessException("NO_MATCH")
    return found
