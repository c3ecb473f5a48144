"""The browser connector: Playwright with what bots need beside it, and nothing of it hidden."""

from rpa.connectors.browser.browser import Browser
from rpa.connectors.browser.dialogs import DialogRule
from rpa.connectors.browser.html import Html
from rpa.connectors.browser.route import Reply
from rpa.connectors.browser.session import Session
from rpa.connectors.browser.settings import BrowserSettings

__all__ = ["Browser", "BrowserSettings", "DialogRule", "Html", "Reply", "Session"]
