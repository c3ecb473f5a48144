"""A session stays signed in over recycling and crashes, answers dialogs, and maps every fault."""

import pytest

from rpa.connectors.browser import Browser, DialogRule, Session
from rpa.exceptions import SystemException
from tests.integration.browser.site import Answer, Asked, Site


def signed_in(asked: Asked) -> Answer:
    return Answer("in" if "who=bot" in asked.cookie else "<input type=password>")


def test_cookies_outlive_a_recycled_context(session: Session, site: Site) -> None:
    site.pages |= {"/login": Answer("ok", headers={"set-cookie": "who=bot"}), "/": signed_in}
    session.recycle_after = 2
    session.goto("/login")
    before = session.context

    for _ in range(4):
        session.goto("/")

    assert session.context is not before
    assert session.page.inner_text("body") == "in"


def test_storage_of_the_tab_outlives_a_recycled_context(session: Session, site: Site) -> None:
    session.recycle_after = 1
    session.goto("/")
    session.page.evaluate("sessionStorage.setItem('token', 'kept')")

    session.goto("/")

    assert session.page.evaluate("sessionStorage.getItem('token')") == "kept"


def test_request_route_shares_the_cookies_of_the_screen(session: Session, site: Site) -> None:
    site.pages |= {"/login": Answer("ok", headers={"set-cookie": "who=bot"}), "/": signed_in}
    session.goto("/login")

    reply = session.get("/")

    assert reply.text == "in" and not reply.html.asks_for_password


@pytest.mark.parametrize(
    ("status", "code"), [(500, "HTTP_500"), (503, "HTTP_503"), (429, "HTTP_429")], ids=["500", "503", "429"]
)
def test_server_in_trouble_is_a_fault_with_its_code(session: Session, site: Site, status: int, code: str) -> None:
    site.pages["/broken"] = Answer("<p>Mrs Example", status)

    for ask in (session.goto, session.get):
        with pytest.raises(SystemException) as caught:
            ask("/broken")

        assert caught.value.code == code and "Example" not in str(caught.value)


@pytest.mark.parametrize("broken", [Answer(reset=True), Answer("<p>half", cut_short=True)], ids=["reset", "half"])
def test_connection_that_breaks_off_is_a_fault_and_the_next_page_loads(
    session: Session, site: Site, broken: Answer
) -> None:
    site.pages["/broken"] = broken

    with pytest.raises(SystemException) as caught:
        session.get("/broken")

    assert caught.value.code == "CONNECTION"
    assert session.get("/").status == 200


def test_page_that_never_comes_is_a_fault_and_the_next_page_loads(session: Session, site: Site) -> None:
    site.pages["/broken"] = Answer(reset=True)

    with pytest.raises(SystemException) as caught:
        session.goto("/broken")

    assert caught.value.code == "CONNECTION"
    session.goto("/")
    assert session.page.inner_text("h1") == "Start"


@pytest.mark.parametrize("way", ["goto", "redirect", "request", "request redirect", "popup", "frame", "image"])
def test_foreign_origin_is_never_reached(session: Session, site: Site, foreign: Site, way: str) -> None:
    there = f"{foreign.address}/"
    site.pages |= {
        "/away": Answer(status=302, headers={"location": there}),
        "/page": f"<a href='{there}' target=_blank>go</a><iframe src='{there}'></iframe><img src='{there}'>",
    }

    if way in {"goto", "redirect", "request", "request redirect"}:
        ask = session.get if way.startswith("request") else session.goto
        with pytest.raises(SystemException) as caught:
            ask("/away" if "redirect" in way else there)
        assert caught.value.code == "ORIGIN_BLOCKED"
    else:
        session.goto("/page")
        with session.context.expect_event("requestfailed"):
            session.page.click("a")

    assert foreign.paths() == []


def test_further_origin_of_the_system_is_reached(browser: Browser, site: Site, foreign: Site) -> None:
    session = browser.session("with-two-origins", origins=[site.address, foreign.address])

    response = session.goto(f"{foreign.address}/")

    assert response is not None and response.status == 200


def test_localhost_is_allowed_by_port_too(browser: Browser, site: Site, foreign: Site) -> None:
    session = browser.session("by-name", origins=[site.address.replace("127.0.0.1", "localhost")])
    site.pages["/"] = f"<iframe src='{foreign.address.replace('127.0.0.1', 'localhost')}/'></iframe>"

    with session.context.expect_event("requestfailed"):
        session.goto("/")

    assert foreign.paths() == []
    assert session.get("/").status == 200


