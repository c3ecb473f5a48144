"""Where the rows of a job are, counted from the rows themselves so that the totals can be checked against them."""

from sqlalchemy import Connection, case, func, select

from rpa.db.tables import item, job, source_row
from rpa.models import Totals
from rpa.states import ItemState, RowEnd

_OPEN = (ItemState.PENDING, ItemState.RUNNING)


def totals_of(connection: Connection, job_id: int) -> Totals:
    """Count the rows of a job by the end each has come to."""
    ended = case((source_row.c.ended == RowEnd.ITEM, item.c.state), else_=source_row.c.ended)
    counted = connection.execute(
        select(ended, func.count())
        .select_from(source_row.outerjoin(item, source_row.c.item_id == item.c.id))
        .where(source_row.c.job_id == job_id)
        .group_by(ended)
    )
    counts: dict[str, int] = {row[0]: row[1] for row in counted}
    rows_in = connection.execute(select(job.c.rows_in).where(job.c.id == job_id)).scalar_one()
    ends = (*(state for state in ItemState if state not in _OPEN), *(end for end in RowEnd if end != RowEnd.ITEM))
    return Totals(rows_in, **{end: counts.get(end, 0) for end in ends}, open=sum(counts.get(s, 0) for s in _OPEN))
