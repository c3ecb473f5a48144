"""The board's page in a real browser: readable by everybody, and printed on one sheet."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from rpa.connectors.browser.finder import find_browser
from workflows._cancer_board import Plot, board_page
from workflows._cancer_news import News

PLOTS = [
    Plot("Where pathways stand", "List", {"Act now": 12, "Soon": 31, "No future event": 4, "Within time": 240}),
    Plot(
        "Waits that are a breach",
        "Wait",
        {
            "First appointment (9 days)": 6,
            "Treatment here (24 days)": 3,
            "Patient told (28 days)": 8,
            "Decision to treatment (31 days)": 0,
            "Referral to treatment (62 days)": 5,
        },
        adds_up=False,
    ),
    Plot(
        "What changed since the last list",
        "Change",
        {each.value.capitalize(): 2 * number for number, each in enumerate(News)},
        notes=["Compared with the list of 25/11/2026 (job 3, 24 rows).", "The two lists differ much in length."],
    ),
]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    file = tmp_path_factory.mktemp("board") / "board.html"
    file.write_text(
        board_page(
            "Cancer pathways", date(2026, 11, 26), PLOTS, notes=["Of 72 rows, 5 are not counted."], hide_few=True
        ),
        encoding="utf-8",
    )
    with sync_playwright() as playwright:
        bundled = playwright.chromium.executable_path
        # Only the file that this test wrote is opened, so that the sandbox may be missing where the account is root.
        browser = playwright.chromium.launch(
            executable_path=find_browser(None, bundled=bundled), chromium_sandbox=False
        )
        page = browser.new_page()
        page.goto(file.as_uri())
        yield page
        browser.close()


@pytest.mark.parametrize("width", [1280, 320])
def test_no_accessibility_rule_is_broken(shown: Page, width: int) -> None:
    shown.set_viewport_size({"width": width, "height": 900})

    results = Axe().run(shown)

    assert results.violations_count == 0, results.generate_report()


def test_page_is_no_wider_than_a_telephone(shown: Page) -> None:
    shown.set_viewport_size({"width": 320, "height": 900})

    width = shown.evaluate("document.documentElement.scrollWidth")

    assert width <= 320


def test_page_prints_on_one_sheet(shown: Page, tmp_path: Path) -> None:
    printed = shown.pdf(path=tmp_path / "board.pdf", format="A4", prefer_css_page_size=True)

    assert printed.count(b"/Type /Page\n") == 1
