"""The console in a real browser: for everybody, on any screen, without JavaScript, and with nothing from outside."""

from collections.abc import Callable
from functools import partial
from itertools import count

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Locator, Page, Response, Route, expect

from rpa.db.console_tables import Stage
from tests.acceptance.console.conftest import BY, FATES, PASSWORD, Room

_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
_NUMBERS = count(1)
_BROKEN_OFF = "net::ERR_ABORTED"
WIDTHS = (320, 1280)
Step = tuple[str, Callable[[Page], object]]


def started(room: Room, page: Page, *fates: str) -> int:
    """Send a list of its own and start it; return the job's number."""
    room.send(page, room.office.list(*fates, name=f"list {next(_NUMBERS)}.csv"))
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("The job has started")).to_be_visible()
    return int(page.url.partition("/jobs/")[2].partition("?")[0])


def steps(room: Room) -> list[Step]:
    """Return a clerk's and a stranger's pages in their states, each with how to come there."""
    return [*sending_steps(room), *job_steps(room), *other_steps()]


def sending_steps(room: Room) -> list[Step]:
    """Return the pages on the way to a job."""
    path = room.office.list(*FATES, name=f"list {next(_NUMBERS)}.csv")
    theirs = room.office.folder / f"theirs {next(_NUMBERS)}.csv"
    theirs.write_text(f"Pt No,Fate,Priority\n{room.office.numbers[0]},fine,Routine\n", encoding="utf-8")
    return [
        ("sign in", lambda page: page.goto("/sign-in")),
        ("sign in, refused", press("Sign in")),
        ("home", lambda page: sign_in(page)),
        ("start", lambda page: page.goto("/start")),
        ("start, nothing chosen", press("Continue")),
        ("upload", lambda page: page.goto("/start/tidy")),
        ("upload, no file", press("Check the spreadsheet")),
        ("columns", lambda page: room.send(page, theirs)),
        ("columns, nothing chosen", press("Take this column")),
        ("form", lambda page: page.goto("/start/tidy/form")),
        ("form, nothing entered", press("Continue")),
        ("form, the next question", answer("NHS number", room.office.numbers[0])),
        ("form, the last question", answer("Fate", "fine")),
        ("form, answers", answer("Priority", "Routine")),
        *dated_steps(),
        ("check", lambda page: room.send(page, path)),
    ]


def dated_steps() -> list[Step]:
    """Return the questions of a form that asks for dates."""

    def born(day: str, month: str, year: str) -> Callable[[Page], object]:
        def answered(page: Page) -> None:
            for part, value in (("Day", day), ("Month", month), ("Year", year)):
                page.get_by_role("group", name="Date of birth").get_by_label(part).fill(value)
            press("Continue")(page)

        return answered

    return [
        ("form with dates", lambda page: page.goto("/start/letters/form")),
        ("form with dates, a date", answer("Reference", "A1")),
        ("form with dates, no such date", born("31", "2", "1980")),
        ("form with dates, the next date", born("27", "3", "1980")),
        ("form with dates, answers", press("Continue")),
    ]


def job_steps(room: Room) -> list[Step]:
    """Return the pages of a job that was checked, and of what needs somebody."""

    def end(page: Page) -> None:
        room.work()
        page.goto(page.url.removesuffix("/stop"))

    def value(page: Page) -> None:
        page.get_by_label("Give the right value").check()
        press("Save")(page)

    def wrong_value(page: Page) -> None:
        page.get_by_label("NHS number").fill("123")
        press("Save")(page)

    return [
        ("job, running", press("Start")),
        ("job, stop", press("Stop this job")),
        ("job, done", end),
        ("job, part of it", follow("2 need you")),
        ("retry", press("Retry rows that need you")),
        ("retry, no reason", press("Do them again")),
        ("needs you", follow("Needs you")),
        ("case", follow("Case")),
        ("case, nothing chosen", press("Save")),
        ("value", value),
        ("value, wrong", wrong_value),
    ]


def other_steps() -> list[Step]:
    """Return pages that stand by themselves."""
    addresses = {"jobs": "/jobs", "home, full": "/", "not there": "/nowhere", "not allowed": "/people",
                 "accessibility": "/accessibility", "help": "/help"}  # fmt: skip
    return [(name, partial(Page.goto, url=address)) for name, address in addresses.items()]


