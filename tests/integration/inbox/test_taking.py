"""A file is taken when it is whole, by one worker, and becomes one job in the name of who put it there."""

import getpass
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from rpa.clock import SystemClock
from rpa.db.tables import evidence
from rpa.desk import Desk
from rpa.inbox import Inbox
from rpa.states import JobState
from tests.integration.inbox.conftest import DropFolder, Make
from tests.integration.inbox.workbooks import lines, outcomes, workbook


def test_every_workflow_has_its_folder(drop: DropFolder, inbox: Inbox) -> None:
    inbox.tick()

    assert (drop.inbox / "tidy" / "again").is_dir()
    assert (drop.inbox / "compare" / "again").is_dir()


def test_workbook_becomes_a_job_and_its_answer_lies_in_the_outbox(drop: DropFolder, inbox: Inbox) -> None:
    sent = drop.drop(workbook(drop.office.folder / "list.xlsx", drop.office.numbers))
    content = sent.read_bytes()

    drop.pass_by(inbox, seconds=10)
    submitted = drop.jobs
    drop.work()
    drop.pass_by(inbox, seconds=4)

    assert [(one.requested_by, one.rows_in) for one in submitted] == [(getpass.getuser(), 2)]
    assert drop.answers == ["tidy/list - job 1.xlsx"]
    assert outcomes(drop.outbox / "tidy" / "list - job 1.xlsx") == ["Done", "Done"]
    assert drop.left == []
    assert drop.events == ["arrival.taken", "arrival.returned"]
    kept = [one for one in drop.desks[0].evidence.of_job(1) if one.kind == "input"]
    assert [drop.desks[0].evidence.read(one.digest) for one in kept] == [content]


def test_answer_is_written_once(drop: DropFolder, inbox: Inbox) -> None:
    drop.drop(drop.office.list("ready"))
    drop.pass_by(inbox, seconds=10)
    drop.work()
    drop.pass_by(inbox, seconds=4)
    (drop.outbox / "tidy" / "list - job 1.xlsx").unlink()

    drop.pass_by(inbox, seconds=600)

    assert drop.answers == []


def test_job_that_is_done_at_once_is_answered_at_once(drop: DropFolder, inbox: Inbox) -> None:
    drop.drop(drop.office.list("unreadable"))

    drop.pass_by(inbox, seconds=12)

    assert drop.jobs[0].state == JobState.COMPLETED
    assert drop.answers == ["tidy/list - job 1.xlsx"]


def test_file_is_left_alone_while_it_grows(drop: DropFolder, inbox: Inbox) -> None:
    content = drop.office.list(*["ready"] * 5).read_bytes()
    target = drop.inbox / "tidy" / "list.csv"
    inbox.tick()

    for part in range(0, len(content), 40):  # a slow copy: something every four seconds
        with target.open("ab") as file:
            file.write(content[part : part + 40])
        drop.pass_by(inbox, seconds=4)
    growing = list(drop.jobs)
    drop.pass_by(inbox, seconds=10)

    assert growing == []
    assert [one.rows_in for one in drop.jobs] == [5]


@pytest.mark.parametrize("filled", ["appended", "in its full length"])
def test_workbook_whose_copy_pauses_longer_than_the_span_is_not_taken_half(
    drop: DropFolder, inbox: Inbox, filled: str
) -> None:
    content = workbook(drop.office.folder / "list.xlsx", drop.office.numbers).read_bytes()
    half, target = len(content) // 2, drop.inbox / "tidy" / "list.xlsx"
    inbox.tick()

    rest = b"" if filled == "appended" else b"\0" * (len(content) - half - 22) + content[-22:]
    target.write_bytes(content[:half] + rest)
    drop.pass_by(inbox, seconds=300)
    paused = list(drop.jobs)
    with target.open("r+b") as file:
        file.seek(half)
        file.write(content[half:])
    drop.pass_by(inbox, seconds=10)

    assert paused == []
    assert [one.rows_in for one in drop.jobs] == [2]


