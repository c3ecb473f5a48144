"""Looks a credential up by its name, anew each time: one that was changed is found without a restart."""

import os
import re
from pathlib import Path

from rpa.clock import Clock, SystemClock
from rpa.exceptions import NotFoundError, UsageError
from rpa.secrets.credential import Credential
from rpa.secrets.environment import InEnvironment, variable
from rpa.secrets.mounted import InFolder
from rpa.secrets.parts import Parts, Place, credential_of
from rpa.secrets.ring import InKeyring

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Secrets:
    """The environment first, then the folder of secrets, then the keyring; the first that has any part has it all."""

    def __init__(self, folder: Path | None = None, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._folder = folder

    def get(self, name: str) -> Credential:
        """Return the credential of that name.

        Raises:
            NotFoundError: None of the three places has it; the message says how to add it.
            UsageError: What is there can't be used, or others may read it.
        """
        return credential_of(name, self.parts(name), self._clock)

    def parts(self, name: str) -> Parts:
        """Return what was found of it and where.

        Raises:
            NotFoundError: None of the three places has it.
            UsageError: The name can't be one, or what is there can't be used.
        """
        if not _NAME.fullmatch(name):
            raise UsageError(f"{name!r} can't be the name of a sign-in; expected letters, digits, '.', '-' and '_'")
        for place in self._places():
            found = _found(place, name)
            if found is not None:
                return found
        raise NotFoundError(
            f"there is no sign-in named {name!r} in the environment, the folder of secrets or the keyring; "
            f"set {variable(name, 'USERNAME')} and {variable(name, 'PASSWORD')}, or store it in the keyring"
        )

    def _places(self) -> list[Place]:
        folders: list[Place] = [InFolder(self._folder)] if self._folder is not None else []
        return [InEnvironment(os.environ), *folders, InKeyring()]


def _found(place: Place, name: str) -> Parts | None:
    try:
        return place.find(name)
    except OSError as error:
        raise UsageError(
            f"the sign-in {name!r} can't be read ({type(error).__name__}: {error.filename}); mend its files"
        ) from None
    except UnicodeDecodeError:  # it carries what it could not read
        raise UsageError(f"the sign-in {name!r} can't be read: its files must be text in UTF-8") from None
