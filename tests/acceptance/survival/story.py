"""What one needs to see why a test failed: what was printed and logged, and what the record says."""

from rpa.audit import Trail
from rpa.audit.trail import Entry
from tests.acceptance.survival.office import Office


def story_of(office: Office) -> str:
    """Tell what happened in an installation, and which items are open still."""
    with office.desk() as desk:
        runs = ["system", *(one.run for one in desk.views.jobs())]
        told = [entry for run in runs for entry in Trail(desk.database).of_run(run)]
    met = sorted(str(one.relative_to(office.places)) for one in office.places.glob("*/met-*"))
    parts = [office.printed, office.log, *sorted(map(_line, told)), *map(str, office.items()), *met]
    return "\n".join(parts)


def _line(one: Entry) -> str:
    item = "" if one.item_id is None else f"item {one.item_id}, attempt {one.attempt}"
    return f"{one.at} {one.run} {item} {one.name} {one.facts}"
