"""What code a workflow is: a digest of its file, and of every file beside it that it imports."""

import ast
import inspect
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from types import ModuleType


def digest_of(module: ModuleType) -> str:
    """Return the first 12 hexadecimal digits of the SHA-256 of a module's source, and of what it imports beside it."""
    found = _with_neighbours(module, {})
    digest = sha256()
    for name in sorted(found):
        digest.update(f"{len(found[name])} {found[name]}".encode())
    return digest.hexdigest()[:12]


def _with_neighbours(module: ModuleType, found: dict[str, str]) -> dict[str, str]:
    """Return the sources by their files' names; a module without a source, as in a notebook, counts by its name."""
    folder, name = _place(module)
    try:
        found[name] = inspect.getsource(module)
    except (OSError, TypeError):
        found[name] = module.__name__
        return found
    for imported in _imported(found[name], module.__name__):
        other = sys.modules.get(imported)
        if other is not None and _place(other)[0] == folder and _place(other)[1] not in found:
            _with_neighbours(other, found)
    return found


def _place(module: ModuleType) -> tuple[Path | None, str]:
    path = getattr(module, "__file__", None)
    return (Path(path).parent, Path(path).name) if path else (None, module.__name__)


def _imported(source: str, name: str) -> Iterator[str]:
    """Yield the full names of the modules that a source imports, wherever in it."""
    package = name.rpartition(".")[0]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = node.module or ""
            if node.level:
                start = ".".join(part for part in (package, start) if part)
            yield start
            yield from (f"{start}.{one.name}" for one in node.names)
