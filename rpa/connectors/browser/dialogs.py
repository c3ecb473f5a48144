"""Declared answers to a page's dialogs, and a memory of those nobody declared."""

import contextlib
from dataclasses import dataclass

from playwright.sync_api import Dialog, Error, Page

from rpa.exceptions import SystemException


@dataclass(frozen=True, slots=True)
class DialogRule:
    """How to answer a dialog (alert, confirm, prompt) whose message contains a text."""

    containing: str
    accept: bool = True
    text: str | None = None
    """What to type into a prompt."""


class Dialogs:
    """Answers dialogs by rule; one without a rule is dismissed and reported by the next call of the session."""

    def __init__(self) -> None:
        self._rules: tuple[DialogRule, ...] = ()
        self._unexpected = False

    def declare(self, *rules: DialogRule) -> None:
        """Replace the rules."""
        self._rules = rules

    def watch(self, page: Page) -> None:
        """Answer the dialogs of this page."""
        page.on("dialog", self._answer)

    def check(self) -> None:
        """Raise `DIALOG_UNEXPECTED` if a dialog without a rule came up since the last check."""
        if self._unexpected:
            self._unexpected = False
            raise SystemException(
                "a dialog came up that no rule answers, and was dismissed; declare an answer to it", "DIALOG_UNEXPECTED"
            )

    def clear(self) -> None:
        """Forget an unexpected dialog, as after a reset of the page."""
        self._unexpected = False

    def _answer(self, dialog: Dialog) -> None:
        rule = next((rule for rule in self._rules if rule.containing.lower() in dialog.message.lower()), None)
        # leaving a page with a half-filled form is what a reset means to do
        self._unexpected = self._unexpected or (rule is None and dialog.type != "beforeunload")
        with contextlib.suppress(Error):  # the page may be gone before it is answered
            if rule is None or not rule.accept:
                dialog.dismiss()
            elif rule.text is None:
                dialog.accept()
            else:
                dialog.accept(rule.text)
