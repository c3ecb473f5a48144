"""A workbook that is sent is a job in its sender's name, once, and whatever is not taken is answered and kept."""

from typing import Any

import pytest

from rpa.alarms import latest_alarms
from rpa.audit import verify
from rpa.cli.mail_checks import look_at_mailbox
from rpa.mailbox.server import Box
from tests.integration.inbox.workbooks import lines
from tests.integration.mailbox.conftest import PostRoom


class Killed(BaseException):
    """Ends a worker where it stands."""


def test_workbook_that_is_sent_is_a_job_in_the_senders_name(room: PostRoom) -> None:
    worker = room.worker()
    mail = room.send(room.office.list("ready"))

    room.look(worker)

    assert [one.requested_by for one in room.jobs] == ["Jo Clerk"]
    assert room.lying == (0, 1, 0)
    assert "Attachment 1: job 1." in room.answers[0]
    assert (room.smtp.mails[0]["In-Reply-To"], room.smtp.recipients) == (mail["Message-ID"], ["jo@trust.example"])
    assert room.smtp.encrypted == [True]
    assert verify(room.desks[0].database).clean


def test_killed_before_the_message_is_moved_it_is_one_job_and_one_answer(
    room: PostRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = room.worker()
    room.send(room.office.list("ready"))

    def die(self: Box, uid: str, folder: str) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Box, "move", die)
        with pytest.raises(Killed):
            room.look(worker)
    waiting = room.lying
    room.look(room.worker())
    room.look(room.worker())

    assert (waiting, room.lying) == ((1, 0, 0), (0, 1, 0))
    assert (len(room.jobs), len(room.answers)) == (1, 1)


def test_killed_before_the_message_has_its_end_it_is_one_job(room: PostRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = room.worker()
    room.send(room.office.list("ready"))

    def die(*given: object, **named: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(worker._register, "end", die)
        with pytest.raises(Killed):
            room.look(worker)
    room.look(room.worker())

    assert (len(room.jobs), room.lying) == (1, (0, 1, 0))
    assert "Attachment 1: job 1." in room.answers[0]


def test_several_workbooks_are_several_jobs(room: PostRoom) -> None:
    worker = room.worker()
    room.send(room.office.list("ready", name="a.csv"), room.office.list("ready", "ready", name="b.csv"))

    room.look(worker)

    assert [one.rows_in for one in room.jobs] == [1, 2]


def test_workbooks_of_a_workflow_with_two_inputs_are_one_job(room: PostRoom) -> None:
    worker = room.worker()
    ers, pas = lines(room.office.folder / "Ers Monday.csv", 1, 2), lines(room.office.folder / "PAS export.csv", 2, 3)
    room.send(ers, pas, subject="Compare")
    room.send(ers, subject="compare")

    room.look(worker)

    assert [one.rows_in for one in room.jobs] == [4]
    assert room.lying == (0, 1, 1)
    assert "one workbook for each of ers, pas" in room.answers[1]


def test_same_workbook_again_is_answered_with_its_job_unless_it_says_again(room: PostRoom) -> None:
    worker = room.worker()
    for subject in ("tidy", "tidy", "tidy again"):
        room.send(room.office.list("ready"), subject=subject)

    room.look(worker)

    assert len(room.jobs) == 2
    assert "it was sent before, as job 1" in room.answers[1]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("list.zip", b"PK\3\4", "it is packed"),
        ("Ann Smith.pdf", b"%PDF", "attachment 1 is no spreadsheet"),
        ("list.csv", b"Wrong\n1\n", "no headings found"),
        ("list.xlsx", bytes.fromhex("d0cf11e0a1b11ae1") + b"0" * 600, "attachment 1"),
    ],
)
def test_what_is_no_workbook_is_answered_and_kept(room: PostRoom, name: str, content: bytes, said: str) -> None:
    worker = room.worker()
    sent = room.office.folder / name
    sent.write_bytes(content)
    room.send(sent)

    room.look(worker)

    assert (room.jobs, room.lying) == ([], (0, 0, 1))
    assert said in room.answers[0]
    assert "Smith" not in room.answers[0]