def test_workbook_that_never_becomes_whole_comes_back(drop: DropFolder, inbox: Inbox) -> None:
    content = workbook(drop.office.folder / "list.xlsx", drop.office.numbers).read_bytes()
    inbox.tick()
    (drop.inbox / "tidy" / "list.xlsx").write_bytes(content[:-400])

    drop.pass_by(inbox, seconds=910)

    assert drop.jobs == []
    assert drop.answers == ["tidy/list.xlsx", "tidy/list.xlsx - refused.txt"]
    assert (drop.outbox / "tidy" / "list.xlsx").read_bytes() == content[:-400]
    assert "is damaged" in drop.note("tidy/list.xlsx - refused.txt")


@pytest.mark.parametrize("owner", ["~$list.xlsx", ".~lock.list.xlsx#"])
def test_workbook_that_is_open_in_a_program_is_taken_when_it_is_closed(
    drop: DropFolder, inbox: Inbox, owner: str
) -> None:
    lock = drop.inbox / "tidy" / owner
    inbox.tick()
    lock.write_bytes(b"somebody")
    drop.drop(workbook(drop.office.folder / "list.xlsx", drop.office.numbers))

    drop.pass_by(inbox, seconds=3600, every=30)
    while_open = list(drop.jobs)
    lock.unlink()
    drop.pass_by(inbox, seconds=10)

    assert (while_open, len(drop.jobs)) == ([], 1)


@pytest.mark.parametrize("name", ["~WRL0001.tmp", "list.csv.part", "list.csv.crdownload", ".list.csv", "Thumbs.db",
                                  "5F6A1000"])  # fmt: skip
def test_files_that_only_pass_through_are_left_alone(drop: DropFolder, inbox: Inbox, name: str) -> None:
    drop.drop(drop.office.list("ready"), name)

    drop.pass_by(inbox, seconds=1000, every=50)

    assert drop.left == [f"tidy/{name}"]


def test_link_is_not_followed(drop: DropFolder, inbox: Inbox) -> None:
    inbox.tick()
    (drop.inbox / "tidy" / "list.csv").symlink_to(drop.office.list("ready"))

    drop.pass_by(inbox, seconds=1000, every=50)

    assert drop.jobs == []


def test_same_bytes_twice_are_one_job_and_the_second_says_so(drop: DropFolder, inbox: Inbox) -> None:
    sent = drop.office.list("ready")
    drop.drop(sent, "monday.csv")
    drop.pass_by(inbox, seconds=10)

    drop.drop(sent, "tuesday.csv")
    drop.pass_by(inbox, seconds=10)

    assert len(drop.jobs) == 1
    assert drop.answers == ["tidy/tuesday.csv", "tidy/tuesday.csv - refused.txt"]
    told = drop.note("tidy/tuesday.csv - refused.txt")
    assert "handed in before, 09:00 on 23 November 2026, as job 1" in told
    assert "the folder 'again' inside the folder 'tidy' of the drop folder" in told
    assert drop.events == ["arrival.taken", "arrival.taken", "arrival.refused", "arrival.returned"]


def test_same_bytes_in_the_folder_again_are_a_new_job(drop: DropFolder, inbox: Inbox) -> None:
    sent = drop.office.list("ready")
    drop.drop(sent)
    drop.pass_by(inbox, seconds=10)

    drop.drop(sent, to="tidy/again")
    drop.pass_by(inbox, seconds=10)

    assert [one.rows_in for one in drop.jobs] == [1, 1]
    assert drop.left == []


def test_refused_file_comes_back_with_a_note_and_nothing_of_it_is_lost(drop: DropFolder, inbox: Inbox) -> None:
    sent = drop.office.folder / "list.csv"
    sent.write_text("Wrong,Headings\n1,2\n", encoding="utf-8")
    drop.drop(sent)

    drop.pass_by(inbox, seconds=10)

    assert drop.answers == ["tidy/list.csv", "tidy/list.csv - refused.txt"]
    assert (drop.outbox / "tidy" / "list.csv").read_bytes() == sent.read_bytes()
    told = drop.note("tidy/list.csv - refused.txt")
    assert "list.csv was not taken for tidy." in told
    assert "NHS number" in told
    assert drop.left == []


