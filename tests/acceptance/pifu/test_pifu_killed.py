"""A worker that dies when a task is saved and nobody has recorded it yet: the task is found, not made again."""

from pathlib import Path

from rpa.audit import verify
from rpa.cli.exits import Exit
from rpa.clock import SystemClock, local
from rpa.demo.clinic import Clinic
from rpa.demo.clinic.seeding import seed
from tests.acceptance.survival.office import Office

FATE = "slot@written:1"


def test_task_that_was_saved_when_its_slot_was_killed_is_not_made_twice(tmp_path: Path) -> None:
    today = local(SystemClock().now()).date()
    seed(tmp_path / "clinic.sqlite", appointments=60, today=today)
    (tmp_path / "office").mkdir()
    with Clinic(tmp_path) as clinic:
        office = Office(tmp_path / "office", clinic, workflows="workflows")
        job_id = office.submit_files([an_extract(clinic, tmp_path / "pifu.csv")], workflow="list_pifu_reviews")

        code = office.work_fated(FATE)

        assert (code, office.has_met(FATE)) == (Exit.DONE, True), office.printed
        with office.desk() as desk:
            written = [one for one in desk.views.effects(job_id) if one.state in ("made", "confirmed")]
            assert [str(one.state) for one in written].count("confirmed") == 1
            assert verify(desk.database).clean
        texts = [str(task["text"]) for task in clinic.snapshot()["task"].values()]
        saves = {row.save for row in clinic.writes() if row.account == Clinic.username}
        assert len(texts) == len(set(texts)) == len(written) == len(saves) == 2
        office.close()


def an_extract(clinic: Clinic, path: Path) -> Path:
    """Write an extract of the two patients whose follow-up ended first."""
    tables = clinic.snapshot()
    lines = ["Referral,Pathway,NHS number,Date of birth,Consultant team,PIFU start date,PIFU end date,Last review"]
    for referral in ("R300000", "R300001"):
        pifu, its = tables["pifu"][referral], tables["referral"][referral]
        patient = tables["patient"][str(its["patient"])]
        cells = [referral, its["pathway"], patient["nhs_number"], patient["date_of_birth"], f'"{pifu["team"]}"']
        lines.append(",".join(map(str, [*cells, pifu["starts_on"], pifu["ends_on"], ""])))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path
