"""`rpa logs`: what the processes said while they had to do with a job."""

import sys
from collections.abc import Callable
from itertools import chain
from typing import Annotated, NoReturn

from cyclopts import Parameter

from rpa.cli.exits import Exit
from rpa.cli.options import COMMON, Common, JobId
from rpa.cli.screen import say
from rpa.clock import SystemClock
from rpa.exceptions import NotFoundError
from rpa.logs.lines import Line, in_words, written
from rpa.logs.reading import Follower, lines_of_job
from rpa.settings import load_settings

_SECONDS_BETWEEN_LOOKS = 1.0
Follow = Annotated[bool, Parameter(help="Go on with what comes, until Ctrl+C.")]


def logs(job: JobId, /, *, follow: Follow = False, options: Common = COMMON) -> Exit:
    """Show the log of a job, of all processes and machines that share the folder, oldest line first.

    It needs no database, so it can be read while that is away. Ends with 3 when there are no lines of that job.
    """
    folder = load_settings(options.dir).dir / "logs"
    show = _show_json if options.json else _show
    if follow:
        _follow(Follower(folder, job), show)
    lines = lines_of_job(folder, job)
    first = next(lines, None)
    if first is None:
        raise NotFoundError(f"the log says nothing of job {job}; `rpa jobs` lists them, and old lines are removed")
    for line in chain([first], lines):
        show(line)
    return Exit.DONE


def _follow(follower: Follower, show: Callable[[Line], None]) -> NoReturn:
    clock = SystemClock()
    while True:
        for line in follower.look():
            show(line)
        sys.stdout.flush()
        clock.sleep(_SECONDS_BETWEEN_LOOKS)


def _show(line: Line) -> None:
    say(in_words(line))


def _show_json(line: Line) -> None:
    sys.stdout.write(written(line).decode())
