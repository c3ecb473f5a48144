"""Settings as people read them: each with its value, from where it comes and what it means, and no secret."""

import ast
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from inspect import getsource
from itertools import pairwise
from textwrap import dedent
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel

from rpa.settings import Settings

USUAL = "the usual value"
_PARTS: Mapping[str, str] = {
    "console": "The console and the trust's name",
    "retention": "How long things are kept",
    "record": "How the record is sealed and copied",
    "alarms": "Where alarms go",
    "calendar": "When the trust works",
    "worker": "The worker",
    "browser": "The browser",
    "inbox": "The drop folder",
    "logs": "The log",
}
_ADDRESSES = frozenset({"webhook", "second_database", "database_url", "syslog", "time_stamps"})
"""An address may hold a password, or may itself let everybody in who knows it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting."""

    name: str
    value: str
    source: str
    """`rpa.toml`, the environment, or the usual value."""
    meaning: str


@dataclass(frozen=True, slots=True)
class Part:
    """The settings of one part, under one heading."""

    name: str
    title: str
    settings: tuple[Setting, ...]

    @property
    def is_set(self) -> int:
        """How many of them are not the usual values."""
        return sum(one.source != USUAL for one in self.settings)


def parts_of(settings: Settings) -> list[Part]:
    """Return the settings that an admin looks after, part by part."""
    return [Part(name, title, tuple(_settings(name, getattr(settings, name)))) for name, title in _PARTS.items()]


def _settings(part: str, options: BaseModel) -> Iterator[Setting]:
    meanings = _meanings(type(options))
    for name in type(options).model_fields:
        value = getattr(options, name)
        yield Setting(name, _shown(name, value), _source(part, name, options), meanings.get(name, ""))


def _source(part: str, name: str, options: BaseModel) -> str:
    given = {one.upper() for one in os.environ}
    if not given.isdisjoint({f"RPA_{part}".upper(), f"RPA_{part}__{name}".upper()}):
        return "the environment"
    return "rpa.toml" if name in options.model_fields_set else USUAL


def _shown(name: str, value: Any) -> str:
    if value is None or value in ((), "") or value == {}:
        return "Not set"
    if name in _ADDRESSES:
        return f"Set: {urlsplit(str(value)).hostname or 'hidden'}"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {one}" for key, one in value.items())
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


@cache
def _meanings(of: type[BaseModel]) -> Mapping[str, str]:
    """Return the first sentence under each setting: what it means stands once, where it is set."""
    (body,) = (one.body for one in ast.parse(dedent(getsource(of))).body if isinstance(one, ast.ClassDef))
    found = {}
    for setting, meaning in pairwise(body):
        if isinstance(setting, ast.AnnAssign) and isinstance(setting.target, ast.Name) and _is_text(meaning):
            found[setting.target.id] = " ".join(ast.literal_eval(meaning.value).split())  # type: ignore[attr-defined]
    return found


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
