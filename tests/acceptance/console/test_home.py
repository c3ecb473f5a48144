"""Home with results to fetch, in a browser."""

from tests.acceptance.console.conftest import Room
from tests.acceptance.console.test_console import found_wrong, started, watched


def test_home_with_results_to_fetch_breaks_no_rule(room: Room) -> None:
    page = room.page(name="Jo Clerk")
    wrong = watched(room, page)
    started(room, page, "fine")
    room.work()
    page.goto(room.address + "/")

    wrong += found_wrong(page, "home")

    with page.expect_download() as fetched:
        page.get_by_role("link", name="Download results of job").first.click()
    assert fetched.value.suggested_filename.startswith("job-")
    assert not [one for one in wrong if not one.endswith("/results")]
