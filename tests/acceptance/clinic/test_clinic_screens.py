from collections.abc import Iterator
from typing import cast

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page, expect

from rpa.connectors.browser import Browser, BrowserSettings, DialogRule
from rpa.demo.clinic import Clinic, Skin
from tests.conftest import HandClock


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser(BrowserSettings()) as warm:
        yield warm


@pytest.fixture(scope="module")
def modern(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    with Clinic(tmp_path_factory.mktemp("modern"), skin=Skin.MODERN, clock=HandClock()) as running:
        yield running


@pytest.fixture(scope="module")
def legacy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    with Clinic(tmp_path_factory.mktemp("legacy"), skin=Skin.LEGACY, clock=HandClock()) as running:
        yield running


def signed_in(browser: Browser, clinic: Clinic) -> Page:
    page = browser.session(clinic.address, origins=[clinic.address]).page
    page.goto(f"{clinic.address}/sign-in")
    page.locator("[name=username]").fill(clinic.username)
    page.locator("[name=password]").fill(clinic.password)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/clinics")
    return page


def to_come(clinic: Clinic) -> str:
    """The reference of an appointment that can be moved."""
    visits = clinic.snapshot()["appointment"]
    return next(
        key for key, row in visits.items() if row["attendance_code"] == "0" and str(row["starts_at"]) > "2026-12"
    )


def content(page: Page) -> Frame:
    """What the legacy skin shows inside."""
    page.frame_locator("[name=content]").locator("h1").wait_for()
    return cast(Frame, page.frame("content"))


@pytest.mark.parametrize(
    "path",
    [
        "/sign-in",
        "/clinics",
        "/clinics/ZZ303",
        "/patients?name=A",
        "/patients/P100005",
        "/patients/P100005/contact/edit",
        "/appointments/{visit}",
        "/appointments/{visit}/edit",
        "/appointments/{visit}/cancel",
        "/referrals/R300005",
        "/waiting-list",
        "/pifu",
        "/referrals/R300000/pifu",
        "/referrals/R300000/tasks/new",
        "/tasks",
        "/audit",
    ],
)
def test_the_modern_skin_has_no_axe_violations(browser: Browser, modern: Clinic, path: str) -> None:
    page = signed_in(browser, modern)
    page.goto(modern.address + path.format(visit=to_come(modern)))

    found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("accept", [True, False])
def test_a_modern_form_asks_once_more_and_saves_only_if_accepted(
    browser: Browser, modern: Clinic, accept: bool
) -> None:
    page, visit = signed_in(browser, modern), to_come(modern)
    before = modern.snapshot()["appointment"][visit]["starts_at"]
    wanted = "2026-12-14T09:05" if accept else "2026-12-14T09:20"
    browser.session(modern.address, origins=[]).answer_dialogs(DialogRule("Move this appointment?", accept=accept))
    page.goto(f"{modern.address}/appointments/{visit}/edit")
    page.get_by_label("Date", exact=True).fill(wanted[:10])
    page.get_by_label("Time", exact=True).fill(wanted[11:])

    page.get_by_role("button", name="Save appointment").click()

    expect(page.get_by_role("status")).to_have_count(1 if accept else 0)
    assert modern.snapshot()["appointment"][visit]["starts_at"] == (wanted if accept else before)


def test_a_modern_refusal_says_why_beside_the_field(browser: Browser, modern: Clinic) -> None:
    page = signed_in(browser, modern)
    page.goto(f"{modern.address}/patients/P100005/contact/edit")
    page.get_by_label("Email", exact=True).fill("nowhere")

    page.get_by_role("button", name="Save contact details").click()

    expect(page.get_by_role("alert")).to_contain_text("This is not in the right form")
    assert Axe().run(page).violations_count == 0


def test_the_first_click_on_a_legacy_row_only_selects_it(browser: Browser, legacy: Clinic) -> None:
    page = signed_in(browser, legacy)
    row = content(page).locator("tr[onclick]").first

    row.click()
    after_one = content(page).url
    row.click()
    content(page).wait_for_url("**/clinics/*")

    assert after_one == f"{legacy.address}/clinics?frame=1"


def test_a_legacy_popup_covers_a_refused_form_until_ok_is_pressed(browser: Browser, legacy: Clinic) -> None:
    page, visit = signed_in(browser, legacy), to_come(legacy)
    session = browser.session(legacy.address, origins=[])
    session.answer_dialogs(DialogRule("Move this appointment?"))
    page.goto(f"{legacy.address}/appointments/{visit}")
    popup = session.popup(lambda: content(page).get_by_text("Edit appointment").click())

    popup.locator("[name=time]").fill("05:00")
    popup.locator("[type=submit]").click()
    expect(popup.get_by_text("The clinic is open from 08:00 to 18:00")).to_be_visible()
    popup.get_by_text("OK", exact=True).click()
    popup.locator("[name=date]").fill("14/12/2026")
    popup.locator("[name=time]").fill("09:10")
    popup.locator("[type=submit]").click()

    expect(popup.get_by_text("Saved.", exact=True)).to_be_visible()
    popup.close()
    assert legacy.snapshot()["appointment"][visit]["starts_at"] == "2026-12-14T09:10"


def test_ids_of_the_legacy_skin_change_with_each_drawing(browser: Browser, legacy: Clinic) -> None:
    page = signed_in(browser, legacy)
    ids = []
    for _ in range(2):
        page.goto(f"{legacy.address}/patients")
        ids.append(content(page).locator("input[name=nhs_number]").get_attribute("id"))

    assert ids[0] != ids[1]
