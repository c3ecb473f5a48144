"""The files that the docs tell a reader to write pass the tests that the docs tell them to write."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pages import PAGES, README, ROOT, blocks, write_files

WITH_CODE = [page for page in PAGES if page != README and blocks(page, "file")]
# The code of the others is run by a test of the page in tests/unit/docs.
WITH_TESTS = [
    page for page in WITH_CODE if any(Path(one.about).name.startswith("test_") for one in blocks(page, "file"))
]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("page", WITH_TESTS, ids=lambda page: page.stem)
def test_tests_of_a_page_pass_on_its_code(page: Path, tmp_path: Path) -> None:
    written = write_files(page, tmp_path)
    tests = [str(path.relative_to(tmp_path)) for path in written if path.name.startswith("test_")]
    (tmp_path / "workflows").mkdir(exist_ok=True)
    (tmp_path / "workflows" / "__init__.py").touch()  # the folder of a clone is a package
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("RPA_", "PYTEST_"))}

    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    ended = subprocess.run(command, cwd=tmp_path, env=outside, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stdout
    assert f"{len(tests)} passed" in ended.stdout


@pytest.mark.timeout(600)
def test_code_of_every_page_is_typed_as_strictly_as_the_library(tmp_path: Path) -> None:
    for page in (README, *WITH_CODE):
        write_files(page, tmp_path)

    command = [sys.executable, "-m", "mypy", "--strict", "--explicit-package-bases", "--cache-dir", str(tmp_path), "."]
    outside = os.environ | {"MYPYPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    ended = subprocess.run(command, cwd=tmp_path, env=outside, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stdout
