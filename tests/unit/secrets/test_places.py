"""A sign-in is found by its name in the environment, in mounted files or in the keyring, with its version."""

import os
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import pytest

from rpa.exceptions import NotFoundError, UsageError
from rpa.secrets import Secrets, permissions

TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CANARY = "canary-of-places"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "secrets"
    made.mkdir(mode=0o700)
    return made


def write(path: Path, text: str, mode: int = 0o600) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_environment_has_every_part(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    certificate = write(folder / "bot.pfx", "PFX")
    parts = {"USERNAME": "bot", "PASSWORD": CANARY, "VERSION": "7", "TOTP": TOTP, "PASSPHRASE": "opens",
             "CERTIFICATE": str(certificate)}  # fmt: skip
    for part, value in parts.items():
        monkeypatch.setenv(f"RPA_SECRET_PRACTICE_PAS_{part}", value)

    found = Secrets().get("practice-pas")

    assert (found.username, found.password, found.has_codes) == ("bot", CANARY, True)
    assert (found.label.name, found.label.version, found.label.found_in) == ("practice-pas", "7", "environment")
    assert found.certificate is not None and found.certificate.content == b"PFX"


def test_file_has_user_name_and_password_and_then_the_rest_by_name(folder: Path) -> None:
    write(folder / "pas", f"bot\n{CANARY}\nversion = 2026-11\ntotp={TOTP}\n\n")

    found = Secrets(folder).get("pas")

    assert (found.username, found.password, found.label.version, found.has_codes) == ("bot", CANARY, "2026-11", True)


def test_folder_of_a_kubernetes_secret_is_read_through_its_links(folder: Path) -> None:
    kubernetes(
        folder / "pas", {"username": "bot", "password": f"{CANARY}\n", "version": "3", "tls.crt": "C", "tls.key": "K"}
    )

    found = Secrets(folder).get("pas")

    assert (found.username, found.password, found.label.version) == ("bot", CANARY, "3")
    assert found.certificate is not None and (found.certificate.content, found.certificate.key) == (b"C", b"K")


def test_secret_that_was_replaced_is_found_anew_without_a_restart(folder: Path) -> None:
    kubernetes(folder / "pas", {"username": "bot", "password": "first", "version": "1"})
    secrets = Secrets(folder)
    before = secrets.get("pas")

    kubernetes(folder / "pas", {"username": "bot", "password": "second", "version": "2"})

    after = secrets.get("pas")
    assert (before.password, after.password, after.label.version) == ("first", "second", "2")


def test_user_name_and_password_are_never_of_two_generations(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = folder / "pas"
    kubernetes(place, {"username": "old", "password": "old"})
    read = Path.read_text

    def read_and_replace(self: Path, *args: str | None, **kwargs: str | None) -> str:
        text = read(self, *args, **kwargs)
        if self.name == "username" and text == "old":
            kubernetes(place, {"username": "new", "password": "new"})
        return text

    monkeypatch.setattr(Path, "read_text", read_and_replace)

    found = Secrets(folder).get("pas")

    assert (found.username, found.password) == ("new", "new")


def test_file_without_a_version_is_known_by_its_date(folder: Path) -> None:
    path = write(folder / "pas", f"bot\n{CANARY}\n")
    os.utime(path, (1_764_000_000, 1_764_000_000))

    label = Secrets(folder).get("pas").label

    assert label.version == ""
    assert label.shown_version == "dated 2025-11-24T16:00:00Z"


def test_keyring_has_user_name_and_password_and_more_by_its_side(ring: dict[tuple[str, str], str]) -> None:
    ring |= {("rpa:pas", "bot"): CANARY, ("rpa:pas:more", "totp"): TOTP, ("rpa:pas:more", "version"): "9"}

    found = Secrets().get("pas")

    assert (found.username, found.password, found.has_codes) == ("bot", CANARY, True)
    assert (found.label.version, found.label.found_in) == ("9", "keyring")


def test_environment_goes_before_files_and_files_before_the_keyring(
    folder: Path, monkeypatch: pytest.MonkeyPatch, ring: dict[tuple[str, str], str]
) -> None:
    ring |= {("rpa:pas", "bot"): "of the keyring"}
    in_keyring = Secrets(folder).get("pas").label.found_in
    write(folder / "pas", "bot\nof the file\n")
    in_file = Secrets(folder).get("pas").label.found_in
    monkeypatch.setenv("RPA_SECRET_PAS_PASSWORD", "of the environment")

    in_environment = Secrets(folder).get("pas").label.found_in

    assert (in_keyring, in_file, in_environment) == ("keyring", f"file {folder / 'pas'}", "environment")


def test_missing_sign_in_says_what_to_set(folder: Path) -> None:
    with pytest.raises(NotFoundError, match="RPA_SECRET_PRACTICE_PAS_USERNAME"):
        Secrets(folder).get("practice-pas")


def test_half_a_sign_in_in_the_environment_is_not_passed_over(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder / "pas", "bot\nof the file\n")
    monkeypatch.setenv("RPA_SECRET_PAS_USERNAME", "bot")

    with pytest.raises(UsageError, match=r"'pas' \(environment\) has neither a password nor a certificate"):
        Secrets(folder).get("pas")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"bot\n{CANARY}\ncolour = {CANARY}\n", "line 3"),
        (f"bot\n{CANARY}\n{CANARY}\n", "line 3"),
        (f"bot\n{CANARY}\nversion = {CANARY} and more\n", "version"),
        (f"bot\n{CANARY}\ntotp = not{CANARY}\n", "one-time codes"),
        ("bot\n", "neither a password"),
    ],
)
def test_file_that_can_not_be_used_says_why_and_shows_nothing_of_it(folder: Path, text: str, told: str) -> None:
    write(folder / "pas", text)

    with pytest.raises(UsageError) as caught:
        Secrets(folder).get("pas")

    assert told in str(caught.value) and CANARY not in repr(caught.value)


