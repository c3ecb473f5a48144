"""`rpa results` and `rpa page`: what came of a job, as a workbook to send back and as a page to look at."""

from hashlib import sha256
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from rpa.cli.opening import opened
from rpa.cli.options import ASKED, COMMON, Asked, Common, JobId
from rpa.cli.reading import note_reading
from rpa.cli.screen import print_json, say
from rpa.results import write_results
from rpa.runpage import write_run_page

Output = Annotated[Path, Parameter(name=("--output", "-o"), help="The workbook to write.")]


def results(job_id: JobId, *, output: Output, options: Asked = ASKED) -> None:
    """Write the results of a job into a workbook. That they were written out is recorded."""
    with opened(options.dir) as desk:
        job = desk.views.job(job_id)
        written = write_results(desk, job_id, output)
        try:
            digest = sha256(written.read_bytes()).hexdigest()
            facts = {"what": "results", "sha256": digest}
            note_reading(desk, job.run, options.person, facts=facts, name="results.exported")
        except BaseException:
            written.unlink()  # what can't be recorded is not handed out
            raise
        if options.json:
            print_json({"job": job_id, "path": str(written), "sha256": digest})
        else:
            say(f"The results of job {job_id} are in {written}")


def page(job_id: JobId, *, options: Common = COMMON) -> None:
    """Write the run page of a job again."""
    with opened(options.dir) as desk:
        written = write_run_page(desk, job_id)
        if options.json:
            print_json({"job": job_id, "path": str(written)})
        else:
            say(f"The run page of job {job_id} is {written}")
