"""Settings of the browser reach it, and a wrong one is named."""

from pathlib import Path

import pytest

from rpa.connectors.browser import Browser, BrowserSettings
from rpa.exceptions import UsageError
from rpa.settings import load_settings


def test_page_loads_before_a_fresh_context_are_those_of_the_settings() -> None:
    browser = Browser(BrowserSettings(recycle_after=7))

    assert browser.session("practice-pas", origins=["http://127.0.0.1"]).recycle_after == 7


def test_executable_comes_from_its_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RPA_BROWSER__EXECUTABLE", "chromium")

    assert load_settings(tmp_path).browser.executable == Path("chromium")


def test_variable_of_the_wrong_shape_is_named_and_its_value_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RPA_BROWSER", "secret-place")

    with pytest.raises(UsageError, match=r'"browser".*RPA_') as caught:
        load_settings(tmp_path)

    assert "secret-place" not in str(caught.value)
