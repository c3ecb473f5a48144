"""Finds the browser to drive: the one that was set, an installed one, or Playwright's own."""

import shutil
import sys
from pathlib import Path

from rpa.exceptions import SystemException

_COMMANDS = (
    "chromium-headless-shell",  # starts three times as fast as the full browser where Debian has it
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "chromium",
    "chromium-browser",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
    "C:/Program Files/Microsoft/Edge/Application/msedge.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)


def find_browser(wanted: str | None, *, bundled: str, headless: bool = True) -> Path:
    """Return the executable to start.

    Args:
        wanted: Path or command that was set; it must exist, nothing else is tried then.
        bundled: Where Playwright's own Chromium would be.
        headless: False leaves out the shells that have no window.

    Raises:
        SystemException: `BROWSER_MISSING`; the message holds the command to run.
    """
    if wanted:
        return _set(wanted)
    commands = _COMMANDS if headless else _COMMANDS[1:]
    found = next((path for path in map(shutil.which, commands) if path), None)
    places = (Path(found) if found else None, *map(Path, _PLACES), Path(bundled))
    for place in places:
        if place is not None and place.is_file():
            return place
    raise SystemException(
        f"no Chrome, Edge or Chromium was found; run `{sys.executable} -m playwright install chromium`",
        "BROWSER_MISSING",
    )


def _set(wanted: str) -> Path:
    found = shutil.which(wanted)
    if found is None:
        raise SystemException(
            f"the browser set by RPA_BROWSER__EXECUTABLE, or in rpa.toml, {wanted!r}, can't be run; set the path of an "
            "installed Chrome, Edge or Chromium, or set nothing to have one looked for",
            "BROWSER_MISSING",
        )
    return Path(found)
