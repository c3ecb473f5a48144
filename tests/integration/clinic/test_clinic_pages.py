from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from rpa.demo.clinic import Clinic, Skin, changes_between
from tests.integration.clinic.visiting import Visitor

MOVE = {"clinic": "", "date": "14/12/2026", "time": "09:05", "visit_type": "2"}


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/clinics", "Clinics"),
        ("/clinics/ZZ303", "Clinic"),
        ("/clinics/ZZ303?attendance_code=0&page=2", "Clinic"),
        ("/waiting-list?priority=1", "Waiting list"),
        ("/audit", "Audit"),
        ("/patients?name=A", "Patient search"),
        ("/patients/P100005", "Patient"),
        ("/patients/P100005/contact", "Contact details"),
        ("/patients/P100005/contact/edit", "Edit contact details"),
        ("/patients/P100005/appointments", "Appointments of a patient"),
        ("/patients/P100005/referrals", "Referrals of a patient"),
        ("/appointments?ubrn=000012345678", "Appointment search"),
        ("/appointments/A500005", "Appointment"),
        ("/appointments/A500005/edit", "Edit appointment"),
        ("/appointments/A500005/cancel", "Cancel appointment"),
        ("/appointments/A500005/outcome", "Record outcome"),
        ("/referrals/R300005", "Referral"),
        ("/referrals/R300005/discharge", "Discharge referral"),
    ],
)
def test_each_page_says_its_kind_in_title_and_heading(visitor: Visitor, path: str, title: str) -> None:
    reply = visitor.get(path)

    assert reply.status == 200
    assert f"<title>{title} - Practice clinic</title>" in reply.text
    assert f"<h1>{title}</h1>" in reply.text


@pytest.mark.parametrize(
    "path",
    ["/patients/P100005", "/patients/P100005/contact/edit", "/appointments/{visit}", "/appointments/{visit}/edit"],
)
def test_pages_about_a_patient_state_both_identifiers(clinic: Clinic, visitor: Visitor, path: str) -> None:
    tables = clinic.snapshot()
    referral = next(key for key, row in tables["referral"].items() if row["patient"] == "P100005")
    visit = next(key for key, row in tables["appointment"].items() if row["referral"] == referral)
    number = str(tables["patient"]["P100005"]["nhs_number"])
    year, month, day = str(tables["patient"]["P100005"]["date_of_birth"]).split("-")

    text = visitor.get(path.format(visit=visit)).text

    assert f"{number[:3]} {number[3:6]} {number[6:]}" in text
    assert f"{day}/{month}/{year}" in text


def test_a_patient_is_found_by_both_identifiers(clinic: Clinic, visitor: Visitor) -> None:
    patient = clinic.snapshot()["patient"]["P100007"]

    found = visitor.get(f"/patients?nhs_number={patient['nhs_number']}&date_of_birth={patient['date_of_birth']}")
    other = visitor.get(f"/patients?nhs_number={patient['nhs_number']}&date_of_birth=1900-01-01")

    assert "P100007" in found.text
    assert "P100007" not in other.text


def test_an_appointment_is_found_by_its_ubrn(clinic: Clinic, visitor: Visitor, booked: str) -> None:
    ubrn = clinic.snapshot()["appointment"][booked]["ubrn"]

    assert booked in visitor.get(f"/appointments?ubrn={ubrn}").text


def test_moving_an_appointment_changes_its_time_and_leaves_audit_rows(
    clinic: Clinic, visitor: Visitor, booked: str
) -> None:
    before, written = clinic.snapshot(), len(clinic.writes())
    code = str(before["appointment"][booked]["clinic"])

    reply = visitor.post(f"/appointments/{booked}/edit", MOVE | {"clinic": code})

    changes = changes_between(before, clinic.snapshot())
    rows = clinic.writes()[written:]
    assert reply.leads_to.startswith(f"/appointments/{booked}?saved=1")
    assert "Saved." in visitor.get(f"/appointments/{booked}?saved=1").text
    assert ("starts_at", "2026-12-14T09:05") in [(change.field, change.after) for change in changes]
    assert {(row.table, row.reference, row.field, row.before, row.after) for row in rows} == {
        (change.table, change.key, change.field, change.before, change.after) for change in changes
    }
    assert {(row.account, row.what) for row in rows} == {("bot", "moved appointment")}


