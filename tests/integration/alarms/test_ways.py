"""E-mail and webhook: encrypted, with a certificate that is checked, and nothing secret in what is told of a fault."""

import json
from pathlib import Path
from typing import Any

import pytest

from rpa.exceptions import UsageError
from rpa.postman import Delivery, Postman
from rpa.secrets import Secrets
from rpa.settings import AlarmSettings
from tests.conftest import HandClock
from tests.integration.alarms.conftest import Office
from tests.integration.alarms.servers import CERTIFICATE, MailServer, hook_server, mail_server

PEOPLE = ("ops@example.nhs.uk", "duty@example.nhs.uk")


def tried(office: Office, **settings: Any) -> Delivery:
    (delivery,) = office.postman(**settings).test()
    return delivery


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """One kind is enough: nothing is stored here."""
    return f"sqlite:///{(tmp_path / 'rpa.db').as_posix()}"


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_goes_to_everybody_over_an_encrypted_connection(office: Office, security: str) -> None:
    with mail_server(tls=security == "tls") as server:
        sent = tried(office, mail_to=PEOPLE, smtp_port=server.port, smtp_security=security, ca_file=CERTIFICATE)

    (mail,) = server.mails
    assert (sent.fault, server.encrypted, server.recipients) == (None, [True], list(PEOPLE))
    assert (mail["Subject"], mail["From"]) == ("rpa: a test of the alarms", "rpa@localhost")
    assert mail["Date"] == "Mon, 23 Nov 2026 09:00:00 +0000"
    assert mail["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_server_without_a_good_certificate_gets_nothing(office: Office, security: str) -> None:
    with mail_server(tls=security == "tls") as server:
        sent = tried(office, mail_to=PEOPLE, smtp_port=server.port, smtp_security=security)

    assert not server.mails
    assert sent.fault == "the server's certificate is not trusted; see ca_file in [alarms]"


def test_server_that_does_not_encrypt_gets_nothing(office: Office, mail: MailServer) -> None:
    mail.offers_starttls = False

    sent = tried(office, mail_to=PEOPLE, smtp_port=mail.port)

    assert not mail.mails
    assert sent.fault == "the server can't be reached (SMTPNotSupportedError)"


def test_mail_in_the_clear_goes_to_this_machine_only(office: Office) -> None:
    sent = tried(office, mail_to=PEOPLE, smtp_host="mail.example.nhs.uk", smtp_security="none")

    assert 'choose "starttls" or "tls"' in str(sent.fault)


@pytest.mark.parametrize(("password", "fault"), [("right", None), ("wrong", "535")])
def test_mail_signs_in_with_the_named_secret_and_never_tells_it(
    office: Office, mail: MailServer, monkeypatch: pytest.MonkeyPatch, password: str, fault: str | None
) -> None:
    mail.password = "right"
    monkeypatch.setenv("RPA_SECRET_RELAY_USERNAME", "robot")
    monkeypatch.setenv("RPA_SECRET_RELAY_PASSWORD", password)

    sent = tried(office, mail_to=PEOPLE, smtp_port=mail.port, smtp_credential="relay", ca_file=CERTIFICATE)

    assert mail.signed_in == (["robot"] if fault is None else [])
    assert (sent.fault is None) is (fault is None)
    assert sent.fault is None or ("535" in sent.fault and "wrong" not in sent.fault)


def test_webhook_takes_json_over_https(office: Office) -> None:
    with hook_server(tls=True) as hook:
        sent = tried(office, webhook=hook.address, ca_file=CERTIFICATE)

    assert sent.fault is None
    assert json.loads(hook.posts[0])["text"].startswith("rpa: a test of the alarms\n")


def test_webhook_without_a_good_certificate_gets_nothing(office: Office) -> None:
    with hook_server(tls=True) as hook:
        sent = tried(office, webhook=hook.address)

    assert not hook.posts
    assert sent.fault == "the server's certificate is not trusted; see ca_file in [alarms]"


def test_webhook_that_sends_elsewhere_is_not_followed(office: Office) -> None:
    with hook_server() as hook:
        hook.status = 307

        sent = tried(office, webhook=hook.address)

    assert sent.fault == "the server answered 307"


@pytest.mark.parametrize("address", ["http://hooks.example.nhs.uk/secret-token", "ftp://127.0.0.1/x", "x"])
def test_webhook_must_be_https_and_its_address_is_not_told(office: Office, address: str) -> None:
    sent = tried(office, webhook=address)

    assert "expected https" in str(sent.fault)
    assert "secret-token" not in str(sent.fault)


def test_address_of_the_webhook_may_be_a_secret(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with hook_server() as hook:
        monkeypatch.setenv("RPA_SECRET_HOOK_USERNAME", "teams")
        monkeypatch.setenv("RPA_SECRET_HOOK_PASSWORD", hook.address)

        sent = tried(office, webhook_secret="hook")

    assert (sent.fault, len(hook.posts)) == (None, 1)


def test_server_that_is_not_there_is_a_fault_and_no_error(office: Office) -> None:
    with mail_server() as server:
        port = server.port

    sent = tried(office, mail_to=PEOPLE, smtp_port=port)

    assert sent.fault == "the server can't be reached (ConnectionRefusedError)"


def test_test_without_an_address_says_what_to_set(office: Office, clock: HandClock) -> None:
    postman = Postman(office.database, AlarmSettings(), clock, Secrets())

    with pytest.raises(UsageError, match=r"give mail_to or webhook in \[alarms\]"):
        postman.test()