def test_file_that_is_no_text_shows_nothing_of_it(folder: Path) -> None:
    (folder / "pas").write_bytes(b"bot\n\xff" + CANARY.encode())
    (folder / "pas").chmod(0o600)

    with pytest.raises(UsageError) as caught:
        Secrets(folder).get("pas")

    assert "UTF-8" in str(caught.value) and CANARY not in repr(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(("mode", "told"), [(0o644, "read"), (0o604, "read"), (0o620, "change"), (0o602, "change")])
def test_file_that_others_may_read_or_change_is_refused(folder: Path, mode: int, told: str) -> None:
    write(folder / "pas", f"bot\n{CANARY}\n", mode)

    with pytest.raises(UsageError, match=f"others may {told} it; expected 0600"):
        Secrets(folder).get("pas")


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o640, 0o440])
def test_file_for_its_owner_or_group_is_taken(folder: Path, mode: int) -> None:
    write(folder / "pas", f"bot\n{CANARY}\n", mode)

    assert Secrets(folder).get("pas").username == "bot"


@pytest.mark.parametrize("mounted", ["pas", "."])
def test_file_that_a_container_mounted_may_be_readable_by_all(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mounted: str
) -> None:
    kubernetes(folder / "pas", {"username": "bot", "password": CANARY}, mode=0o644)
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"22 1 0:20 / {str(folder / mounted).rstrip('/.')} ro - tmpfs tmpfs ro\n", encoding="utf-8")
    monkeypatch.setattr(permissions, "_MOUNTS", mounts)

    assert Secrets(folder).get("pas").username == "bot"


def test_mount_above_the_folder_of_secrets_lets_nobody_read(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder / "pas", f"bot\n{CANARY}\n", 0o644)
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"22 1 8:1 / {tmp_path} rw - ext4 /dev/sda1 rw\n", encoding="utf-8")
    monkeypatch.setattr(permissions, "_MOUNTS", mounts)

    with pytest.raises(UsageError, match="others may read it"):
        Secrets(folder).get("pas")


@pytest.mark.parametrize("name", ["../pas", "a/b", "", ".hidden", "pas word"])
def test_name_that_leads_elsewhere_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(UsageError, match="can't be the name of a sign-in"):
        Secrets(folder).get(name)


def kubernetes(place: Path, files: dict[str, str], mode: int = 0o400) -> None:
    """Write a secret as the kubelet does: files in a folder of their own, and links that are moved as one."""
    generation = place / f"..{len(list(place.glob('..2*'))) if place.exists() else 0}-generation"
    generation = generation.with_name(f"..2{generation.name[2:]}")
    generation.mkdir(parents=True)
    for name, text in files.items():
        write(generation / name, text, mode)
        link = place / name
        if not link.is_symlink():
            link.symlink_to(Path("..data") / name)
    fresh = place / "..data_tmp"
    fresh.symlink_to(generation.name)
    fresh.replace(place / "..data")


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1.0

    def __init__(self, kept: dict[tuple[str, str], str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._kept = kept

    def get_password(self, service: str, username: str) -> str | None:
        return self._kept.get((service, username))

    def get_credential(self, service: str, username: str | None) -> keyring.credentials.Credential | None:
        found = [(user, value) for (at, user), value in self._kept.items() if at == service]
        return keyring.credentials.SimpleCredential(*found[0]) if found else None

    def set_password(self, service: str, username: str, password: str) -> None:
        self._kept[service, username] = password


@pytest.fixture
def ring() -> Iterator[dict[tuple[str, str], str]]:
    before, kept = keyring.get_keyring(), dict[tuple[str, str], str]()
    keyring.set_keyring(Ring(kept))
    yield kept
    keyring.set_keyring(before)
