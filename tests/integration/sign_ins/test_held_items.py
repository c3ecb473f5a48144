"""An item whose system may not be signed in to goes back as it is: no attempt is used up, and no write is lost."""

from rpa import Item, Retry, Row, column, workflow
from rpa.exceptions import SignInHeld
from rpa.states import EffectState, ItemState
from rpa.testing import rehearse


class Entry(Row):
    name: str = column("Name")


def test_item_goes_back_without_an_attempt_and_is_done_later() -> None:
    tries: list[int] = []

    @workflow(title="Look", key="name", retry=Retry(attempts=1))
    def look(item: Item[Entry]) -> str:
        """Find the door closed a few times."""
        tries.append(1)
        if len(tries) < 4:
            raise SignInHeld("others try to sign in")
        return "looked"

    came = rehearse(look, [{"name": "a"}])

    (item,) = came.items
    assert (item.state, item.outcome, item.attempts, len(tries)) == (ItemState.COMPLETED, "looked", 1, 4)
    assert came.record.clean


def test_write_that_can_not_be_read_back_for_want_of_a_sign_in_is_looked_up_later() -> None:
    saved: dict[str, str] = {}
    reads: list[int] = []

    def read() -> dict[str, str | None]:
        reads.append(1)
        if len(reads) == 2:  # the system signed the robot out after the save, and refuses to let it in
            raise SignInHeld("the system refused the sign-in")
        return {"phone": saved.get("phone")}

    @workflow(title="Save", key="name", retry=Retry(attempts=1))
    def save(item: Item[Entry]) -> str:
        """Save a number."""
        new = {"phone": "01632960999"}
        item.change("number", expected={"phone": None}, new=new, read=read, write=lambda: saved.update(new))
        return "saved"

    came = rehearse(save, [{"name": "a"}])

    assert [one.state for one in came.items] == [ItemState.COMPLETED]
    assert [one.state for one in came.effects] == [EffectState.CONFIRMED]
