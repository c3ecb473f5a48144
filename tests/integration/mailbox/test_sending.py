"""Results go to whoever sent the workbook, once, and patients' data only where the settings let it."""

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from rpa.models import Actor, ActorKind, Ending
from rpa.states import ItemState
from tests.integration.mailbox.conftest import PostRoom

LEASE = timedelta(seconds=60)


def done(room: PostRoom, **options: Any) -> list[EmailMessage]:
    """Send a workbook, do what it asks for, and return the messages that came after the answer."""
    worker = room.worker(**options)
    room.send(room.office.list("ready"))
    room.look(worker)
    desk = room.desks[0]
    while (claim := desk.queue.claim("w1", desk.workflows.names, lease=LEASE)) is not None:
        desk.queue.finish(claim, Ending(ItemState.COMPLETED, outcome="moved"), by=Actor(ActorKind.BOT, "tidy"))
    for _ in range(3):
        room.look(worker)
    return room.smtp.mails[1:]


def test_nothing_is_sent_unless_it_was_switched_on(room: PostRoom) -> None:
    assert done(room) == []


def test_link_says_where_the_results_lie_and_is_sent_once(room: PostRoom) -> None:
    (mail,) = done(room, results="link", results_link="file://share/{workflow}/{file}")

    assert "file://share/tidy/job 1.xlsx" in mail.get_content()
    assert (room.office.data / "outbox" / "tidy" / "job 1.xlsx").is_file()


@pytest.mark.parametrize("allowed", ["trust.example", "jo@trust.example"])
def test_workbook_goes_to_whom_it_may(room: PostRoom, allowed: str) -> None:
    (mail,) = done(room, results="workbook", results_to=(allowed,))

    (attached,) = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_content()[:2]) == ("job 1.xlsx", b"PK")
    assert room.office.numbers[0] not in str(mail["Subject"]) + mail.get_body().get_content()  # type: ignore[union-attr]


@pytest.mark.parametrize("allowed", [(), ("example",), ("other@trust.example",)])
def test_workbook_goes_nowhere_else(room: PostRoom, allowed: tuple[str, ...]) -> None:
    (mail,) = done(room, results="workbook", results_to=allowed)

    assert list(mail.iter_attachments()) == []
    assert "may not be sent to this address" in mail.get_content()


def test_results_that_could_not_be_sent_are_sent_later(room: PostRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    room.smtp.refuse = True
    before = len(done(room, results="link"))

    room.smtp.refuse = False
    room.clock.pass_by(hours=2)
    worker = room.worker(results="link")
    for _ in range(2):
        room.look(worker)

    assert (before, len(room.answers)) == (0, 2)
