"""Writes the run page: gathers the story of a job, renders it, and puts it in place whole."""

from pathlib import Path
from uuid import uuid4

from rpa.desk import Desk
from rpa.models import Job
from rpa.runpage.render import render
from rpa.runpage.story import tell
from rpa.states import JobState


def write_run_page(desk: Desk, job_id: int) -> Path:
    """Write the page of a job, also of one that is still open, and return where it is.

    Raises:
        NotFoundError: There is no such job.
    """
    story = tell(desk, job_id)
    page = render(story, written_at=desk.clock.now())
    story.page.parent.mkdir(parents=True, exist_ok=True)
    part = story.page.with_name(f"{story.page.name}.{uuid4().hex}.part")  # others may write the same page now
    try:
        part.write_text(page, encoding="utf-8")
        part.replace(story.page)  # whoever looks sees the old page or the new one, never half
    finally:
        part.unlink(missing_ok=True)
    return story.page


def write_due_pages(desk: Desk) -> list[Path]:
    """Write the page of every newer job that was completed without one: by a cancel, a rescue or another machine."""
    return [write_run_page(desk, job.id) for job in desk.views.jobs() if _is_due(desk, job)]


def _is_due(desk: Desk, job: Job) -> bool:
    if job.state != JobState.COMPLETED or job.completed_at is None:
        return False
    page = desk.settings.dir / "runs" / f"job-{job.id}.html"
    return not page.is_file() or page.stat().st_mtime < job.completed_at.timestamp()
