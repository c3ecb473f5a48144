"""Sign-ins by name, from the environment, a mounted file or the keyring; never from arguments or the database."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import keyring
import keyring.errors

from rpa.exceptions import NotFoundError


@dataclass(frozen=True, slots=True)
class Credential:
    """What signs in to a system. The password never shows in a text of this object."""

    username: str
    password: str = field(repr=False)


class Secrets:
    """Looks a credential up by its name: environment first, then files, then the keyring.

    For the name `practice-pas`: the variables `RPA_SECRET_PRACTICE_PAS_USERNAME` and `…_PASSWORD`; or a file
    `practice-pas` in the folder of secrets (Docker and Kubernetes mount them so), user name on its first line, password
    on its second; or the keyring's service `rpa:practice-pas`.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def get(self, name: str) -> Credential:
        """Return the credential of that name.

        Raises:
            NotFoundError: None of the three places has it; the message says how to add it.
        """
        found = self._from_environment(name) or self._from_file(name) or self._from_keyring(name)
        if found is None:
            raise NotFoundError(
                f"there is no sign-in named {name!r} in the environment, the folder of secrets or the keyring; "
                f"set {_variable(name, 'USERNAME')} and {_variable(name, 'PASSWORD')}, or store it in the keyring"
            )
        return found

    def _from_environment(self, name: str) -> Credential | None:
        username, password = (os.environ.get(_variable(name, part)) for part in ("USERNAME", "PASSWORD"))
        return Credential(username, password) if username and password else None

    def _from_file(self, name: str) -> Credential | None:
        if self._folder is None or not (self._folder / name).is_file():
            return None
        lines = (self._folder / name).read_text(encoding="utf-8").splitlines()
        return Credential(lines[0], lines[1]) if len(lines) >= 2 else None

    def _from_keyring(self, name: str) -> Credential | None:
        try:
            found = keyring.get_credential(f"rpa:{name}", None)
        except keyring.errors.KeyringError:  # a server without a keyring: the other two places are left
            return None
        return Credential(found.username, found.password) if found else None


def _variable(name: str, part: str) -> str:
    return f"RPA_SECRET_{name.upper().replace('-', '_')}_{part}"