def test_message_whose_workflow_cannot_be_told_is_answered_with_all_there_are(room: PostRoom) -> None:
    worker = room.worker()
    room.send(room.office.list("ready"), subject="Mrs Smith")

    room.look(worker)

    assert "as the subject, and nothing else: compare, tidy" in room.answers[0]
    assert "Smith" not in str(room.smtp.mails[0])


def test_stranger_is_refused_and_answered_only_inside_of_the_trust(room: PostRoom) -> None:
    worker = room.worker()
    room.send(room.office.list("ready"), sender="new@trust.example")
    room.send(room.office.list("ready"), sender="eve@evil.example")

    room.look(worker)

    assert (room.jobs, room.lying) == ([], (0, 0, 2))
    assert room.smtp.recipients == ["new@trust.example"]


def test_forged_sender_is_refused_and_gets_no_answer(room: PostRoom) -> None:
    worker = room.worker(authserv_id="mx.trust.example")
    room.send(room.office.list("ready"))
    room.send(
        room.office.list("ready"), Authentication_Results="mx.trust.example; dmarc=fail header.from=trust.example"
    )
    good = "mx.trust.example; dmarc=pass header.from=trust.example"
    room.send(room.office.list("ready"), Authentication_Results=good)

    room.look(worker)

    assert (len(room.jobs), room.lying, len(room.answers)) == (1, (0, 1, 2), 1)


def test_loops_are_not_begun(room: PostRoom) -> None:
    worker = room.worker(most_answers=2)
    room.send(room.office.list("ready"), Auto_Submitted="auto-replied")
    room.send(sender="robot@trust.example")
    for _ in range(4):
        room.send(subject="what?")

    room.look(worker)

    assert (room.jobs, room.lying, len(room.answers)) == ([], (0, 0, 6), 2)


def test_message_that_is_too_large_is_refused_without_being_read(room: PostRoom) -> None:
    worker = room.worker(most_megabytes=1)
    large = room.office.folder / "large.csv"
    large.write_bytes(b"x" * 2_000_000)
    room.send(large)

    room.look(worker)

    assert room.lying == (0, 0, 1)
    assert "more than 1 MB" in room.answers[0]


def test_answer_that_could_not_be_sent_is_sent_later(room: PostRoom) -> None:
    worker = room.worker()
    room.send(room.office.list("ready"))
    room.smtp.refuse = True
    room.look(worker)
    before = len(room.answers)

    room.smtp.refuse = False
    room.look(worker)
    room.look(worker)

    assert (before, len(room.answers)) == (0, 1)


def test_mailbox_that_is_away_is_told_of_and_looked_into_later(room: PostRoom) -> None:
    worker = room.worker()
    room.send(room.office.list("ready"))
    away = room.worker(port=1)

    for _ in range(3):
        room.look(away)
    with room.desks[0].database.reading() as connection:
        raised = [one.kind for one in latest_alarms(connection)]
    room.look(worker)

    assert raised == ["mailbox_away"]
    assert len(room.jobs) == 1


def test_of_two_workers_one_looks(room: PostRoom) -> None:
    first, second = room.worker(), room.worker()
    room.look(first)
    room.send(room.office.list("ready"))

    second.tick()

    assert room.jobs == []


def test_doctor_says_whether_the_mailbox_can_be_opened(room: PostRoom) -> None:
    tried: tuple[dict[str, Any], ...] = ({}, {"port": 1}, {"senders": {}})
    for options in tried:
        room.look(room.worker(**options))
    room.send(room.office.list("ready"))

    found = [look_at_mailbox(desk.settings) for desk in room.desks]

    assert [one[0][0] for one in found] == [
        "robot@trust.example can be opened; 1 messages wait",
        "robot@trust.example can't be opened (ConnectionRefusedError)",
        "robot@trust.example can be opened, but nobody may send to it",
    ]
    assert [bool(one[0][1]) for one in found] == [False, True, True]