def test_the_same_save_again_is_one_more_save_without_a_field(clinic: Clinic, visitor: Visitor) -> None:
    form = {"phone": "01632 960100", "preferred_contact": "phone"}
    visitor.post("/patients/P100009/contact/edit", form)
    before, written = clinic.snapshot(), len(clinic.writes())

    visitor.post("/patients/P100009/contact/edit", form)

    assert changes_between(before, clinic.snapshot()) == []
    assert [(row.reference, row.field) for row in clinic.writes()[written:]] == [("P100009", "")]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"date": "31/02/2027"}, "Enter the date as day/month/year"),
        ({"date": "12/12/2026"}, "The clinic is closed on Saturdays and Sundays"),
        ({"date": "02/11/2026"}, "The date can&#39;t be in the past"),
        ({"time": "9 o'clock"}, "Enter the time as hours:minutes"),
        ({"time": "18:00"}, "The clinic is open from 08:00 to 18:00"),
        ({"clinic": "XX999"}, "Choose a clinic"),
    ],
)
def test_a_move_the_clinic_can_not_make_is_refused_with_a_message(
    clinic: Clinic, visitor: Visitor, booked: str, changed: dict[str, str], message: str
) -> None:
    before = clinic.snapshot()
    code = str(before["appointment"][booked]["clinic"])

    reply = visitor.post(f"/appointments/{booked}/edit", MOVE | {"clinic": code} | changed)

    assert reply.status == 200
    assert message in reply.text
    assert changes_between(before, clinic.snapshot()) == []


def test_a_taken_time_is_refused(clinic: Clinic, visitor: Visitor) -> None:
    visits = clinic.snapshot()["appointment"]
    ahead = [(key, row) for key, row in visits.items() if row["attendance_code"] == "0" and _to_come(row["starts_at"])]
    (one, here), there = next(
        (pair, other)
        for pair in ahead
        for key, other in ahead
        if other["clinic"] == pair[1]["clinic"] and key != pair[0]
    )
    day, at = str(there["starts_at"]).split("T")

    reply = visitor.post(
        f"/appointments/{one}/edit", {"clinic": str(here["clinic"]), "date": day, "time": at, "visit_type": "1"}
    )

    assert "This time is taken" in reply.text


def _to_come(starts_at: str | None) -> bool:
    return str(starts_at) > "2026-12-01" and not str(starts_at).endswith("T00:00")


def test_cancelling_needs_a_code_a_date_and_a_reason(clinic: Clinic, visitor: Visitor, booked: str) -> None:
    before = clinic.snapshot()

    reply = visitor.post(f"/appointments/{booked}/cancel", {"attendance_code": "", "cancelled_on": "", "reason": ""})

    assert "Choose who cancelled" in reply.text
    assert "Enter the date of the cancellation" in reply.text
    assert "Enter a reason" in reply.text
    assert changes_between(before, clinic.snapshot()) == []


def test_a_cancelled_appointment_can_be_neither_moved_nor_cancelled_again(clinic: Clinic, visitor: Visitor) -> None:
    visits = clinic.snapshot()["appointment"]
    last = max((key for key, row in visits.items() if row["attendance_code"] == "0"), key=str)
    form = {"attendance_code": "2", "cancelled_on": "2026-11-20", "reason": "Patient asked"}

    first = visitor.post(f"/appointments/{last}/cancel", form)
    again = visitor.post(f"/appointments/{last}/cancel", form)
    moved = visitor.post(f"/appointments/{last}/edit", MOVE | {"clinic": str(visits[last]["clinic"])})

    visit = clinic.snapshot()["appointment"][last]
    assert first.status == 303
    assert (visit["attendance_code"], visit["cancelled_on"], visit["cancel_reason"]) == tuple(form.values())
    assert "Only a future appointment can be cancelled" in again.text
    assert "Only a future appointment can be moved" in moved.text


