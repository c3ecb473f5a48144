"""What the practice clinic's pages call the fields that the bot writes, for whoever reads of them."""

from rpa.bots.practice_pas.screens import CONTACT

LABELS = {
    **CONTACT,
    "starts_at": "Appointment time",
    "attendance_code": "Attendance code",
    "cancelled_on": "Cancelled on",
    "cancel_reason": "Cancellation reason",
    "outcome_code": "Outcome code",
    "status": "Status",
    "discharged_on": "Discharged on",
    "discharge_reason": "Discharge reason",
}
"""The label of each field, by its name in code."""
