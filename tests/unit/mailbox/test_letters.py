"""A message is read however oddly it was made, and nothing in it is taken for more than it is."""

from email.message import EmailMessage

import pytest

from rpa.mailbox.addressing import workflow_of
from rpa.mailbox.authentication import is_vouched_for
from rpa.mailbox.letters import read_letter
from rpa.mailbox.words import neutral

NAMES = ["compare", "update_contact_details"]
HEAD = b"From: Jo <jo@trust.example>\r\nMessage-ID: <1@x>\r\nMIME-Version: 1.0\r\n"


def part(headers: str, body: str = "TnVtYmVyCjEK") -> bytes:
    return (
        HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
        + f"{headers}\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}\r\n--b--\r\n".encode()
    )  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ('Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="list.csv"', "list.csv"),
        ("Content-Type: text/csv\r\nContent-Disposition: attachment; filename*=utf-8''w%C3%A4iting.csv", "wäiting.csv"),
        ("Content-Type: text/csv; name*0=wait; name*1=ing.csv", "waiting.csv"),
        ('Content-Type: text/csv; name="=?utf-8?b?bGlzdC5jc3Y=?="', "list.csv"),
        ("Content-Type: application/vnd.ms-excel", "attachment.xls"),
        ("Content-Type: application/octet-stream", "attachment.bin"),
        ('Content-Type: text/csv\r\nContent-Disposition: attachment; filename="../../etc/list.csv"', "list.csv"),
        ('Content-Type: text/csv\r\nContent-Disposition: attachment; filename="C:\\\\x\\\\list.csv"', "list.csv"),
    ],
)
def test_attachment_is_found_by_whatever_names_it(headers: str, name: str) -> None:
    (found,) = read_letter(part(headers)).attachments

    assert (found.name, found.content, found.broken) == (name, b"Number\n1\n", False)


@pytest.mark.parametrize("body", ["TnVtYmVyCjE", "TnVt*mVyCjEK"])
def test_attachment_whose_base64_is_broken_is_known_as_such(body: str) -> None:
    (found,) = read_letter(part('Content-Type: text/csv; name="list.csv"', body)).attachments

    assert found.broken


def test_workbook_inside_of_parts_within_parts_is_found() -> None:
    inner = EmailMessage()
    inner.set_content("see below")
    inner.add_attachment(b"Number\n1\n", maintype="text", subtype="csv", filename="list.csv")
    outer = EmailMessage()
    outer["From"] = "jo@trust.example"
    outer.set_content("Forwarded")
    outer.add_attachment(inner)

    found = read_letter(outer.as_bytes()).attachments

    assert [one.name for one in found] == ["list.csv"]


def test_parts_without_end_are_refused() -> None:
    raw = HEAD + b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(3000))

    with pytest.raises(ValueError, match="parts"):
        read_letter(raw)


@pytest.mark.parametrize(
    "line",
    [
        "From: jo@trust.example, eve@evil.example",
        "From: jo@trust.example\r\nFrom: eve@evil.example",
        "From: nobody",
        "Subject: no sender",
    ],
)
def test_message_that_names_no_one_sender_has_none(line: str) -> None:
    assert read_letter(f"{line}\r\n\r\nhello".encode()).sender == ""


def test_address_in_a_display_name_is_not_the_sender() -> None:
    assert read_letter(b'From: "jo@trust.example" <eve@evil.example>\r\n\r\nx').sender == "eve@evil.example"


@pytest.mark.parametrize(
    "line",
    ["Auto-Submitted: auto-replied", "Precedence: bulk", "List-Id: <x>", "Return-Path: <>", "X-Autoreply: yes",
     "Content-Type: multipart/report; boundary=b"],
)  # fmt: skip
def test_message_that_no_person_sent_is_known(line: str) -> None:
    assert read_letter(HEAD + f"{line}\r\n\r\nhello".encode()).is_automatic


@pytest.mark.parametrize(
    ("subject", "to", "found"),
    [
        ("Update contact details", "robot@t.example", ("update_contact_details", False)),
        ("update-contact-details again", "robot@t.example", ("update_contact_details", True)),
        ("Mrs Smith", "robot+compare@t.example", ("compare", False)),
        ("again", "robot+compare@t.example", ("compare", True)),
        ("Please compare this", "robot@t.example", ("", False)),
        ("compare", "robot+nothing@t.example", ("", False)),
        ("compare", "robot+compare@elsewhere.example", ("compare", False)),
    ],
)
def test_address_or_subject_tells_the_workflow(subject: str, to: str, found: tuple[str, bool]) -> None:
    assert workflow_of(NAMES, address="robot@t.example", recipients=[to], subject=subject) == found


@pytest.mark.parametrize(
    ("lines", "good"),
    [
        (["mx.t; dmarc=pass header.from=t.example"], True),
        (["mx.t 1; spf=pass smtp.mailfrom=jo@t.example; dkim=pass (good) header.d=mail.t.example"], True),
        (["mx.t; spf=pass smtp.mailfrom=jo@t.example"], False),
        (["mx.t; dkim=pass header.d=t.example"], False),
        (["mx.t; spf=pass smtp.mailfrom=evil.example; dkim=pass header.d=evil.example"], False),
        (["mx.t; dmarc=pass header.from=evil.example"], False),
        (["mx.t; dmarc=fail (dmarc=pass header.from=t.example) header.from=t.example"], False),
        (["mx.t; spf=fail reason=dmarc=pass header.from=t.example"], False),
        (["mx.t; dmarc=fail", "mx.t; dmarc=pass header.from=t.example"], False),
        (["elsewhere; dmarc=pass header.from=t.example"], False),
        (["mx.t.evil; dmarc=pass header.from=t.example"], False),
        (["mx.t; none"], False),
        ([], False),
    ],
)
def test_only_the_trusts_own_server_vouches_for_a_sender(lines: list[str], good: bool) -> None:
    assert is_vouched_for(lines, sender="jo@t.example", server="mx.t") is good


def test_names_of_files_and_sheets_are_not_told() -> None:
    said = neutral("Smith.xlsx: sheet 'Ann Smith' has no column 'NHS number'", ["Smith.xlsx"])

    assert said == "attachment 1: the sheet has no column 'NHS number'"