def test_dialogs_are_answered_by_rule_and_others_raise(session: Session, site: Site) -> None:
    site.pages["/"] = """<button onclick="this.textContent = confirm('Save for Mrs X?')">ask</button>"""
    session.answer_dialogs(DialogRule("save for"))
    session.goto("/")
    session.page.click("button")

    answered = session.page.inner_text("button")

    session.answer_dialogs()
    session.page.click("button")
    with pytest.raises(SystemException) as caught:
        session.read(["anything"])
    assert answered == "true"
    assert caught.value.code == "DIALOG_UNEXPECTED" and "Mrs" not in str(caught.value)


def test_reset_leaves_dialogs_popups_and_forms_behind(session: Session, site: Site) -> None:
    site.pages["/"] = """<input><a target=_blank href=/>pop</a><script>onbeforeunload = () => "stay"</script>"""
    session.goto("/")
    session.page.fill("input", "half")
    session.popup(lambda: session.page.click("a"))

    session.reset()

    session.goto("/")
    assert len(session.context.pages) == 1
    assert session.page.input_value("input") == ""


def test_click_that_only_selects_is_repeated_until_it_opens(session: Session, site: Site) -> None:
    site.pages["/"] = """<button onclick="if (this.once) document.body.append('opened'); this.once = 1">row</button>"""
    session.goto("/")

    session.click(session.page.get_by_role("button"), until=session.page.get_by_text("opened"))

    assert session.page.get_by_text("opened").count() == 1


def test_submit_sends_once_and_returns_the_answer(session: Session, site: Site) -> None:
    site.pages |= {
        "/": "<form method=post action=/save><input name=a value=1><button>Save</button></form>",
        "/save": Answer("no", 422),
    }
    session.goto("/")

    response = session.submit(session.page.get_by_role("button"))

    assert response is not None and response.status == 422
    assert site.paths() == ["/", "/save"]


def test_form_is_sent_once_when_the_kept_connection_is_reset(session: Session, site: Site) -> None:
    site.pages |= {
        "/": "<form method=post action=/save><button>Save</button></form>",
        "/save": Answer(reset=True),
    }
    session.goto("/")

    with pytest.raises(SystemException) as caught:
        session.submit(session.page.get_by_role("button"))

    assert caught.value.code == "CONNECTION"
    assert site.paths() == ["/", "/save"]


def test_form_is_not_sent_to_a_foreign_origin(session: Session, site: Site, foreign: Site) -> None:
    site.pages["/"] = f"<form method=post action='{foreign.address}/'><button>Save</button></form>"
    session.goto("/")

    with pytest.raises(SystemException) as caught:
        session.submit(session.page.get_by_role("button"))

    assert caught.value.code == "ORIGIN_BLOCKED" and foreign.paths() == []


def test_wait_names_what_came_first(session: Session, site: Site) -> None:
    site.pages["/"] = "<script>setTimeout(() => document.body.append('refused'), 50)</script><body>"
    session.goto("/")

    name = session.wait_for(saved=session.page.get_by_text("saved"), refused=session.page.get_by_text("refused"))

    assert name == "refused"


def test_overlay_is_cleared_by_its_rule(session: Session, site: Site) -> None:
    site.pages[
        "/"
    ] = """<button id=b onclick="this.textContent='done'">go</button><div id=o style="position:fixed;inset:0">
    <button id=x onclick="document.getElementById('o').remove()">close</button></div>"""
    session.clear_overlays(("#o", "#x"))
    session.goto("/")

    session.click(session.page.locator("#b"))

    assert session.page.inner_text("#b") == "done"


def test_download_is_saved_under_its_bare_name(
    session: Session, site: Site, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("downloads")
    site.pages |= {
        "/": "<a href=/letter>get</a>",
        "/letter": Answer("%PDF", headers={"content-disposition": 'attachment; filename="../letter.pdf"'}),
    }
    session.goto("/")

    saved = session.download(lambda: session.page.click("a"), folder)

    assert saved.parent == folder and saved.read_text() == "%PDF"


def test_masks_cover_what_is_named_in_every_frame(session: Session, site: Site) -> None:
    style = "<style>.name {display: block; width: 90px}</style>"
    site.pages |= {"/": "<p>plain</p><iframe src=/in></iframe>", "/in": f"{style}<b class=name>one</b>"}
    session.masks = (".name",)
    session.goto("/")
    session.page.frame_locator("iframe").locator(".name").wait_for()
    bare, masked = session.page.screenshot(), session.screenshot()

    session.frame(".name").evaluate("document.querySelector('.name').textContent = 'two'")

    assert session.page.screenshot() != bare
    assert session.screenshot() == masked
