"""Turns the story of a job into HTML that needs nothing beside it: style and pictures inside, no script."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from rpa.models import Effect, RowRef
from rpa.runpage.bar import is_uneven, parts_of
from rpa.runpage.story import Story
from rpa.runpage.words import counted, field_name, masked, masked_field, shown, uk_time, verdict
from rpa.states import EffectState, RowEnd

_TEMPLATES = Path(__file__).parent / "templates"
_KEPT_TOGETHER = "\N{NO-BREAK SPACE}"
MOST_LINES = 1000
"""Lines of a list on the page; a longer one says how to see the rest."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One change as a line of the page."""

    rows: str
    place: str
    fields: tuple[tuple[str, str, str], ...]
    at: datetime
    item_id: int
    entry: int | None
    confirmed: bool
    picture: int | None


def render(story: Story, *, written_at: datetime) -> str:
    """Return the page of a job."""
    numbers = {one.item_id: number for number, one in reversed(list(enumerate(story.pictures, 1))) if one.item_id}
    parts = parts_of(story.totals, dry_run=story.job.dry_run)
    return _template().render(
        story=story,
        verdict=verdict(story.totals, dry_run=story.job.dry_run),
        tone=_tone(story),
        parts=parts,
        uneven=is_uneven(parts),
        changes=_changes(story, numbers),
        pictures=list(enumerate(story.pictures, 1)),
        picture_of=numbers,
        moments=story.moments,
        aside=[one for one in story.stories if one.ended in (RowEnd.DUPLICATE, RowEnd.LEFT_OUT)],
        style=(_TEMPLATES / "run.css").read_text(encoding="utf-8"),
        most=MOST_LINES,
        written_at=written_at,
    )


def rows_in_words(places: Iterable[RowRef], title_of: Callable[[str], str]) -> str:
    """Return where rows are as the sheet's own program shows it: `e-RS extract row 12, PAS extract row 14`."""
    return ", ".join(f"{title_of(one.input)}{_KEPT_TOGETHER}row{_KEPT_TOGETHER}{one.row}" for one in places)


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {"uk_time": uk_time, "masked": masked, "shown": shown, "field_name": field_name,
                            "rows_in_words": rows_in_words}  # fmt: skip
    environment.globals |= {"counted": counted}
    return environment.get_template("run.html.j2")


def _tone(story: Story) -> str:
    if not story.record.sound or not story.totals.balance:
        return "broken"
    if story.totals.open:
        return "working"
    return "person" if story.totals.failed or story.totals.rejected else "done"


def _changes(story: Story, numbers: dict[int, int]) -> list[Changed]:
    return [_changed(story, one, picture=numbers.get(one.item_id)) for one in story.changes[:MOST_LINES]]


def _changed(story: Story, one: Effect, *, picture: int | None) -> Changed:
    before, after = one.before or {}, one.after or {}
    fields = tuple((field_name(name), masked_field(name, before.get(name)), masked_field(name, value))
                   for name, value in after.items())  # fmt: skip
    places = sorted(row.place for row in story.rows.get(one.item_id, ()))
    return Changed(
        rows=rows_in_words(places, story.input_title),
        place=masked(one.what),
        fields=fields if one.kind == "change" else (),
        at=one.ended_at or one.intended_at,
        item_id=one.item_id,
        entry=story.proofs.get(one.id),
        confirmed=one.state == EffectState.CONFIRMED,
        picture=picture,
    )
