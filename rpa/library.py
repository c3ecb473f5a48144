"""Finds the workflows: every file of the folders and packages that the settings name."""

import importlib
import importlib.util
import pkgutil
import sys
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from rpa.codes import Explanation, explain, words_of
from rpa.definition import Workflow
from rpa.exceptions import NotFoundError, UsageError
from rpa.stand_ins import StandIns
from rpa.systems import System


class WorkflowLibrary:
    """All workflows, by name; found when first asked for, so that a broken one stops only what needs it."""

    def __init__(self, workflows: Iterable[Workflow[Any]], stand_ins: StandIns | None = None) -> None:
        self._found = workflows
        self._stand_ins = stand_ins or StandIns()

    @cached_property
    def _by_name(self) -> dict[str, Workflow[Any]]:
        by_name: dict[str, Workflow[Any]] = {}
        for one in self._found:
            other = by_name.setdefault(one.name, one)
            if other is not one:
                places = f"{other.body.__module__} and {one.body.__module__}"
                raise UsageError(f"two workflows are named {one.name}, in {places}; names must differ: rename one")
        return {name: self._stand_ins.of(one) for name, one in by_name.items()}

    def get(self, name: str) -> Workflow[Any]:
        """Return the workflow of that name.

        Raises:
            NotFoundError: There is none; the message says which there are.
        """
        if name not in self._by_name:
            known = ", ".join(sorted(self._by_name)) or "none"
            raise NotFoundError(f"there is no workflow {name!r}; there are: {known}")
        return self._by_name[name]

    def words_for(self, name: str, code: str) -> tuple[str, Explanation]:
        """Return the title of a workflow and what a code of it means, also where it is not here any more."""
        found = self._by_name.get(name)
        if found is None:  # what was done, and what waits, outlives its workflow
            return name, explain(code, {})
        return found.options.title, explain(code, found.options.codes)

    def input_title(self, name: str, one: str) -> str:
        """Return what people call an input of a workflow, also where the workflow is not here any more."""
        found = self._by_name.get(name)
        return words_of(one) if found is None else found.title_of(one)

    def __iter__(self) -> Iterator[Workflow[Any]]:
        return iter(self._by_name.values())

    @property
    def systems(self) -> dict[str, tuple[str, ...]]:
        """The names of the target systems of each workflow."""
        return {one.name: tuple(bot.system_name for bot in one.options.uses) for one in self}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all workflows, sorted."""
        return tuple(sorted(self._by_name))


def load_workflows(places: Iterable[str], systems: Iterable[System] = ()) -> WorkflowLibrary:
    """Load the workflows of folders (paths) and packages (dotted names), with the bots that `systems` name."""
    return WorkflowLibrary(_Places(tuple(places)), StandIns(systems))


@dataclass(frozen=True, slots=True)
class _Places:
    """Looks for workflows each time it is gone through, so that a broken file is an error each time."""

    places: tuple[str, ...]

    def __iter__(self) -> Iterator[Workflow[Any]]:
        for module in (module for place in self.places for module in _modules(place)):
            own = (one for one in vars(module).values() if isinstance(one, Workflow))
            yield from {one.name: one for one in own if one.body.__module__ == module.__name__}.values()


def _modules(place: str) -> Iterator[ModuleType]:
    folder = Path(place)
    if folder.is_dir():
        yield from (_from_file(path) for path in sorted(folder.glob("*.py")) if path.stem != "__init__")
        return
    try:
        package = importlib.import_module(place)
    except ModuleNotFoundError as error:
        if error.name != place:
            raise
        raise UsageError(
            f"{place!r} is neither a folder nor an installed package; mend `workflows` in rpa.toml"
        ) from None
    for found in pkgutil.iter_modules(package.__path__):
        yield importlib.import_module(f"{place}.{found.name}")


def _from_file(path: Path) -> ModuleType:
    # Under a name of the folder, so that two folders may have files of the same name and a rerun finds the same module.
    name = f"{path.parent.resolve().name}.{path.stem}"
    if name in sys.modules and getattr(sys.modules[name], "__file__", None) == str(path.resolve()):
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path.resolve())
    if spec is None or spec.loader is None:
        raise UsageError(f"{path.name} can't be loaded as Python")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        del sys.modules[name]  # or the next look would take the half that was read for the whole
        if isinstance(error, Exception):
            raise _unusable(path, error) from error
        raise
    return module


def _unusable(path: Path, error: Exception) -> UsageError:
    # Nothing of a patient has been read while a file is loaded, so the author may be told the whole message.
    if isinstance(error, UsageError):
        return UsageError(f"{path.name}: {error}")
    said = error.msg if isinstance(error, SyntaxError) else str(error)
    line = _line(path, error)
    place = f"{path.name}, line {line}," if line else path.name
    return UsageError(f"{place} can't be used ({type(error).__name__}: {said}); mend it, or move it elsewhere")


def _line(path: Path, error: Exception) -> int | None:
    if isinstance(error, SyntaxError) and error.filename == str(path.resolve()):
        return error.lineno
    frames = reversed(traceback.extract_tb(error.__traceback__))
    return next((one.lineno for one in frames if one.filename == str(path.resolve())), None)
