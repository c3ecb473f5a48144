"""The trust's own name, logo and font: its settings name them, for the package has none."""

from collections.abc import Mapping

from rpa.exceptions import UsageError
from rpa.settings import ConsoleSettings

LOGOS: Mapping[str, str] = {".svg": "image/svg+xml", ".png": "image/png"}
_MOST = 1 << 20
"""Bytes of a file: every page waits for it."""


def check_branding(options: ConsoleSettings) -> None:
    """Make sure that what the settings name can be shown.

    Raises:
        UsageError: A file is missing, of another kind, or so large that every page would be slow.
    """
    for name, path, kinds in (("logo", options.logo, set(LOGOS)), ("font_css", options.font_css, {".css"})):
        if path is None:
            continue
        wanted = f"console.{name} names {str(path)!r}, expected a file ending in {' or '.join(sorted(kinds))}"
        if path.suffix.lower() not in kinds or not path.is_file():
            raise UsageError(f"{wanted} that is there; correct rpa.toml")
        if path.stat().st_size > _MOST:
            raise UsageError(f"{wanted} of 1 MB at most; every page waits for it")


def branding_of(options: ConsoleSettings) -> Mapping[str, str]:
    """Return what the frame of each page needs of it."""
    is_named = options.organisation != ConsoleSettings().organisation
    return {
        "logo": "/trust/logo" if options.logo is not None else "/static/logo.svg",
        "font": f"/trust/fonts/{options.font_css.name}" if options.font_css is not None else "",
        "contact": f" ({options.contact})" if options.contact else "",
        "service": f"{options.organisation} robot desk" if is_named else "Robot desk",
    }
