"""The page on the mailbox says what the code does."""

import re
import tomllib

import pytest
from pydantic import ValidationError

from rpa.alarms import AlarmKind
from rpa.mail_settings import MailSettings
from rpa.settings import load_settings
from tests.pages import ROOT, table

PAGE = ROOT / "docs" / "mail.md"
WORDS: dict[str, object] = {
    "no mailbox is looked into": None,
    "nobody": {},
    "it must be, or the next": None,
    "those of the machine": None,
    "the path in the outbox": None,
}


def test_settings_are_all_there_are_with_their_defaults() -> None:
    told = {name: WORDS.get(given, given) for name, _, given in table(PAGE, "setting", "means", "if not given")}

    made = MailSettings()
    expected = {name: getattr(made, name) for name in MailSettings.model_fields}
    assert {name: _plain(value) for name, value in told.items()} == {
        name: _plain(one) for name, one in expected.items()
    }


def test_settings_shown_are_good_ones() -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)

    assert load_settings(ROOT / "nowhere", **tomllib.loads(block)).mail.senders


def test_mailbox_whose_senders_nobody_checks_is_refused_unless_it_is_meant_so() -> None:
    with pytest.raises(ValidationError, match="anybody could send work in another's name"):
        MailSettings(host="imap.trust.example")

    assert MailSettings(host="imap.trust.example", unchecked_senders=True).authserv_id is None


def test_alarm_is_the_one_there_is() -> None:
    assert f"`{AlarmKind.MAILBOX_AWAY}`" in PAGE.read_text(encoding="utf-8")


def _plain(value: object) -> str:
    return str(value).removesuffix(".0")
