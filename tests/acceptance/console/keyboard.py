"""Somebody who has a keyboard alone: goes from stop to stop with Tab, and looks at each whether it can be seen."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from playwright.sync_api import Page

SKIP = "Skip to main content"
_MOST = 300
"""So many stops no page has: then the keyboard is caught somewhere."""
_REST = """() => {
    const looks = (one, part) => {
        if (!one) return "";
        const style = getComputedStyle(one, part);
        return ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "backgroundColor", "borderColor",
                "borderWidth", "color"].map((name) => style[name]).join();
    };
    const around = (one) => [looks(one), looks(one, "::before"), looks(one, "::after"), looks(one.nextElementSibling),
                             looks(one.nextElementSibling, "::before")].join("|");
    const can = (one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility() && one.type !== "hidden" &&
        getComputedStyle(one).visibility !== "hidden";
    const group = (one) => [...document.getElementsByName(one.name)];
    // Of radios one is a stop: the one that is chosen, or else the first.
    const isStop = (one) => one.type !== "radio" || one.checked ||
        (!group(one).some((each) => each.checked) && group(one)[0] === one);
    window.desk = { around, rest: new Map() };
    const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")];
    const stops = all.filter((one) => can(one) && isStop(one) && one.tabIndex >= 0);
    for (const one of stops) if (one !== document.activeElement) window.desk.rest.set(one, around(one));
    return stops.length;
}"""
"""Notes how each stop looks while nothing is at it, and returns how many there are."""
_HERE = """() => {
    const one = document.activeElement;
    if (!one || one === document.body || one === document.documentElement) return null;
    const box = one.getBoundingClientRect();
    const rest = window.desk?.rest.get(one);
    const name = one.getAttribute("aria-label") || one.labels?.[0]?.innerText || one.innerText || one.value || one.id;
    return {
        number: [...document.querySelectorAll("*")].indexOf(one), name: name.trim().replace(/\\s+/g, " "),
        left: box.left, top: box.top + scrollY, bottom: box.bottom + scrollY,
        isSeen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && rest !== window.desk?.around(one),
    };
}"""
"""Returns the stop that the keyboard is at, and whether somebody sees that it is there."""


@dataclass(frozen=True)
class Stop:
    """Where the keyboard is: the how manieth element of the page, its name, where it stands, and whether it shows."""

    number: int
    name: str
    left: float
    top: float
    bottom: float
    isSeen: bool  # noqa: N815 - as the browser says it

    def follows(self, other: "Stop") -> bool:
        """Return whether somebody who reads comes here after the other one."""
        is_below = self.top >= other.bottom - 2 or self.top > other.top
        return is_below or (self.bottom > other.top and self.left >= other.left)


class Keyboard:
    """Works on a page by keyboard."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def press(self, key: str) -> None:
        """Press a key."""
        self._page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type over what stands in the field."""
        self.press("ControlOrMeta+a")
        self._page.keyboard.type(text)

    def go(self, key: str = "Enter") -> None:
        """Press a key that brings another page."""
        with self._page.expect_navigation():
            self.press(key)

    def to(self, name: str) -> None:
        """Go on with Tab to the stop whose name begins so."""
        for _ in range(_MOST):
            self.press("Tab")
            here = self._here()
            if here is not None and here.name.startswith(name):
                return
        raise AssertionError(f"the keyboard does not come to {name!r} on {self._page.url}")

    def found_wrong(self) -> list[str]:
        """Go once round the page, and return what is wrong on the way; it ends where it began."""
        wanted = int(self._page.evaluate(_REST))
        stops: dict[int, Stop] = {}
        for _ in range(_MOST):
            self.press("Tab")
            here = self._here()
            if here is not None and here.number in stops:
                break
            if here is not None:
                stops[here.number] = here
        return [f"{self._page.url}: {one}" for one in _wrong(list(stops.values()), wanted)]

    def _here(self) -> Stop | None:
        found: dict[str, Any] | None = self._page.evaluate(_HERE)
        return None if found is None else Stop(**found)


def _wrong(stops: list[Stop], wanted: int) -> list[str]:
    begin = next((number for number, one in enumerate(stops) if one.name == SKIP), 0)
    in_order = stops[begin:] + stops[:begin]
    wrong = [] if in_order and in_order[0].name == SKIP else ["the first stop does not skip to the content"]
    wrong += [] if len(stops) == wanted else [f"{len(stops)} stops of {wanted}: {[one.name for one in in_order]}"]
    wrong += [f"nobody sees that the keyboard is at {one.name!r}" for one in stops if not one.isSeen]
    for before, after in pairwise(in_order[1:]):
        if after.number < before.number or not after.follows(before):
            wrong.append(f"{after.name!r} comes after {before.name!r}, but does not stand there")
    return wrong