def test_second_refused_file_of_a_name_does_not_take_the_first_ones_place(drop: DropFolder, inbox: Inbox) -> None:
    for content in ("Wrong\n1\n", "Wrong\n2\n"):
        inbox.tick()
        (drop.inbox / "tidy" / "list.csv").write_text(content, encoding="utf-8")
        drop.pass_by(inbox, seconds=10)

    assert drop.answers == ["tidy/list (2).csv", "tidy/list (2).csv - refused.txt", "tidy/list.csv",
                            "tidy/list.csv - refused.txt"]  # fmt: skip


def test_name_that_holds_an_nhs_number_is_kept_nowhere(drop: DropFolder, inbox: Inbox) -> None:
    sent = drop.office.list("ready")
    number = drop.office.numbers[3]
    drop.drop(sent, f"Smith {number[:3]} {number[3:6]} {number[6:]}.csv")

    drop.pass_by(inbox, seconds=10)
    drop.work()
    drop.pass_by(inbox, seconds=4)

    assert drop.answers == ["tidy/file - job 1.xlsx"]
    assert [one.name for one in drop.arrivals] == ["file.csv"]
    assert [one["file"] for one in drop.jobs[0].inputs] == ["file.csv"]


def test_sender_in_the_settings_goes_before_the_owner_of_the_file(make: Make) -> None:
    drop = make(senders={"tidy": "Booking team"})
    inbox = drop.worker()
    drop.drop(drop.office.list("ready"))

    drop.pass_by(inbox, seconds=10)

    assert drop.jobs[0].requested_by == "Booking team"


def test_account_of_another_machine_is_known_by_its_number(drop: DropFolder, inbox: Inbox) -> None:
    target = drop.drop(drop.office.list("ready"))
    if os.geteuid() != 0:
        pytest.fail("this test changes a file's owner and must run as root")
    os.chown(target, 54321, -1)

    drop.pass_by(inbox, seconds=10)

    assert drop.jobs[0].requested_by == "uid 54321"