def press(name: str) -> Callable[[Page], object]:
    """Return what presses a button and waits for the page that comes."""

    def pressed(page: Page) -> None:
        with page.expect_navigation():
            page.get_by_role("button", name=name).first.click()

    return pressed


def follow(name: str) -> Callable[[Page], object]:
    """Return what follows a link and waits for the page that comes."""

    def followed(page: Page) -> None:
        with page.expect_navigation():
            page.get_by_role("link", name=name).first.click()

    return followed


def answer(label: str, text: str) -> Callable[[Page], object]:
    """Return what answers a question of a form."""

    def answered(page: Page) -> None:
        page.get_by_label(label).fill(text)
        press("Continue")(page)

    return answered


def sign_in(page: Page) -> None:
    page.get_by_label("Name").fill("Jo Clerk")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press("Sign in")(page)


def told(wrong: list[str], said: ConsoleMessage) -> None:
    # That a page itself says no is told there too; whatever it loads is looked at by itself.
    if said.type in ("error", "warning") and not said.text.startswith("Failed to load resource"):
        wrong.append(said.text)


def is_missing(answer: Response) -> bool:
    return answer.status >= 400 and answer.request.resource_type != "document"


def test_no_accessibility_rule_is_broken_nothing_is_too_wide_and_nothing_comes_from_outside(room: Room) -> None:
    page = room.page()
    wrong = watched(room, page)

    for name, go in steps(room):
        go(page)
        wrong += found_wrong(page, name)

    assert not wrong


def test_pages_of_admins_and_auditors_break_no_rule_either(room: Room) -> None:
    page = room.page()
    wrong = watched(room, page)
    link = room.site.links.for_person(room.site.people.named("Ada Admin")[0], by=BY)  # type: ignore[index]
    addresses = {
        "": [f"/set-up/{link}"],
        "Ada Admin": ["/", "/people", "/people/new", "/people/1"],
        "Audrey Auditor": ["/", "/record", "/record?job=1", "/jobs"],
    }

    started(room, room.page(name="Jo Clerk"), "fine")
    for name, mine in addresses.items():
        room.let_in(page, name)
        for address in mine:
            page.goto(address)
            wrong += found_wrong(page, f"{name} {address}")
    room.let_in(page, "Ada Admin", Stage.SET_UP)
    page.goto("/sign-in/set-up-codes")
    wrong += found_wrong(page, "set up codes")
    press("Continue")(page)
    wrong += found_wrong(page, "wrong code")

    assert not wrong


def watched(room: Room, page: Page) -> list[str]:
    """Return a list that what goes wrong on a page comes into."""
    wrong: list[str] = []
    page.on("console", lambda said: told(wrong, said))
    page.on("request", lambda request: None if request.url.startswith(room.address) else wrong.append(request.url))
    # What a page still loads when the next one is opened is broken off, and so, says the driver, is an answer that
    # nothing has changed; whatever is refused by the policy or not there is told otherwise.
    page.on("requestfailed", lambda request: None if request.failure == _BROKEN_OFF else wrong.append(request.url))
    page.on("response", lambda answer: wrong.append(answer.url) if is_missing(answer) else None)
    return wrong


