"""`rpa results` and `rpa page`: what came of a job, as a workbook to send back and as a page to look at."""

from hashlib import sha256
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from rpa.cli.opening import opened
from rpa.cli.options import ASKED, COMMON, Asked, Common, JobId
from rpa.cli.reading import note_reading
from rpa.cli.screen import print_json, say
from rpa.results import write_page, write_results
from rpa.runpage import write_run_page

Output = Annotated[Path, Parameter(name=("--output", "-o"), help="The workbook to write.")]


def results(job_id: JobId, *, output: Output, options: Asked = ASKED) -> None:
    """Write the results of a job into a workbook, and its page beside it where the work has one; that is recorded."""
    with opened(options.dir) as desk:
        job, written = desk.views.job(job_id), list[Path]()
        try:
            written.append(write_results(desk, job_id, output))
            page = write_page(desk, job_id, output.with_suffix(".html"))
            written += [page] if page else []
            digests = [sha256(one.read_bytes()).hexdigest() for one in written]
            facts = {"what": "results", **dict(zip(("sha256", "page"), digests, strict=False))}
            note_reading(desk, job.run, options.person, facts=facts, name="results.exported")
        except BaseException:
            for one in written:
                one.unlink()  # what can't be recorded is not handed out
            raise
        _tell(job_id, written, digests, as_json=options.json)
        if job.applies is not None and not options.json:
            say(f"Of all rows of the plan, whichever job did them: rpa results {job.applies} -o FILE")


def _tell(job_id: int, written: list[Path], digests: list[str], *, as_json: bool) -> None:
    if as_json:
        more = {"page": str(written[1]), "page_sha256": digests[1]} if len(written) > 1 else {}
        print_json({"job": job_id, "path": str(written[0]), "sha256": digests[0], **more})
        return
    say(f"The results of job {job_id} are in {written[0]}")
    if len(written) > 1:
        say(f"Its page is {written[1]}")


def page(job_id: JobId, *, options: Common = COMMON) -> None:
    """Write the run page of a job again."""
    with opened(options.dir) as desk:
        written = write_run_page(desk, job_id)
        if options.json:
            print_json({"job": job_id, "path": str(written)})
        else:
            say(f"The run page of job {job_id} is {written}")
