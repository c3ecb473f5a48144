"""The demo knows the workflows that are shipped, whatever folder it is run from."""

import shutil
from pathlib import Path

import pytest

from rpa.demo.stage import workflow_places
from rpa.library import load_workflows
from tests.pages import ROOT

OWN = '''"""A workflow of the trust's own."""

from rpa import Item, Row, column, workflow


class Line(Row):
    name: str = column("Name")


@workflow(title="Our own", key="name")
def our_own(item: Item[Line]) -> str:
    """Look."""
    return "looked"
'''


def test_folder_of_ones_own_does_not_hide_what_is_shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "workflows").mkdir()
    (tmp_path / "workflows" / "our_own.py").write_text(OWN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    names = load_workflows(workflow_places()).names

    assert {"our_own", "reconcile_appointments"} < set(names)


def test_what_is_shipped_is_there_where_no_folder_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    names = load_workflows(workflow_places()).names

    assert "reconcile_appointments" in names


def test_copy_of_what_is_shipped_stands_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "workflows", tmp_path / "workflows", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path)

    assert workflow_places() == ["workflows"]
