"""A clerk's whole work by keyboard alone: from signing in to the results, and a row that needs a person."""

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.console.conftest import PASSWORD, Room
from tests.acceptance.console.keyboard import Keyboard


@pytest.mark.parametrize(
    ("width", "fates"),  # two lists, for the same one sent again is asked about
    [(1280, ("fine", "nobody", "unreadable")), (320, ("nobody", "fine", "unreadable"))],
)
def test_a_list_is_sent_followed_fetched_and_put_right_by_keyboard_alone(
    room: Room, width: int, fates: tuple[str, ...]
) -> None:
    page = room.page(width=width)
    keyboard = Keyboard(page)
    page.goto("/sign-in")

    path = room.office.list(*fates, name=f"by keyboard {width}.csv")
    # The browser is told from the start that a file will be chosen: told right before, it may be late.
    page.on("filechooser", lambda chooser: chooser.set_files(path))
    wrong = keyboard.found_wrong()
    signs_in(keyboard)
    wrong += sends(page, keyboard, name=path.name)
    wrong += follows_and_fetches(room, page, keyboard)
    wrong += puts_right(page, keyboard)

    assert not wrong


def signs_in(keyboard: Keyboard) -> None:
    keyboard.to("Name")
    keyboard.type("Jo Clerk")
    keyboard.press("Tab")
    keyboard.type(PASSWORD)
    keyboard.go()


def sends(page: Page, keyboard: Keyboard, *, name: str) -> list[str]:
    """Choose the work and the file, and start what can be used."""
    wrong = keyboard.found_wrong()
    keyboard.to("Start work")
    keyboard.go()
    wrong += keyboard.found_wrong()
    keyboard.to("Move appointments")
    keyboard.press("Space")
    keyboard.to("Continue")
    keyboard.go()
    wrong += keyboard.found_wrong()
    keyboard.to("Spreadsheet")
    keyboard.press("Enter")
    expect(page.get_by_text(name)).to_be_visible()
    keyboard.to("Check the spreadsheet")
    keyboard.go()
    wrong += keyboard.found_wrong()
    keyboard.to("Start the 2 ready rows")
    keyboard.go()
    return wrong


def follows_and_fetches(room: Room, page: Page, keyboard: Keyboard) -> list[str]:
    """Wait for the job to end, and fetch its results."""
    expect(page.get_by_text("The job has started")).to_be_visible()
    room.work()
    expect(page.get_by_text("3 of 3 rows have ended")).to_be_visible(timeout=10_000)
    wrong = keyboard.found_wrong()
    keyboard.to("Download results")
    with page.expect_download() as got:
        keyboard.press("Enter")
    assert got.value.suggested_filename.endswith(".xlsx")
    return wrong


def puts_right(page: Page, keyboard: Keyboard) -> list[str]:
    """Open the case from Home, and give the right value."""
    keyboard.to("Home")
    keyboard.go()
    wrong = keyboard.found_wrong()
    keyboard.to("1 case needs you")
    keyboard.go()
    wrong += keyboard.found_wrong()
    keyboard.to("Case")
    keyboard.go()
    wrong += keyboard.found_wrong()
    keyboard.to("Give the right value")
    keyboard.press("Space")
    keyboard.to("Save")
    keyboard.go()
    wrong += keyboard.found_wrong()
    keyboard.to("Fate")
    keyboard.type("fine")
    keyboard.to("Save and send it back")
    keyboard.go()
    expect(page.get_by_text("The row is back with the robot, with what you gave.")).to_be_visible()
    return wrong
