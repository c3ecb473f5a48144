"""Fields are found by label or by the text beside them, filled with read-back, and read; tables too."""

from datetime import date, datetime

import pytest

from rpa.connectors.browser import Html, Reply, Session
from rpa.exceptions import SystemException
from tests.integration.browser.site import Answer, Site

MODERN = """<form><label for=p>Phone</label><input id=p value="020"><label>E-mail * <input name=e></label>
<label for=c>Clinic</label><select id=c><option value=A1>Breast</option><option value=B2>Lung</option></select>
<fieldset><legend>Priority</legend><label><input type=radio name=r value=1>Routine</label>
<label><input type=radio name=r value=2>Urgent</label></fieldset>
<label for=n>Notes</label><textarea id=n></textarea><label><input type=checkbox> Interpreter</label></form>"""
LEGACY = """<table><tr><td><b>Phone:</b></td><td><input name=x17 value="020"></td></tr>
<tr><td>Clinic</td><td><select name=q><option value=A1>Breast<option value=B2>Lung</select></td></tr>
<tr><td>Born</td><td>01/02/1950</td></tr></table>"""


@pytest.mark.parametrize("markup", [MODERN, LEGACY], ids=["labels", "text beside"])
def test_fields_are_filled_and_read_the_same_in_both_markups(session: Session, site: Site, markup: str) -> None:
    site.pages["/"] = markup
    session.goto("/")

    session.fill({"Phone": "0161 496 0000", "Clinic": "Lung"})

    assert session.read(["phone", "Clinic"]) == {"phone": "0161 496 0000", "Clinic": "B2"}


def test_every_kind_of_control_is_filled(session: Session, site: Site) -> None:
    site.pages["/"] = MODERN
    session.goto("/")

    session.fill({"E-mail": "a@example.org", "Priority": "Urgent", "Notes": "line\nline", "Interpreter": True})

    assert session.read(["E-mail", "Priority", "Interpreter"]) == {
        "E-mail": "a@example.org",
        "Priority": "2",
        "Interpreter": "true",
    }


def test_fields_in_a_frame_are_filled_together_with_those_outside(session: Session, site: Site) -> None:
    site.pages["/"] = "<label>Reason <input></label><iframe src=/inner></iframe>"
    site.pages["/inner"] = LEGACY
    session.goto("/")
    session.page.frame_locator("iframe").locator("select").wait_for()

    session.fill({"Reason": "moved", "Phone": "0161 496 0001"})

    assert session.read(["Reason", "Phone"]) == {"Reason": "moved", "Phone": "0161 496 0001"}


def test_fields_of_a_page_that_still_comes_in_after_a_form_are_waited_for(session: Session, site: Site) -> None:
    site.pages["/"] = "<form action=/next><button>Go</button></form>"
    site.pages["/next"] = Answer(f"<title>Next</title>{' ' * 4096}", rest=f"{MODERN}<table><th>Day".encode())
    for use in (lambda: session.fill({"Phone": "1"}), lambda: session.read(["Phone"]), lambda: session.table("Day")):
        session.goto("/")
        session.submit(session.page.get_by_role("button"))

        use()


def test_missing_field_is_named_and_its_value_is_not(session: Session, site: Site) -> None:
    site.pages["/"] = MODERN
    session.goto("/")

    with pytest.raises(SystemException) as caught:
        session.fill({"Mobile": "07700 900000"})

    assert caught.value.code == "FIELD_NOT_FOUND"
    assert "Mobile" in str(caught.value) and "07700" not in str(caught.value)


def test_two_fields_of_one_label_are_refused(session: Session, site: Site) -> None:
    site.pages["/"] = "<label>Phone <input></label><label>Phone <input></label>"
    session.goto("/")

    with pytest.raises(SystemException) as caught:
        session.fill({"Phone": "1"})

    assert caught.value.code == "FIELD_AMBIGUOUS"


@pytest.mark.parametrize(
    "field",
    [
        "<input id=f maxlength=3>",
        "<input id=f readonly>",
        "<input id=f disabled>",
        "<input id=f onchange='this.value=this.value.slice(1)'>",
        "<select id=f><option>other</select>",
    ],
)
def test_field_that_does_not_keep_its_value_is_a_fault(session: Session, site: Site, field: str) -> None:
    site.pages["/"] = f"<label for=f>Phone</label>{field}"
    session.goto("/")

    with pytest.raises(SystemException) as caught:
        session.fill({"Phone": "01614960000"})

    assert caught.value.code == "NOT_FILLED"


TABLE = """<table><tr><td>layout<table><caption>Visits</caption><tr><th>When<th>Clinic</tr>
<tr><td>1 May<td> Lung  A</tr><tr><td>2 May<td>Breast</tr>
<tr><td colspan=2>Page 1 of 1</tr></table></td></tr></table>"""


def test_table_is_read_by_heading_in_one_call(session: Session, site: Site) -> None:
    site.pages["/"] = TABLE
    session.goto("/")

    rows = session.table("When", "Clinic")

    assert rows[0] == {"When": "1 May", "Clinic": "Lung A"}
    assert rows == session.table(caption="Visits")[: len(rows)]


def test_screen_and_request_route_read_the_same(session: Session, site: Site) -> None:
    site.pages["/"] = LEGACY + TABLE
    session.goto("/")

    beside = session.get("/").html

    assert beside.read(["Phone", "Clinic", "Born"]) == session.read(["Phone", "Clinic", "Born"])
    assert beside.table("When", "Clinic") == session.table("When", "Clinic")


def test_label_that_is_not_there_is_a_fault_beside_the_screen_too() -> None:
    page = Html("<table><tr><td>Phone</td><td>1</td></tr></table>")

    with pytest.raises(SystemException) as caught:
        page.read(["Mobile"])

    assert caught.value.code == "FIELD_NOT_FOUND"


def test_xhtml_with_an_encoding_and_an_empty_page_are_read() -> None:
    stated = Html('<?xml version="1.0" encoding="iso-8859-1"?><html><p>Zoë</p></html>')

    assert stated.texts("//p") == ["Zoë"]
    assert Html(" ").texts("//p") == []


def test_reply_is_read_in_the_character_set_it_states() -> None:
    reply = Reply("http://127.0.0.1/", 200, "<p>Zoë</p>".encode("cp1252"), "text/html; charset=windows-1252")

    assert reply.html.texts("//p") == ["Zoë"]


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("date", date(2026, 11, 20), "2026-11-20"),
        ("date", "2026-11-20", "2026-11-20"),
        ("datetime-local", datetime(2026, 11, 20, 9, 30), "2026-11-20T09:30"),  # noqa: DTZ001 - as the screen has it
    ],
)
def test_field_for_dates_takes_a_date(session: Session, site: Site, kind: str, value: str | date, kept: str) -> None:
    site.pages["/"] = f"<label>Seen on <input type={kind}></label>"
    session.goto("/")

    session.fill({"Seen on": value})

    assert session.read(["Seen on"]) == {"Seen on": kept}


def test_field_for_dates_says_which_form_it_takes(session: Session, site: Site) -> None:
    site.pages["/"] = "<label>Seen on <input type=date></label>"
    session.goto("/")

    with pytest.raises(SystemException) as caught:
        session.fill({"Seen on": "20/11/2026"})

    assert caught.value.code == "NOT_FILLED"
    assert caught.value.message.endswith("expected a date, or text such as 2026-11-20")
