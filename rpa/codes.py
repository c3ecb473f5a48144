"""What each code means, in words for the person who has to deal with it: what happened, and how to fix it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Explanation:
    """A code in plain words."""

    what_happened: str
    how_to_fix: str

    @property
    def on_pages(self) -> "Explanation":
        """The same where there is no sheet at hand, in whose column Outcome somebody could choose Resubmit."""
        return replace(self, how_to_fix=self.how_to_fix.replace("choose Resubmit", "send it again"))


TELL_THE_TEAM = "Tell the digital team."
"""How to fix what only programmers can."""
LIBRARY_CODES: Mapping[str, str] = {
    "CONFLICT": "The system shows something else than this row expects; nothing was changed. "
    "Look at the record, correct the row if it is wrong, and send it again.",
    "STALE": "The system shows something else than it did when this was approved; nothing was changed. "
    "Look at the record, and make a new plan if the change is still wanted.",
    "NOT_APPROVED": "Nobody has approved this, or what was approved is something else; nothing was changed. "
    "Make a plan, let a second person approve it, and apply it.",
    "NOT_SAVED": "The system did not keep what was written. "
    "Look at the record: if it is still as before, send the row again.",
    "IN_DOUBT": "The robot was interrupted while saving, and can't tell whether it was saved. "
    "Look in the system: if it was saved there, the row needs nothing more; if not, send it again.",
    "CRASHES_WORKER": "The robot broke down three times on this row. Tell the digital team; your row is safe.",
    "TIMEOUT": "The system did not answer in time. Send the row again later; if it stays so, tell the digital team.",
    "SIGNED_OUT": "The system signed the robot out in the middle of the work. Send the row again.",
    "SIGN_IN_REFUSED": "The system refused the robot's sign-in. Tell the digital team; then send the row again.",
    "WRONG_PATIENT": "The system showed another patient than the one asked for, so nothing was changed. "
    "Tell the digital team before anything is sent again.",
    "SCREEN_CHANGED": "The system's screen is not the one the robot knows, so nothing was changed. "
    "Tell the digital team; they mend the robot, then send the row again.",
    "REFUSED_BY_SYSTEM": "The system refused what was entered. "
    "Try it by hand to see its message, correct the row, and send it again.",
    "DIALOG_UNEXPECTED": "The system asked something the robot does not know, so it said no. "
    "Tell the digital team; they teach the robot, then send the row again.",
    "NO_SUCH_RECORD": "The system has no record with this reference. "
    "Check the reference in the row, correct it, and send it again.",
    "DUPLICATE_UBRN": "The system has this booking reference (UBRN) more than once, so nothing was changed. "
    "Find out which booking is the right one, correct the other, and send the row again.",
    "BROWSER_CRASHED": "The robot's browser broke down. Send the row again.",
    "BROWSER_MISSING": "The robot has no browser to work with. "
    "Tell the digital team; when one is installed, send the row again.",
    "CONNECTION": "The system could not be reached. Send the row again later.",
    "CERTIFICATE": "The robot could not make sure that the system is the real one. "
    "Tell the digital team: its certificate is not trusted; then send the row again.",
    "ORIGIN_BLOCKED": "The system led the robot to an address that is not registered. Tell the digital team.",
    "TOO_MANY_REDIRECTS": "The system sent the robot round in circles. "
    "Send the row again later; if it stays so, tell the digital team.",
    "ROW_CHANGED": "The row was read for another version of this work. Send the row again.",
    "NOT_SET_UP": "The robot is not set up for this work, so nothing was changed. "
    "Tell the digital team; when they have mended it, send the row again.",
    "SYSTEM": "Something went wrong in the system or on the way to it; nothing is lost. "
    "Send the row again later; if it stays so, tell the digital team.",
    "UNEXPECTED": "Something went wrong on the robot's side; nothing is lost. Tell the digital team.",
}
_SCREEN_CODES = ("FIELD_", "TABLE_", "FRAME_", "NOT_FILLED", "PAGE_UNEXPECTED")
_SERVER_TROUBLE = "The system answered with an error. Send the row again later; if it stays so, tell the digital team."


def words_of(name: str) -> str:
    """Return a name of the code as words for people: `ward_list` is `Ward list`."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def explain(code: str, own: Mapping[str, str]) -> Explanation:
    """Put a code in words: the workflow's own words first, then the library's.

    The first sentence says what happened, the others how to fix it.
    """
    text = own.get(code) or LIBRARY_CODES.get(code) or _by_kind(code)
    what, _, fix = text.partition(". ")
    return Explanation(what.rstrip(".") + ".", fix.strip() or TELL_THE_TEAM)


def is_explained(code: str, own: Mapping[str, str]) -> bool:
    """Return whether there are words for a code, those of the workflow or those of the library."""
    return code in own or code in LIBRARY_CODES or code.startswith(("HTTP_", *_SCREEN_CODES))


def _by_kind(code: str) -> str:
    if code.startswith("HTTP_"):
        return _SERVER_TROUBLE
    if code.startswith(_SCREEN_CODES):
        return LIBRARY_CODES["SCREEN_CHANGED"]
    return f"The robot stopped with the code {code}. Tell the digital team."
