"""Where the rows of a job are, counted from the rows themselves so that the totals can be checked against them."""

from collections import Counter

from sqlalchemy import Connection, and_, case, func, null, select

from rpa.db.tables import item, job, source_row
from rpa.models import Totals
from rpa.states import ItemState, RowEnd, Taken

_OPEN = (ItemState.PENDING, ItemState.RUNNING)


def totals_of(connection: Connection, job_id: int) -> Totals:
    """Count the rows of a job by the end each has come to."""
    ended = case((source_row.c.ended == RowEnd.ITEM, item.c.state), else_=source_row.c.ended)
    # What the robot said of an item it had done is no way to take one from it.
    taken = case((ended == ItemState.CANCELLED, item.c.outcome), else_=null())
    later = and_(ended == ItemState.COMPLETED, item.c.job_id != source_row.c.job_id)
    counted = connection.execute(
        select(ended, taken, later, func.count())
        .select_from(source_row.outerjoin(item, source_row.c.item_id == item.c.id))
        .where(source_row.c.job_id == job_id)
        .group_by(ended, taken, later)
    )
    counts, ways, done_later = Counter[str](), Counter[str](), 0
    for end, way, is_later, number in counted:
        counts[end] += number
        ways[way] += number
        done_later += number if is_later else 0
    rows_in = connection.execute(select(job.c.rows_in).where(job.c.id == job_id)).scalar_one()
    ends = (*(state for state in ItemState if state not in _OPEN), *(end for end in RowEnd if end != RowEnd.ITEM))
    return Totals(rows_in, **{end: counts[end] for end in ends}, open=sum(counts[state] for state in _OPEN),
                  by_hand=ways[Taken.BY_HAND], put_aside=ways[Taken.LEFT_OUT],
                  done_later=done_later)  # fmt: skip
