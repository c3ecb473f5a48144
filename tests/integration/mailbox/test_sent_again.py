"""A corrected list that is sent again by e-mail: the answer says what it leaves behind."""

from openpyxl import load_workbook

from rpa.models import Actor, ActorKind, Ending
from rpa.results import write_results
from rpa.states import Failure, ItemState
from tests.integration.mailbox.conftest import PostRoom

FAILED = Ending(ItemState.FAILED, failure=Failure.BUSINESS, code="NO_MATCH")


def test_answer_names_the_earlier_row_whose_key_was_corrected(room: PostRoom) -> None:
    worker = room.worker()
    desk = room.desks[0]
    room.send(room.office.list("nobody"))
    room.look(worker)
    claim = desk.queue.claim(desk.me.id, ["tidy"], lease=desk.lease)
    assert claim is not None
    desk.queue.finish(claim, FAILED, by=Actor(ActorKind.BOT, "tidy"))
    book = load_workbook(write_results(desk, 1, room.office.folder / "back.xlsx"))
    book.worksheets[0]["A2"], book.worksheets[0]["D2"] = room.office.numbers[7], "Resubmit"
    book.save(room.office.folder / "corrected.xlsx")

    room.send(room.office.folder / "corrected.xlsx")
    room.look(worker)

    assert "Attachment 1: job 2. 1 earlier row is not in this file and still needs you: row 2." in room.answers[1]
    assert room.office.numbers[0] not in room.answers[1]
