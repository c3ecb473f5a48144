"""The codes of the NHS Data Model and Dictionary that the clinic's forms offer."""

ATTENDANCE = {
    "0": "Future",
    "5": "Attended on time",
    "6": "Arrived late, was seen",
    "7": "Arrived late, not seen",
    "2": "Cancelled by or for the patient",
    "3": "Did not attend",
    "4": "Cancelled by the provider",
}
CANCELLED = {code: ATTENDANCE[code] for code in "24"}
ATTENDED = {code: ATTENDANCE[code] for code in "5673"}
OUTCOMES = {"1": "Discharged", "2": "Another appointment given", "3": "Appointment to be made later"}
PRIORITIES = {"1": "Routine", "2": "Urgent", "3": "Two week wait"}
VISIT_TYPES = {
    "1": "First, face to face",
    "2": "Follow-up, face to face",
    "3": "First, by telephone",
    "4": "Follow-up, by telephone",
}
CONTACT_BY = {"letter": "Letter", "phone": "Phone", "email": "Email"}


def named(code: str | None, names: dict[str, str]) -> str:
    """Write a code with its meaning, as `5 Attended on time`; nothing for nothing."""
    return f"{code} {names.get(code, '')}".strip() if code else ""
