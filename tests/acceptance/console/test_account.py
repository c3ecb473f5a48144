"""Your account and the page on the API in a real browser, empty, full and refused, at each width."""

from playwright.sync_api import Page, expect

from tests.acceptance.console.conftest import Room
from tests.acceptance.console.test_console import found_wrong, watched


def end_all(room: Room) -> None:
    for whose in room.site.people.all():
        for one in room.site.tokens.of(whose):
            room.site.tokens.end(one.id, whose=whose, by=whose.actor)


def test_no_page_about_oneself_breaks_a_rule(room: Room) -> None:
    end_all(room)
    page = room.page(name="Jo Clerk")
    wrong = watched(room, page)
    for name, address in (("account, empty", "/account"), ("API", "/api"), ("password", "/account/password")):
        page.goto(address)
        wrong += found_wrong(page, name)
    with page.expect_navigation():
        page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("The password you have now is not right").first).to_be_visible()
    wrong += found_wrong(page, "password, refused")
    page.goto("/account")
    page.get_by_role("button", name="Make a token").click()
    expect(page.get_by_role("alert")).to_be_visible()
    wrong += found_wrong(page, "account, refused")
    make_token(page, "<b>pharmacy</b>")
    expect(page.locator("#secret")).to_be_visible()
    wrong += found_wrong(page, "token made")
    page.goto("/account")
    wrong += found_wrong(page, "account, full")
    page.get_by_role("link", name="End the token").click()
    expect(page.get_by_role("button", name="End it")).to_be_visible()
    wrong += found_wrong(page, "end a token")

    # A refused form is answered with 422, which is meant.
    assert [one for one in wrong if not one.endswith(("/account", "/account/password"))] == []


def make_token(page: Page, name: str) -> None:
    page.get_by_label("Name of the program").fill(name)
    page.get_by_label("Requester").check()
    page.get_by_role("button", name="Make a token").click()


def test_a_token_is_made_and_ended_without_javascript(room: Room) -> None:
    end_all(room)
    page = room.page(name="Jo Clerk", script=False)
    page.goto("/")
    page.get_by_role("link", name="Jo Clerk").click()
    make_token(page, "pharmacy")
    secret = page.locator("#secret").inner_text()

    assert room.site.tokens.find(secret) is not None
    page.get_by_role("button", name="Back to your account").click()
    page.get_by_role("link", name="End the token").click()
    page.get_by_role("button", name="End it").click()

    expect(page.get_by_text("The token has ended.")).to_be_visible()
    assert room.site.tokens.find(secret) is None
