"""The browser's processes: replaced when they end, ended for certain when asked."""

import os
import threading

import psutil
import pytest

from rpa.connectors.browser import Browser, BrowserSettings
from rpa.connectors.browser.finder import find_browser
from rpa.exceptions import SystemException
from tests.integration.browser.site import Answer, Asked, Site


def signed_in(asked: Asked) -> Answer:
    return Answer("in" if "who=bot" in asked.cookie else "<input type=password>")


def test_browser_killed_from_another_thread_raises_and_is_replaced_still_signed_in(site: Site) -> None:
    site.pages |= {"/login": Answer("ok", headers={"set-cookie": "who=bot"}), "/": signed_in}
    with Browser(BrowserSettings(timeout=20)) as own:
        session = own.session("killed", origins=[site.address])
        session.goto("/login")
        session.keep()
        threading.Timer(0.2, own.kill).start()

        with pytest.raises(SystemException) as caught:
            session.wait_for(never=session.page.locator("#never"))

        assert caught.value.code == "BROWSER_CRASHED"
        session.goto("/")
        assert session.page.inner_text("body") == "in"


def test_crashed_page_is_replaced(site: Site) -> None:
    with Browser() as own:
        session = own.session("crashing", origins=[site.address])
        session.goto("/")
        threading.Timer(0.2, kill_renderers).start()

        with pytest.raises(SystemException) as caught:
            session.wait_for(never=session.page.locator("#never"))

        assert caught.value.code == "BROWSER_CRASHED"
        session.goto("/")
        assert session.page.inner_text("h1") == "Start"


def kill_renderers() -> None:
    for process in psutil.Process().children(recursive=True):
        if "--type=renderer" in process.cmdline():
            process.kill()


def test_killed_driver_is_replaced(site: Site) -> None:
    with Browser() as own:
        session = own.session("driverless", origins=[site.address])
        before = set(psutil.Process().children())
        session.goto("/")
        for started in set(psutil.Process().children()) - before:
            started.kill()

        with pytest.raises(SystemException) as caught:
            session.goto("/")

        assert caught.value.code == "BROWSER_CRASHED"
        session.goto("/")
        assert session.page.inner_text("h1") == "Start"


def test_nothing_of_the_browser_is_left_after_closing(site: Site) -> None:
    before = set(psutil.Process().children(recursive=True))
    own = Browser()
    own.session("left", origins=[site.address]).goto("/")
    started = set(psutil.Process().children(recursive=True)) - before
    assert own.memory() > 10_000_000

    own.close()

    assert psutil.wait_procs(list(started), timeout=10)[1] == []


def test_missing_browser_says_what_to_run(site: Site) -> None:
    own = Browser(BrowserSettings(executable="no-such-browser"))

    with pytest.raises(SystemException) as caught:
        own.session("none", origins=[site.address]).goto("/")

    assert caught.value.code == "BROWSER_MISSING" and "RPA_BROWSER" in str(caught.value)
    own.close()


def test_set_browser_is_taken_and_no_other(tmp_path_factory: pytest.TempPathFactory) -> None:
    mine = tmp_path_factory.mktemp("browser") / "mine"
    mine.touch(mode=0o755)

    found = find_browser(str(mine), bundled="/nowhere")

    assert found == mine


def test_hung_browser_is_ended_and_does_not_hold_up_closing(site: Site) -> None:
    own = Browser()
    own.session("hung", origins=[site.address]).goto("/")
    shells = [one for one in psutil.Process().children(recursive=True) if "--type=" not in " ".join(one.cmdline())]
    stopped = [one for one in shells if "--rpa-browser=" in " ".join(one.cmdline())]
    for one in stopped:
        one.suspend()

    own.close()

    assert psutil.wait_procs(stopped, timeout=10)[1] == []


def test_hosts_that_may_know_the_worker_s_account_are_told_to_the_browser_and_no_others(site: Site) -> None:
    own = Browser(BrowserSettings(integrated=("pas.example.nhs.uk",)))
    own.session("windows", origins=[site.address]).goto("/")

    commands = [one.cmdline() for one in psutil.Process().children(recursive=True)]

    assert any("--auth-server-allowlist=pas.example.nhs.uk" in one for one in commands)
    own.close()


def test_secrets_are_in_no_environment_of_the_browser_and_no_crash_is_kept(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RPA_SECRET_PAS_PASSWORD", "canary-of-the-environment")
    own = Browser()
    own.session("clean", origins=[site.address]).goto("/")

    started = [one for one in psutil.Process().children(recursive=True) if one.status() != psutil.STATUS_ZOMBIE]
    seen = [str(one.environ()) + str(one.cmdline()) for one in started]

    assert len(started) > 3
    assert not [one for one in seen if "canary" in one]
    assert not [one for one in started if "crashpad" in one.name()]
    assert os.environ["RPA_SECRET_PAS_PASSWORD"] == "canary-of-the-environment"
    own.close()
