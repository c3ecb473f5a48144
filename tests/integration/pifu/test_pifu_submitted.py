"""An extract that is sent, on each kind of database: the plan knows the trust's own calendar."""

from contextlib import closing
from datetime import date
from pathlib import Path

from rpa.desk import open_desk
from rpa.models import Actor, ActorKind
from rpa.settings import CalendarSettings, load_settings
from tests.conftest import HandClock

WORKFLOWS = Path(__file__).parents[3] / "workflows"
EXTRACT = """Referral,Pathway,NHS number,Date of birth,Consultant team,PIFU start date,PIFU end date,Last review
R1,REN1,999 000 0018,01/01/1970,"Larch, haematology",05/01/2026,14/12/2026,
R2,REN2,999 000 0018,01/01/1970,"Larch, haematology",05/01/2026,04/01/2027,
R3,REN3,999 000 0026,01/01/1970,"Larch, haematology",05/01/2026,05/01/2027,
"""


def test_task_is_due_before_the_closed_days_of_the_settings(
    tmp_path: Path, database_url: str, clock: HandClock
) -> None:
    file = tmp_path / "pifu.csv"
    file.write_text(EXTRACT, encoding="utf-8")
    closed = CalendarSettings(closed={date(2026, 12, 11): "Open day"})
    settings = load_settings(tmp_path / "data", workflows=(str(WORKFLOWS),), database_url=database_url, calendar=closed)
    with closing(open_desk(settings, clock)) as desk:
        job = desk.submit("list_pifu_reviews", [str(file)], by=Actor(ActorKind.PERSON, "A. Clerk")).job

        items = {item.key: item for item in desk.views.items(job.id)}

        due = items["9990000018 Larch, haematology"]
        assert due.data["task_days"] == ["2026-12-10", "2026-12-31"]
        assert items["REN3 Not due yet"].outcome == "not due yet"
        assert desk.views.totals(job.id).balance
