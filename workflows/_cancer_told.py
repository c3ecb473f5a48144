"""Sentences on a list of cancer pathways: how many of its rows are counted, and what it is compared with."""

from workflows._cancer_earlier import Earlier
from workflows._cancer_list import Watch
from workflows._cancer_pathways import Standing

NO_LIST_BEFORE = "There is no list before this one."
_UNLIKE = 2
"""How many times longer one of two lists may be before that is said."""


def compared_with(watch: Watch, before: Earlier | None, *, exact: bool = True) -> list[str]:
    """Say which list another is compared with, and what can't be known from that."""
    if before is None:
        return [NO_LIST_BEFORE]
    rows = f", {counted(before.rows)}" if exact else ""
    said = [
        f"Compared with the list of {before.today:%d/%m/%Y} (job {before.job}{rows}).",
        *_late_unread(watch, before, exact),
    ]
    if watch.first_job is not None:
        return [*said, "Only rows that were sent again are compared; nothing is told as gone here."]
    if max(before.rows, watch.rows) > _UNLIKE * min(before.rows, watch.rows):
        here = f" ({counted(before.rows)} then, {watch.rows} now)" if exact else ""
        said.append(f"The two lists differ much in length{here}: what is new or gone may show only that.")
    strangers = before.strangers(watch)
    if strangers and before.stand.read:
        some = f"{counted(strangers)} of this list" if exact else "Some rows of this list"
        said.append(f"{some} could not be matched with that list: what counts as gone may be among them.")
    return said


def _late_unread(watch: Watch, before: Earlier, exact: bool) -> list[str]:
    """Say how many of the pathways that were not read were a breach: they are on no list of this day."""
    late = sum(before.stand.read.get(number) is Standing.ACT_NOW for number in watch.left.numbers)
    some = f"{late:,}" if exact else "some"
    return [f"Of those not read, {some} had a wait that was a breach when they were last read."] if late else []


def rows_told(watch: Watch, *, exact: bool = True) -> list[str]:
    """Say how many rows of the list are not counted, and why."""
    said = []
    if watch.first_job is not None:
        said.append(
            f"Only rows of job {watch.first_job} that were sent again: the page of that job has the whole list."
        )
    reasons = dict(watch.left.counts)
    for why in watch.ended.values():
        reasons[why.lower()] = reasons.get(why.lower(), 0) + 1
    if reasons and exact:
        each = ", ".join(f"{number} {why}" for why, number in reasons.items())
        what = "The list" if watch.first_job is None else "The workbook that was sent again"
        said.append(f"{what} had {counted(watch.rows)}. Not counted here: {each}.")
    elif reasons:
        said.append(f"Rows that were not read are not counted: {', '.join(reasons)}.")
    return said


def counted(rows: int) -> str:
    """Return a number of rows in words."""
    return "1 row" if rows == 1 else f"{rows:,} rows"
