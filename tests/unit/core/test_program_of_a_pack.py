"""The program in an evidence pack stands alone: an old Python, its standard library and one package are enough."""

import ast
import sys
from pathlib import Path

from rpa.exports import verify

SOURCE = Path(verify.__file__).read_text(encoding="utf-8")


def test_it_is_written_in_the_language_of_python_3_9() -> None:
    tree = ast.parse(SOURCE, feature_version=(3, 9))

    assert tree.body


def test_it_imports_the_standard_library_and_cryptography_alone() -> None:
    tree = ast.parse(SOURCE)

    plain = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    wanted = plain + [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert {name.split(".")[0] for name in wanted} - sys.stdlib_module_names == {"cryptography"}
