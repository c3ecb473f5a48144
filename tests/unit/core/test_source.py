"""The version of a workflow changes with its file, and with the files beside it that it imports."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rpa.source import digest_of

FILES = {
    "tidying.py": "from sourcedemo import _rules\nfrom sourcedemo._words import said\nimport json\n",
    "_rules.py": "from ._deep import limit\n",
    "_deep.py": "limit = 3\n",
    "_words.py": "said = 'done'\n",
    "other.py": "unused = 1\n",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    package = tmp_path / "sourcedemo"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    for name, text in FILES.items():
        (package / name).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    yield package
    for name in [one for one in sys.modules if one.partition(".")[0] == "sourcedemo"]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("name", "counts"),
    [("tidying.py", True), ("_rules.py", True), ("_deep.py", True), ("_words.py", True), ("other.py", False)],
)
def test_files_that_a_workflow_imports_from_beside_it_count(folder: Path, name: str, counts: bool) -> None:
    module = importlib.import_module("sourcedemo.tidying")
    importlib.import_module("sourcedemo.other")
    before = digest_of(module)

    (folder / name).write_text(FILES[name] + "# another line\n", encoding="utf-8")

    assert (digest_of(module) != before) is counts


def test_same_code_has_the_same_digest_wherever_it_lies(folder: Path) -> None:
    module = importlib.import_module("sourcedemo.tidying")

    assert digest_of(module) == digest_of(module)
    assert len(digest_of(module)) == 12
