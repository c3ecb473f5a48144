"""Secrets in the environment, `RPA_SECRET_NAME_PART`; they are kept from every process that doesn't need them."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rpa.secrets.parts import FILES, TEXTS, Parts
from rpa.secrets.permissions import check_private, in_words

_PREFIX = "RPA_SECRET_"
_OURS = "RPA_"
"""All our variables: the address of a database may hold a password too."""
MARK = "RPA_SLOT_ID"
"""Variable by which everything a slot started is found again."""
_OTHERS = frozenset({"PGPASSWORD", "DEBUG"})
"""The second makes the browser's driver print what is typed."""


class InEnvironment:
    """For the name `practice-pas`: `RPA_SECRET_PRACTICE_PAS_USERNAME`, `…_PASSWORD` and so on.

    `…_CERTIFICATE` and `…_KEY` hold the paths of files.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def find(self, name: str) -> Parts | None:
        """Return what the environment has of that secret."""
        found = {part: self._environment.get(variable(name, part), "") for part in (*TEXTS, *FILES)}
        if not any(found.values()):
            return None
        paths = {part: Path(found[part]) for part in FILES if found[part]}
        for path in paths.values():
            check_private(path, root=path.parent)
        files = {part: path.read_bytes() for part, path in paths.items()}
        return Parts("environment", {part: found[part] for part in TEXTS}, files, permissions=in_words(paths.values()))


def variable(name: str, part: str) -> str:
    """Return the variable of a part of a secret."""
    return f"{_PREFIX}{name.upper().replace('-', '_').replace('.', '_')}_{part.upper()}"


def without_secrets() -> dict[str, str]:
    """Return this process's environment as a child may have it that needs no setting of ours."""
    return {name: value for name, value in os.environ.items() if _is_harmless(name)}


@contextmanager
def environment_of_children(**more: str) -> Iterator[None]:
    """Put secrets away, and `more` in unless it is set, while something is started that hands on the environment.

    For code that can't be told what to hand on; only where no other thread reads the environment meanwhile.
    """
    before = dict(os.environ)
    _replace({**more, **without_secrets()})
    try:
        yield
    finally:
        _replace(before)


def _is_harmless(name: str) -> bool:
    return name == MARK or not (name.startswith(_OURS) or name in _OTHERS)


def _replace(environment: Mapping[str, str]) -> None:
    for name in os.environ.keys() - environment.keys():
        del os.environ[name]
    os.environ.update(environment)
