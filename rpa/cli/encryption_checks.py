"""Looks whether rows and passwords go to a database of another machine encrypted, and to the right one."""

from sqlalchemy import URL, make_url

from rpa.console.binding import is_loopback
from rpa.settings import Settings


def look_at_encryption(settings: Settings) -> list[tuple[str, str]]:
    """Return which database is not asked to prove who it is, and what to do."""
    named = {"database_url": settings.database, "second_database": settings.record.second_database}
    return [
        (f"{name} lets the connection be without encryption, or to another server than it names",
         f"Add ?sslmode=verify-full to {name}, and the trust's authority as sslrootcert")
        for name, url in named.items()
        if url is not None and not _is_safe(make_url(url))
    ]  # fmt: skip


def _is_safe(url: URL) -> bool:
    host = str(url.query.get("host", url.host or ""))
    if url.get_backend_name() == "sqlite" or not host or host.startswith("/") or is_loopback(host):
        return True
    return url.query.get("sslmode") == "verify-full"
