"""The run page as an admin team and an auditor meet it: alone, small, dark, printed, and without JavaScript."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.acceptance.runpage.conftest import Opened
from tests.integration.cli.office import Office

JOBS = (1, 2, 3)


@pytest.mark.parametrize("job_id", JOBS)
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 320])
def test_no_accessibility_rule_is_broken(opened: Opened, job_id: int, dark: bool, width: int) -> None:
    page = opened(job_id, width=width, dark=dark)

    found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("job_id", JOBS)
def test_nothing_is_wider_than_a_small_screen(opened: Opened, job_id: int) -> None:
    page = opened(job_id, width=320)

    width = page.evaluate("document.documentElement.scrollWidth")

    assert width <= 320


def test_nothing_is_asked_from_outside(opened: Opened) -> None:
    page = opened(1)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.reload(wait_until="networkidle")

    assert [url for url in asked if not url.startswith("data:")] == [page.url]


def test_all_is_there_without_javascript(opened: Opened) -> None:
    page = opened(1, script=False)

    expect(page.get_by_role("heading", level=1)).to_have_text("Move appointments")
    expect(page.locator(".lead")).to_have_text(
        "7 rows came in. 4 are done, 2 need a person and 1 could not be read."
    )  # fmt: skip
    for heading in ("Totals", "What needs a person", "What changed", "Timeline", "Pictures", "The record"):
        expect(page.get_by_role("heading", level=2, name=heading, exact=True)).to_be_visible()
    assert page.locator("script").count() == 0


def test_the_totals_of_the_table_balance(opened: Opened) -> None:
    page = opened(1)

    numbers = [int(one) for one in page.locator("table.totals td").all_inner_texts()]

    assert sum(numbers[:-1]) == numbers[-1] == 7


def test_what_changed_is_told_from_what_to_what_with_its_proof(opened: Opened) -> None:
    page = opened(1)

    line = section(page, "What changed").get_by_role("row").nth(1)

    expect(line).to_contain_text("Clinic: (empty) → RENZZ <b>2</b>")
    expect(line).to_contain_text("Entry ")


def test_what_needs_a_person_says_how_to_fix_it_and_the_pressing_rows_come_first(opened: Opened) -> None:
    page = opened(1)

    needs = section(page, "What needs a person")

    expect(needs.get_by_role("heading", level=3).first).to_have_text("No patient has this number.")
    expect(needs).to_contain_text("Check it in the sheet, correct the row and send it again.")
    assert needs.locator("table").first.locator("[data-label=Priority]").all_inner_texts() == [
        "Two week wait",
        "Urgent",
    ]


def test_a_row_that_could_not_be_read_names_column_and_rule(opened: Opened) -> None:
    page = opened(1)

    needs = section(page, "What needs a person")

    expect(needs.get_by_role("row", name="list row 5")).to_contain_text("NHS number")


def test_no_whole_nhs_number_is_on_the_page(opened: Opened, office: Office) -> None:
    text = opened(1).content()

    assert not [number for number in office.numbers if number in text]
    assert f"••••{office.numbers[0][-4:]}" in text


def test_a_picture_is_inside_the_page_with_words_for_who_cannot_see_it(opened: Opened) -> None:
    page = opened(1)

    picture = page.get_by_role("img", name="Masked picture of the screen of practice-pas at item 2")

    expect(picture).to_be_visible()
    assert page.evaluate("[...document.images].every(one => one.complete && one.naturalWidth > 0)")


def test_a_name_with_markup_is_shown_as_it_is(opened: Opened) -> None:
    page = opened(1)

    expect(page.locator(".about")).to_contain_text("Jo <i>Clerk</i>")


def test_a_dry_run_says_that_nothing_was_written(opened: Opened) -> None:
    page = opened(2)

    expect(page.get_by_role("heading", name="What would change")).to_be_visible()
    expect(section(page, "What would change")).to_contain_text("Nothing was written.")


def test_an_open_job_says_that_the_robot_is_still_working(opened: Opened) -> None:
    page = opened(3)

    expect(page.locator(".lead")).to_have_text("2 rows came in. 2 are still waiting.")
    expect(page.locator(".about")).to_contain_text("Still working")


def test_the_record_is_told_with_its_newest_hash(opened: Opened) -> None:
    page = opened(1)

    record = section(page, "The record")

    expect(record).to_contain_text("The record is whole")
    assert len(record.locator(".hash").inner_text()) == 64


def test_the_page_prints_without_its_links(opened: Opened) -> None:
    page = opened(1)

    page.emulate_media(media="print")

    expect(page.get_by_role("navigation")).to_be_hidden()
    expect(page.locator(".lead")).to_be_visible()


def section(page: Page, heading: str) -> Locator:
    return page.get_by_role("region", name=heading, exact=True)