def found_wrong(page: Page, name: str) -> list[str]:
    """Return which rules a page breaks, at each width."""
    wrong = []
    page.wait_for_load_state("networkidle")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page, options=_RULES)
        wrong += [f"{name}, {width}: {one['id']} {one['nodes'][0]['html']}" for one in found.response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wrong.append(f"{name} is wider than {width}")
    return wrong


def test_the_whole_line_works_without_javascript(room: Room) -> None:
    page = room.page(name="Jo Clerk", script=False)
    page.goto("/start")
    page.get_by_label("Move appointments").check()
    page.get_by_role("button", name="Continue").click()
    page.locator("input[type=file]").set_input_files(room.office.list(*FATES, name="no script.csv"))
    page.get_by_role("button", name="Check the spreadsheet").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("1234567890")
    page.get_by_role("button", name="Start").click()

    room.work()
    page.get_by_role("link", name="Look again").click()

    expect(page.get_by_text("8 of 8 rows have ended")).to_be_visible()
    with page.expect_download() as got:
        page.get_by_role("button", name="Download results").click()
    assert got.value.suggested_filename.endswith(".xlsx")


def test_a_running_job_shows_what_is_done_and_keeps_the_focus(room: Room) -> None:
    page = room.page(name="Jo Clerk")
    started(room, page, "fine", "fine", "nobody")
    link = page.get_by_role("link", name="0 done", exact=True)
    link.focus()
    row = page.locator("[data-row]").first

    room.work()

    expect(row).to_contain_text("Done", timeout=10_000)
    expect(page.get_by_text("3 of 3 rows have ended")).to_be_visible()
    assert page.evaluate("document.activeElement.getAttribute('href')").endswith("?show=done")


def test_what_can_be_done_with_a_job_follows_its_progress_and_is_pressed_by_the_space_bar(room: Room) -> None:
    page = room.page(name="Jo Clerk")
    started(room, page, "fine", "nobody")
    stop = page.get_by_role("button", name="Stop this job")
    expect(stop).to_be_visible()

    room.work()

    expect(stop).to_have_count(0, timeout=10_000)
    page.get_by_role("button", name="Retry rows that need you").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Do the rows again that need you?")


def test_an_empty_cell_takes_no_line_on_a_small_screen(room: Room) -> None:
    page = room.page(name="Jo Clerk", width=320)
    started(room, page, "fine", "unreadable")
    rows = page.locator("tbody tr")

    shown = [{cell.inner_text().split("\n")[0].strip() for cell in row.locator("td").all() if height_of(cell) > 1}
             for row in rows.all()]  # fmt: skip

    assert shown == [{"Row", "Case", "Outcome"}, {"Row", "Outcome", "What happened"}]


def height_of(cell: Locator) -> float:
    box = cell.bounding_box()
    return box["height"] if box else 0


def test_lost_progress_is_told_of_and_found_again(room: Room) -> None:
    page = room.page(name="Jo Clerk")
    started(room, page, "fine")

    def lose(route: Route) -> None:
        route.abort()

    page.route("**/progress*", lose)
    expect(page.locator("#lost")).to_contain_text("Progress stopped updating at", timeout=10_000)
    page.unroute("**/progress*")

    expect(page.locator("#lost")).to_have_text("", timeout=10_000)


def test_twelve_open_tabs_hold_nobody_up(room: Room) -> None:
    page = room.page(name="Jo Clerk")
    job_id = started(room, page, "fine", "fine")

    for _ in range(12):
        page.context.new_page().goto(f"/jobs/{job_id}", timeout=5_000)

    last = page.context.pages[-1]
    room.work()
    expect(last.get_by_text("2 of 2 rows have ended")).to_be_visible(timeout=15_000)


def test_the_keyboard_alone_comes_to_the_content_and_to_the_error(room: Room) -> None:
    page = room.page(name="Jo Clerk")
    page.goto("/start")

    page.keyboard.press("Tab")
    skip = page.evaluate("document.activeElement.textContent").strip()
    page.get_by_role("button", name="Continue").focus()
    page.keyboard.press("Enter")

    assert skip == "Skip to main content"
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    assert page.title().startswith("Error: ")


def test_a_file_that_is_too_large_gets_an_answer_in_the_browser(room: Room) -> None:
    page = room.page(name="Jo Clerk")
    large = room.office.folder / "large.csv"
    with large.open("wb") as file:
        file.truncate(103 * 1024 * 1024)

    page.goto("/start/tidy")
    page.locator("input[type=file]").set_input_files(large)
    page.get_by_role("button", name="Check the spreadsheet").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("The selected file must be smaller than 100 MB")
    large.unlink()


def test_a_page_of_elsewhere_can_send_nothing(room: Room) -> None:
    page = room.page(name="Jo Clerk")
    page.route("http://localhost:*/elsewhere", lambda route: route.fulfill(
        content_type="text/html",
        body=f'<form method="post" action="{room.address}/sign-out"><button>Win a prize</button></form>',
    ))  # fmt: skip

    page.goto(room.address.replace("127.0.0.1", "localhost") + "/elsewhere")
    page.get_by_role("button").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("This did not come from a page of ours")
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")
