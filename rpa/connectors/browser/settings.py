"""How the browser is found, started and kept small."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BrowserSettings:
    """Settings of one browser; every default suits a server without a screen."""

    executable: str | None = None
    """Path or command of the browser to use (`RPA_BROWSER__EXECUTABLE`); None looks for an installed one."""
    headless: bool = True
    """False shows the window, for watching a bot on a desk."""
    timeout: float = 15.0
    """Seconds an action or a page load may take."""
    recycle_after: int = 50
    """Page loads after which a session's context is replaced, cookies carried over."""
    memory_limit: int = 1_000_000_000
    """Bytes of the browser's whole process tree above which a session's context is recycled."""
    integrated: tuple[str, ...] = ()
    """Hosts that may be told which account the worker runs under (Negotiate, NTLM)."""
