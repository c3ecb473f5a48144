"""Writes run pages again when something of their jobs was erased: a page shows pictures as they were."""

from datetime import UTC, datetime
from pathlib import Path

from rpa.audit import Trail
from rpa.audit.erased import ERASED
from rpa.desk import Desk
from rpa.runpage.page import write_run_page

_AFTER = (ERASED, "evidence.removed")


def renew_pages(desk: Desk) -> list[Path]:
    """Write each page again that is older than an erasure in its job; whoever was stopped in the middle goes on."""
    numbers = (path.stem.removeprefix("job-") for path in (desk.settings.dir / "runs").glob("job-*.html"))
    stale = [int(one) for one in numbers if one.isdecimal() and _is_stale(desk, int(one))]
    return [write_run_page(desk, job_id) for job_id in stale]


def _is_stale(desk: Desk, job_id: int) -> bool:
    page = desk.settings.dir / "runs" / f"job-{job_id}.html"
    written = datetime.fromtimestamp(page.stat().st_mtime, UTC)
    return any(one.at >= written for one in Trail(desk.database).of_run(f"job-{job_id}", names=_AFTER))
