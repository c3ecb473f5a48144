"""A system that is to be traced: what failed is recorded and kept encrypted, what went well leaves nothing."""

import io
import zipfile

from rpa.cli.exits import Exit
from tests.acceptance.survival.conftest import Open
from tests.acceptance.survival.practice import Practice


def test_trace_of_what_failed_is_kept_and_holds_no_secret(open_office: Open, practice: Practice) -> None:
    office = open_office(more="trace = true")
    fine, wrong = practice.take(2)
    practice.clinic.faults.set("renamed_field", path=f"/patients/{wrong.patient}/contact/edit")
    job_id = office.submit([fine, wrong])

    code = office.work()

    assert code == Exit.NEEDS_PERSON, office.printed
    with office.desk() as desk:
        traces = [one for one in desk.evidence.of_job(job_id) if one.kind == "trace"]
        assert {one.item_id for one in traces} == {one.id for one in desk.views.items(job_id) if one.code}
        contents = [desk.evidence.read(one.digest) for one in traces]
    held = b"".join(
        zipped.read(name) for one in contents for zipped in [zipfile.ZipFile(io.BytesIO(one))]
        for name in zipped.namelist()
    )  # fmt: skip
    assert b"/contact/edit" in held
    assert practice.clinic.password.encode() not in held and b"/sign-in" not in held
    kept = b"".join(path.read_bytes() for path in (office.folder / "evidence").rglob("*") if path.is_file())
    assert b"PK\x03\x04" not in kept, "no trace lies open on the disk"