def test_an_outcome_is_recorded_only_for_a_visit_that_took_place(
    clinic: Clinic, visitor: Visitor, booked: str, attended: str
) -> None:
    form = {"attendance_code": "6", "outcome_code": "1"}

    done = visitor.post(f"/appointments/{attended}/outcome", form)
    refused = visitor.post(f"/appointments/{booked}/outcome", form)

    visit = clinic.snapshot()["appointment"][attended]
    assert done.status == 303
    assert (visit["attendance_code"], visit["outcome_code"]) == ("6", "1")
    assert "The appointment has not taken place yet" in refused.text


def test_a_referral_with_a_future_appointment_is_not_discharged(clinic: Clinic, visitor: Visitor, booked: str) -> None:
    tables = clinic.snapshot()
    busy = tables["appointment"][booked]["referral"]
    idle = next(str(row["referral"]) for row in tables["waiting_list"].values() if row["removed_on"] is None)
    form = {"discharged_on": "2026-11-23", "reason": "Care moved"}

    refused = visitor.post(f"/referrals/{busy}/discharge", form)
    done = visitor.post(f"/referrals/{idle}/discharge", form)

    assert "The referral has a future appointment" in refused.text
    assert done.status == 303
    assert clinic.snapshot()["referral"][idle]["status"] == "discharged"


def test_contact_details_are_checked(visitor: Visitor) -> None:
    reply = visitor.post("/patients/P100010/contact/edit", {"phone": "none", "email": "x", "preferred_contact": "fax"})

    assert reply.text.count("This is not in the right form") >= 2
    assert "Choose how to contact the patient" in reply.text


def test_what_staff_typed_is_shown_again_as_text(visitor: Visitor) -> None:
    reply = visitor.post(
        "/patients/P100010/contact/edit", {"phone": "<script>x</script>", "preferred_contact": "phone"}
    )

    assert "<script>x" not in reply.text
    assert "&lt;script&gt;x" in reply.text


def test_an_unknown_record_is_a_page_that_says_so(visitor: Visitor) -> None:
    reply = visitor.get("/patients/P999999")

    assert reply.status == 404
    assert "<h1>Not found</h1>" in reply.text


def test_the_audit_page_lists_the_writes_of_a_record(visitor: Visitor) -> None:
    visitor.post("/patients/P100011/contact/edit", {"phone": "01632 960123", "preferred_contact": "phone"})

    page = visitor.get("/audit?reference=P100011").text

    assert "saved contact details" in page
    assert "01632 960123" in page


def test_nobody_sees_a_page_without_signing_in(clinic: Clinic, visitor: Visitor) -> None:
    visitor.cookie = ""

    reply = visitor.get("/patients/P100005")

    assert reply.status == 303
    assert reply.leads_to.startswith("/sign-in?next=%2Fpatients%2FP100005")


def test_a_wrong_password_is_refused(visitor: Visitor) -> None:
    reply = visitor.post("/sign-in", {"username": "bot", "password": "guess"})

    assert reply.status == 200
    assert "The user name or the password is wrong" in reply.text


def test_after_signing_out_the_session_is_gone(visitor: Visitor) -> None:
    cookie = visitor.cookie

    visitor.post("/sign-out", {})
    visitor.cookie = cookie

    assert visitor.get("/clinics").status == 303


def test_signing_in_never_leads_to_another_place(clinic: Clinic, visitor: Visitor) -> None:
    form = {"username": clinic.username, "password": clinic.password}

    reply = visitor.ask("POST", "/sign-in?next=//elsewhere.example", form)

    assert reply.leads_to == "/clinics"


def test_the_legacy_skin_shows_pages_in_an_iframe_and_names_no_label(clinic: Clinic, visitor: Visitor) -> None:
    connection = HTTPConnection(urlsplit(clinic.address).netloc, timeout=10)
    connection.request("GET", "/clinics", headers={"cookie": visitor.cookie})
    outside = connection.getresponse().read().decode()
    connection.close()

    inside = [visitor.get("/patients").text for _ in range(2)]

    legacy = clinic.skin is Skin.LEGACY
    assert ('<iframe name="content" src="/clinics?frame=1"' in outside) is legacy
    assert ("<label" not in inside[0]) is legacy
    assert (inside[0] != inside[1]) is legacy
