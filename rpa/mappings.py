"""Headings of layouts that are somebody's own: kept once for each input of a workflow, as TOML that people can read."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rpa.connectors.spreadsheet.atomic import replaced
from rpa.connectors.spreadsheet.columns import columns_of
from rpa.connectors.spreadsheet.headings import normal
from rpa.definition import Workflow
from rpa.exceptions import UsageError


class Mappings:
    """The files of a folder: `WORKFLOW.toml`, with a table for each input of the workflow."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, workflow: Workflow[Any]) -> Mapping[str, Mapping[str, str]]:
        """Return for each input the headings that are taken too, each with the one that it stands for.

        Raises:
            UsageError: The file can't be read, or names an input or a heading that there is not.
        """
        path = self._path(workflow)
        if not path.is_file():
            return {}
        try:
            told = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise UsageError(f"the file {str(path)!r} is no TOML ({error}); correct it, or save it anew") from None
        found = {name: dict(pairs) for name, pairs in told.items() if isinstance(pairs, dict)}
        for name, pairs in found.items():
            check_headings(workflow, name, pairs)
        return found

    def save(self, workflow: Workflow[Any], name: str, pairs: Mapping[str, str]) -> Path:
        """Add headings for an input, in place of what the same headings stood for before.

        Raises:
            UsageError: There is no such input, or no such heading in it.
        """
        check_headings(workflow, name, pairs)
        kept = {one: dict(theirs) for one, theirs in self.of(workflow).items()}
        kept[name] = kept.get(name, {}) | dict(pairs)
        path = self._path(workflow)
        path.parent.mkdir(parents=True, exist_ok=True)
        with replaced(path) as draft:
            draft.write_text("\n".join(_table(one, theirs) for one, theirs in kept.items()), encoding="utf-8")
        return path

    def _path(self, workflow: Workflow[Any]) -> Path:
        return self._folder / f"{workflow.name}.toml"


def check_headings(workflow: Workflow[Any], name: str, pairs: Mapping[str, str]) -> None:
    """Check that each heading is mapped to one that the input has.

    Raises:
        UsageError: It is not, or there is no such input.
    """
    model = workflow.inputs.get(name)
    if model is None:
        raise UsageError(f"{workflow.name} takes no file {name!r}, expected one of: {', '.join(workflow.inputs)}")
    columns = columns_of(model)
    fields = {normal(heading): column.field for column in columns for heading in column.wanted.headings}
    for theirs, ours in pairs.items():
        field = fields.get(normal(ours)) if isinstance(ours, str) else None
        if field is None:
            expected = ", ".join(repr(column.wanted.headings[0]) for column in columns)
            raise UsageError(f"{theirs!r} can't stand for {ours!r}: {name} has the headings {expected}")
        if not normal(theirs):
            raise UsageError(f"found a blank heading for {ours!r}, expected the words as they stand in the sheet")
        if fields.get(normal(theirs), field) != field:
            raise UsageError(f"{theirs!r} is a heading of {name} itself, so it can't stand for {ours!r}")


def _table(name: str, pairs: Mapping[str, str]) -> str:
    lines = (f"{_text(theirs)} = {_text(ours)}\n" for theirs, ours in sorted(pairs.items()))
    return f"[{_text(name)}]\n{''.join(lines)}"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)  # TOML's basic strings are written as JSON's are
