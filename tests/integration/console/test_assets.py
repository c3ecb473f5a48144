"""What the console shows pages with is in the package, and asks nothing of a network."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PLACE = "rpa/console/_static"
FILES = {"LICENSE.txt", "nhsuk.css", "nhsuk.js", "stamp"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive of this tree."""
    folder = tmp_path_factory.mktemp("built")
    build(ROOT, folder, "-t", "wheel", "-t", "sdist")
    return folder


def test_the_wheel_holds_style_script_and_licence_and_no_address_of_elsewhere(built: Path) -> None:
    wheel = zipfile.ZipFile(found(built, "*.whl"))

    held = {Path(one).name for one in wheel.namelist() if one.startswith(PLACE)}

    assert held >= FILES
    for name in ("nhsuk.css", "nhsuk.js"):
        assert "://" not in wheel.read(f"{PLACE}/{name}").decode()
    assert "Copyright (c) NHS England" in wheel.read(f"{PLACE}/LICENSE.txt").decode()


def test_the_wheel_holds_what_tells_common_passwords_with_its_licence(built: Path) -> None:
    wheel = zipfile.ZipFile(found(built, "*.whl"))

    assert wheel.read("rpa/approvals/common.bin") == (ROOT / "rpa/approvals/common.bin").read_bytes()
    assert "Copyright (c) Daniel Miessler" in wheel.read("rpa/approvals/common.txt").decode()


def test_every_picture_that_the_style_names_is_there(built: Path) -> None:
    wheel = zipfile.ZipFile(found(built, "*.whl"))
    style = wheel.read(f"{PLACE}/nhsuk.css").decode()

    named = {one for one in re.findall(r"url\(([^)]*)\)", style) if not one.startswith("data:")}

    assert named
    assert {f"{PLACE}/{one}" for one in named} <= set(wheel.namelist())


def test_a_wheel_made_from_the_source_archive_needs_no_node(built: Path, tmp_path: Path) -> None:
    with tarfile.open(found(built, "*.tar.gz")) as archive:
        archive.extractall(tmp_path / "source", filter="data")
    (source,) = (tmp_path / "source").iterdir()

    build(source, tmp_path / "again", "-t", "wheel", PATH=str(tmp_path), PYTHONSAFEPATH="1")

    names = zipfile.ZipFile(found(tmp_path / "again", "*.whl")).namelist()
    assert names == zipfile.ZipFile(found(built, "*.whl")).namelist()


def test_an_installed_wheel_serves_its_pages_without_a_network(built: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(found(built, "*.whl")) as wheel:
        wheel.extractall(tmp_path)  # noqa: S202 - we have just made it
    asked = (
        "from pathlib import Path\nimport rpa.console.assets as assets\n"
        "assert Path(assets.__file__).is_relative_to(Path.cwd()), assets.__file__\n"
        "assets.check_assets()\n"
        "print(sorted(route.path for route in assets.asset_routes()))\n"
    )

    printed = ran([sys.executable, "-c", asked], tmp_path, PYTHONPATH=str(tmp_path))

    assert printed.strip() == "['/assets', '/static']"


def test_the_lock_names_no_host() -> None:
    lock = (ROOT / "package-lock.json").read_text(encoding="utf-8")

    assert "://" not in lock
    assert '"integrity": "sha512-' in lock


def build(source: Path, folder: Path, *what: str, **environment: str) -> None:
    ran([sys.executable, "-m", "hatchling", "build", "-d", str(folder), *what], source, **environment)


def ran(command: list[str], folder: Path, **environment: str) -> str:
    ended = subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def found(folder: Path, pattern: str) -> Path:
    (one,) = folder.glob(pattern)
    return one


def test_the_hook_makes_nothing_anew_that_is_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("package.json", "package-lock.json", "hatch_build.py"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / PLACE, tmp_path / PLACE)
    monkeypatch.syspath_prepend(str(ROOT))
    from hatch_build import make_assets

    assert not make_assets(tmp_path)