def test_file_of_nobody_is_refused(drop: DropFolder, inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def owner(self: Path) -> str:
        raise NotImplementedError("Path.owner() is unsupported on this system")

    monkeypatch.setattr(Path, "owner", owner)  # as on Windows
    drop.drop(drop.office.list("ready"))

    drop.pass_by(inbox, seconds=10)

    assert drop.jobs == []
    assert "senders in [inbox]" in drop.note("tidy/list.csv - refused.txt")


def test_two_files_of_a_workflow_come_in_a_folder_of_their_own(drop: DropFolder, inbox: Inbox) -> None:
    drop.drop(lines(drop.office.folder / "ers.csv", 1, 2), "Ers extract 23-11.csv", to="compare/monday")
    drop.pass_by(inbox, seconds=60)
    half = list(drop.jobs)

    drop.drop(lines(drop.office.folder / "pas.csv", 2, 3), "PAS_export.csv", to="compare/monday")
    drop.pass_by(inbox, seconds=10)
    drop.work()
    drop.pass_by(inbox, seconds=4)

    assert (half, [one.rows_in for one in drop.jobs]) == ([], [4])
    assert [one["name"] for one in drop.jobs[0].inputs] == ["ers", "pas"]
    assert drop.answers == ["compare/monday - job 1.xlsx"]
    assert drop.left == []


def test_folder_that_lacks_a_file_comes_back_whole(drop: DropFolder, inbox: Inbox) -> None:
    drop.drop(lines(drop.office.folder / "ers.csv", 1, 2), to="compare/monday")

    drop.pass_by(inbox, seconds=920)

    assert drop.answers == ["compare/monday - refused.txt", "compare/monday/ers.csv"]
    assert "takes 2 files (ers, pas)" in drop.note("compare/monday - refused.txt")


def test_folder_whose_files_cannot_be_told_apart_comes_back_whole(drop: DropFolder, inbox: Inbox) -> None:
    for name in ("one.csv", "two.csv"):
        drop.drop(lines(drop.office.folder / name, 1), to="compare/monday")

    drop.pass_by(inbox, seconds=10)

    assert drop.answers == ["compare/monday - refused.txt", "compare/monday/one.csv", "compare/monday/two.csv"]
    assert "found the files one.csv, two.csv, expected one for each of ers, pas" in drop.note(
        "compare/monday - refused.txt"
    )


def test_share_that_is_not_mounted_is_waited_for(make: Make, tmp_path: Path) -> None:
    share = tmp_path / "share"
    drop = make(folder=share)
    inbox = drop.worker()
    inbox.tick()
    not_there = share.exists()

    share.mkdir()
    inbox.tick()

    assert (not_there, (share / "tidy").is_dir()) == (False, True)


def test_of_many_workers_one_takes_a_file(drop: DropFolder) -> None:
    sent = [drop.office.list(*["ready"] * rows) for rows in range(1, 6)]
    clock = SystemClock()
    drop.options = {"settle": 0}
    desks = [drop.desk(clock=clock) for _ in range(4)]
    for number, content in enumerate(sent * 2):
        drop.drop(content, f"{number}.csv")
    done = threading.Event()

    def look(desk: Desk) -> None:
        inbox = Inbox(desk)
        while not done.is_set():
            inbox.tick()
        desk.database.close_thread()

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(look, one) for one in desks]
        limit = clock.monotonic() + 60
        while not (len(drop.arrivals) == 10 and settled(drop)) and clock.monotonic() < limit:
            done.wait(0.05)
        done.set()
        for one in running:
            one.result(60)

    assert drop.left == []
    assert len(drop.arrivals) == 10
    assert len({one.digest for one in drop.arrivals}) == len(drop.jobs)
    assert len([one for one in drop.answers if one.endswith(".txt")]) == 10 - len(drop.jobs)


def test_evidence_is_noted_once_for_each_file(drop: DropFolder, inbox: Inbox) -> None:
    drop.drop(drop.office.list("ready"))

    drop.pass_by(inbox, seconds=60)

    with drop.desks[0].database.reading() as connection:
        assert connection.execute(select(evidence.c.name)).scalars().all() == ["list.csv"]


def settled(drop: DropFolder) -> bool:
    """Whether everything that was taken has a job, or came back."""
    return all(one.job_id is not None if one.refused is None else one.returned_at is not None for one in drop.arrivals)


def test_what_nobody_takes_gets_a_note_for_as_long_as_it_lies_there(drop: DropFolder, inbox: Inbox) -> None:
    inbox.tick()
    lost = [drop.drop(drop.office.list("fine"), to=to) for to in (".", "tidi")]
    notes = [drop.inbox / "NOT TAKEN - read me.txt", drop.inbox / "tidi" / "NOT TAKEN - read me.txt"]

    drop.pass_by(inbox, seconds=10)

    assert [one.exists() for one in (*lost, *notes)] == [True] * 4
    assert "    compare\r\n    tidy\r\n" in notes[0].read_bytes().decode("utf-8-sig")
    assert drop.jobs == []
    for one in lost:
        one.rename(drop.inbox / "tidy" / f"{one.parent.name}.csv")
    drop.pass_by(inbox, seconds=10)
    assert not any(one.exists() for one in notes)
    assert len(drop.jobs) == 1


def test_one_file_of_two_comes_back_with_how_to_hand_in_both(drop: DropFolder, inbox: Inbox) -> None:
    drop.pass_by(inbox, seconds=2)
    drop.inbox.joinpath("compare", "ers.csv").write_text("Number\n1\n", encoding="utf-8")

    drop.pass_by(inbox, seconds=10)

    assert "go into one new folder inside the workflow's own" in drop.note("compare/ers.csv - refused.txt")
