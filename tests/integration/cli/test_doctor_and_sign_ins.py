"""`rpa doctor` says of each system what signs in, its version, where it is and who may read it: never a value."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rpa.cli.exits import Exit
from tests.integration.browser.certificates import PASSPHRASE, Authority
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office

CANARY = "canary-of-the-doctor"
TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
Register = Callable[..., Path]


@pytest.fixture
def register(office: Office) -> Register:
    """Register a system, and return the folder of secrets."""

    def registered(*lines: str, address: str = "https://pas.example.nhs.uk") -> Path:
        secrets = office.data / "secrets"
        secrets.mkdir(mode=0o700, exist_ok=True)
        settings = office.data / "rpa.toml"
        told = [f'secrets_dir = "{secrets.as_posix()}"', "[systems.pas]", f'address = "{address}"', *lines]
        settings.write_text(settings.read_text(encoding="utf-8") + "\n".join(told) + "\n", encoding="utf-8")
        return secrets

    return registered


def keep(secrets: Path, *lines: str, mode: int = 0o600) -> None:
    path = secrets / "pas"
    path.write_text("\n".join(lines), encoding="utf-8")
    path.chmod(mode)


def system(rpa: Rpa) -> dict[str, str]:
    ended = rpa("doctor", "--json")
    assert CANARY not in ended.out and TOTP not in ended.out and PASSPHRASE not in ended.out
    (found,) = [one for one in ended.json["checks"] if one["part"] == "system"]
    assert (ended.code is Exit.DONE) == all(one["ok"] for one in ended.json["checks"])
    return dict(found)


def test_sign_in_is_told_by_name_version_place_and_permissions(rpa: Rpa, register: Register) -> None:
    secrets = register('credential = "pas"')
    keep(secrets, "bot", CANARY, "version = 3", f"totp = {TOTP}", mode=0o400)

    assert system(rpa)["found"] == (
        "pas at https://pas.example.nhs.uk, signs in on its page, "
        f"sign-in pas, version 3 (file {secrets / 'pas'}, mode 0400), with one-time codes"
    )


def test_bot_of_the_settings_is_told_in_place_of_a_page(rpa: Rpa, register: Register) -> None:
    keep(register('credential = "pas"', 'bot = "rpa.bots:PracticeFhir"'), "client", CANARY, "version = 3")

    assert "signs in as rpa.bots:PracticeFhir does, sign-in pas, version 3" in system(rpa)["found"]


def test_certificate_is_told_with_its_end(rpa: Rpa, register: Register, tmp_path: Path) -> None:
    certificate = Authority(tmp_path).client(days=400)
    secrets = register('credential = "pas"')
    keep(secrets, "bot", CANARY, "certificate = bot.pfx", f"passphrase = {PASSPHRASE}")
    (secrets / "bot.pfx").touch(mode=0o600)
    (secrets / "bot.pfx").write_bytes(certificate.content)

    found = system(rpa)

    assert "with a certificate until" in found["found"] and found["ok"]


@pytest.mark.parametrize(
    ("days", "passphrase", "address", "told"),
    [
        (20, PASSPHRASE, "https://pas.example.nhs.uk", "Renew its certificate"),
        (400, "another", "https://pas.example.nhs.uk", "can't be opened"),
        (400, PASSPHRASE, "https://192.0.2.7", "with a name"),
    ],
)
def test_certificate_that_will_not_do_is_to_be_done(
    rpa: Rpa, register: Register, tmp_path: Path, days: int, passphrase: str, address: str, told: str
) -> None:
    secrets = register('credential = "pas"', address=address)
    keep(secrets, "bot", CANARY, "certificate = bot.pfx", f"passphrase = {passphrase}")
    (secrets / "bot.pfx").touch(mode=0o600)
    (secrets / "bot.pfx").write_bytes(Authority(tmp_path).client(days=days).content)

    found = system(rpa)

    assert not found["ok"] and told in found["found"] + found["to_do"]


def test_file_that_others_may_read_is_to_be_done(rpa: Rpa, register: Register) -> None:
    keep(register('credential = "pas"'), "bot", CANARY, mode=0o644)

    found = system(rpa)

    assert not found["ok"] and "others may read it; expected 0600" in found["found"]


def test_password_that_would_be_sent_without_encryption_is_to_be_done(rpa: Rpa, register: Register) -> None:
    keep(register('credential = "pas"', 'sign_in = "basic"', address="http://pas.example.nhs.uk"), "bot", CANARY)

    found = system(rpa)

    assert not found["ok"] and "expected https" in found["found"]


def test_system_that_needs_a_credential_and_has_none_is_to_be_done(rpa: Rpa, register: Register) -> None:
    register('sign_in = "ntlm"')

    assert "Give it a `credential`" in system(rpa)["to_do"]


@pytest.mark.parametrize(
    ("lines", "said"), [((), "without sign-in"), (('sign_in = "windows"',), "signs in as the worker's own account")]
)
def test_system_without_a_credential_says_so(rpa: Rpa, register: Register, lines: tuple[str, ...], said: str) -> None:
    register(*lines)

    found = system(rpa)

    assert found["ok"] and found["found"].endswith(said)
