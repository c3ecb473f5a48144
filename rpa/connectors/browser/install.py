"""Sees to it that there is a browser: an installed one, else Playwright's own, else the system's package manager."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

from rpa.connectors.browser.finder import find_browser
from rpa.exceptions import SystemException

_MINUTES = 10 * 60


def ensure_browser() -> Path:
    """Return the browser that bots will use, installing one if there is none.

    Raises:
        SystemException: `BROWSER_MISSING`: none could be installed; the message holds the command to run.
    """
    for install in (None, _playwright_download, _package_manager):
        if install is not None:
            install()
        try:
            return find_browser(os.environ.get("RPA_BROWSER__EXECUTABLE"), bundled=_bundled())
        except SystemException:
            continue
    raise SystemException(
        f"no browser could be installed; run `{sys.executable} -m playwright install --with-deps chromium` where "
        "downloads are allowed, or install Chrome, Edge or Chromium with your system's package manager",
        "BROWSER_MISSING",
    )


def _bundled() -> str:
    with sync_playwright() as playwright:
        return str(playwright.chromium.executable_path)


def _playwright_download() -> None:
    print("no Chrome, Edge or Chromium found; asking Playwright for one")
    _run([sys.executable, "-m", "playwright", "install", "chromium"])


def _package_manager() -> None:
    if shutil.which("apt-get") is None:
        return
    print("Playwright could not download one; asking the system's package manager")
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    _run([*sudo, "apt-get", "update", "-q"])
    _run([*sudo, "apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"])


def _run(command: Sequence[str]) -> None:
    try:
        subprocess.run(command, check=False, timeout=_MINUTES, stdin=subprocess.DEVNULL)  # noqa: S603 - fixed words
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"{command[0]} did not work: {type(error).__name__}")


if __name__ == "__main__":
    try:
        print(f"browser: {ensure_browser()}")
    except SystemException as missing:
        sys.exit(missing.message)
