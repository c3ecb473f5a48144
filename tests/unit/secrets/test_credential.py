"""A credential hands out its values one at a time and shows none of them; a one-time code is given once."""

import copy
import os
import pickle
import traceback
from base64 import b64encode
from datetime import UTC, datetime
from urllib.parse import quote

import pyotp
import pytest

from rpa.exceptions import SystemException, UsageError
from rpa.secrets import Certificate, Credential, Label, OneTimeCodes
from rpa.secrets.environment import environment_of_children, without_secrets
from tests.conftest import HandClock

PASSWORD = 'canary "of" credentials'
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def credential(clock: HandClock | None = None) -> Credential:
    codes = OneTimeCodes(SECRET, clock or HandClock())
    certificate = Certificate(b"CONTENT", b"KEY", "passphrase-canary")
    return Credential("bot", PASSWORD, label=Label("pas", "3"), codes=codes, certificate=certificate)


def test_no_value_shows_in_a_text_of_a_credential() -> None:
    told = f"{credential()!r} {credential()} {vars(credential())['certificate']!r} {credential().label}"

    assert "pas, version 3" in told
    assert not [one for one in (PASSWORD, SECRET, "CONTENT", "KEY", "passphrase") if one in told]


@pytest.mark.parametrize("leave", [pickle.dumps, copy.copy, copy.deepcopy])
def test_credential_can_not_be_pickled_or_copied(leave: object) -> None:
    with pytest.raises(TypeError) as caught:
        leave(credential())  # type: ignore[operator]

    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize(
    "form",
    [
        PASSWORD,
        '"canary \\"of\\" credentials"',
        quote(PASSWORD),
        b64encode(f"bot:{PASSWORD}".encode()).decode(),
        SECRET,
    ],
)
def test_password_is_found_in_a_text_in_whatever_form_it_is_sent(form: str) -> None:
    assert credential().shows_in(f"Locator.fill: Timeout 30000ms exceeded: fill({form})")
    assert not credential().shows_in("Locator.fill: Timeout 30000ms exceeded")


def test_password_is_handed_out_only_when_it_may_be_tried() -> None:
    def no() -> None:
        raise SystemException("not now")

    lent = credential().lent(release=no, take=lambda _: True)

    assert (lent.username, str(lent.label)) == ("bot", "pas, version 3")
    with pytest.raises(SystemException, match="not now"):
        _ = lent.password
    with pytest.raises(SystemException, match="not now"):
        lent.one_time_code()


def test_what_differs_in_any_value_is_another_credential() -> None:
    made = [
        credential(),
        Credential("bot", PASSWORD),
        Credential("bot", PASSWORD + "2"),
        Credential("bot", PASSWORD, label=Label("pas", "4")),
        Credential("bo", "t" + PASSWORD),
        Credential("bot", PASSWORD, certificate=Certificate(b"OTHER")),
    ]

    assert len({one.material() for one in made}) == len(made)


def test_date_of_a_file_does_not_make_another_credential() -> None:
    first, second = (Credential("bot", PASSWORD, label=Label("pas", dated=day)) for day in ("Monday", "Tuesday"))

    assert first.material() == second.material()


def test_code_is_that_of_the_standard(clock: HandClock) -> None:
    seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # the secret of RFC 6238, appendix B
    codes = OneTimeCodes(f"otpauth://totp/clinic?secret={seed}&digits=8", clock)
    clock.time = datetime.fromtimestamp(1234567890, UTC)

    assert codes.next() == "89005924"


def test_code_is_given_once_and_the_next_is_waited_for(clock: HandClock) -> None:
    codes = OneTimeCodes(SECRET, clock)

    first, second = codes.next(), codes.next()

    assert first != second == pyotp.TOTP(SECRET).at(clock.time)
    assert len(clock.slept) == 1 and 0 < clock.slept[0] <= 30


def test_code_that_is_about_to_end_is_not_given(clock: HandClock) -> None:
    clock.pass_by(seconds=29)

    code = OneTimeCodes(SECRET, clock).next()

    assert code == pyotp.TOTP(SECRET).at(clock.time)
    assert clock.slept and clock.time.second == 30


def test_code_that_another_slot_took_is_not_given(clock: HandClock) -> None:
    taken: list[int] = []

    def take(period: int) -> bool:
        taken.append(period)
        return len(taken) > 1

    OneTimeCodes(SECRET, clock).shared(take).next()

    assert taken[1] == taken[0] + 1


def test_sign_in_refused_after_a_code_tells_what_the_clock_showed(clock: HandClock) -> None:
    made = credential(clock)
    before = made.told_clock

    made.one_time_code()

    assert before == ""
    assert "this machine's clock showed 09:00:00 UTC" in made.told_clock


@pytest.mark.parametrize("secret", ["no base 32!", "otpauth://hotp/clinic?secret=JBSWY3DPEHPK3PXP", "otpauth://totp/x"])
def test_secret_of_codes_that_can_not_be_one_is_refused_and_not_shown(clock: HandClock, secret: str) -> None:
    with pytest.raises(UsageError) as caught:
        OneTimeCodes(secret, clock)

    assert secret not in "".join(traceback.format_exception(caught.value))


def test_children_see_no_secret_and_nothing_that_makes_a_browser_tell_what_is_typed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RPA_SECRET_PAS_PASSWORD", PASSWORD)
    monkeypatch.setenv("DEBUG", "pw:api")
    monkeypatch.setenv("RPA_DATABASE_URL", f"postgresql://rpa:{PASSWORD}@db.example/rpa")
    monkeypatch.setenv("RPA_SLOT_ID", "mark")
    before = dict(os.environ)

    with environment_of_children(NODE_USE_SYSTEM_CA="1"):
        inside = dict(os.environ)

    assert dict(os.environ) == before
    assert inside == without_secrets() | {"NODE_USE_SYSTEM_CA": "1"}
    assert {name for name in before if name not in inside} >= {"RPA_SECRET_PAS_PASSWORD", "RPA_DATABASE_URL", "DEBUG"}
    assert inside["RPA_SLOT_ID"] == "mark"
