"""A page fetched beside the screen, read with the same words as the screen: fields by label, tables by heading."""

import re
from collections.abc import Iterable, Iterator, Sequence

from lxml import html
from lxml.html import HtmlElement

from rpa.exceptions import SystemException

_CONTROLS = ".//input[not(@type='hidden' or @type='submit' or @type='button')] | .//select | .//textarea"
_CELLS = "./td | ./th"


class Html:
    """A parsed page."""

    def __init__(self, text: str) -> None:
        # as bytes: lxml refuses text that states an encoding, as XHTML pages do
        content = (text.strip() or "<html></html>").encode()
        self.root: HtmlElement = html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8"))

    @property
    def asks_for_password(self) -> bool:
        """Is there a password field: the page asks to sign in."""
        return bool(self.root.xpath(".//input[@type='password']"))

    def texts(self, xpath: str) -> list[str]:
        """Return the texts of what an XPath finds."""
        return [_text(found) for found in self.root.xpath(xpath)]

    def has(self, xpath: str) -> bool:
        """Does the XPath find anything."""
        return bool(self.root.xpath(xpath))

    def read(self, labels: Iterable[str]) -> dict[str, str]:
        """Return what the labelled fields hold, or the text beside a label where there is no field.

        Raises:
            SystemException: `FIELD_NOT_FOUND` or `FIELD_AMBIGUOUS`, with the label and never the value.
        """
        return {label: self._read(label) for label in labels}

    def table(self, *headings: str, caption: str | None = None) -> list[dict[str, str]]:
        """Return the rows of the one table with all these headings, or with this caption.

        Raises:
            SystemException: `TABLE_NOT_FOUND` or `TABLE_AMBIGUOUS`.
        """
        found = [rows for rows in self._tables(headings, caption) if rows is not None]
        if len(found) != 1:
            code = "TABLE_AMBIGUOUS" if found else "TABLE_NOT_FOUND"
            raise SystemException(f"{len(found)} tables have this caption and these headings; expected one", code)
        return found[0]

    def _read(self, label: str) -> str:
        wanted = _plain(label)
        values = {_value(control) for control in self._labelled(wanted)}
        values = values or {_content(place) for place in self._beside(wanted)}
        if len(values) != 1:
            code = "FIELD_AMBIGUOUS" if values else "FIELD_NOT_FOUND"
            raise SystemException(f"{label!r}: {len(values)} values have this label; expected one", code)
        return values.pop()

    def _labelled(self, wanted: str) -> Iterator[HtmlElement]:
        for label in self.root.iter("label"):
            if _plain(label.text_content()) == wanted:
                target = label.get("for")
                yield from self.root.xpath(".//*[@id=$id]", id=target) if target else label.xpath(_CONTROLS)
        for control in self.root.xpath(_CONTROLS):
            if _plain(control.get("aria-label") or control.get("title") or "") == wanted:
                yield control

    def _beside(self, wanted: str) -> Iterator[HtmlElement]:
        for element in self.root.iter("td", "th", "dt", "span", "b", "strong", "label"):
            if _plain(element.text_content()) == wanted and not element.xpath(_CONTROLS):
                neighbour = _neighbour(element)
                if neighbour is not None:
                    yield neighbour

    def _tables(self, headings: Sequence[str], caption: str | None) -> Iterator[list[dict[str, str]] | None]:
        for table in self.root.iter("table"):
            names = [_plain(found.text_content()) for found in table.xpath("./caption")] or [
                table.get("aria-label", "")
            ]
            if table.xpath(".//table") or (caption is not None and _plain(caption) != _plain(names[0])):
                continue
            yield _rows([row.xpath(_CELLS) for row in table.iter("tr")], headings)


def _rows(rows: list[list[HtmlElement]], headings: Sequence[str]) -> list[dict[str, str]] | None:
    wanted = {_plain(heading) for heading in headings}
    for at, row in enumerate(rows):
        names = [_text(cell) for cell in row]
        if wanted <= {_plain(name) for name in names}:
            return [
                dict(zip(names, map(_text, cells), strict=True)) for cells in rows[at + 1 :] if len(cells) == len(row)
            ]
    return None


def _neighbour(element: HtmlElement) -> HtmlElement | None:
    at: HtmlElement | None = element
    while at is not None:
        following = at.getnext()
        if following is not None:
            return following
        if at.tag in ("td", "th", "dt", "tr", "body"):
            return None
        at = at.getparent()
    return None


def _content(place: HtmlElement) -> str:
    controls = [place] if place.tag in ("input", "select", "textarea") else place.xpath(_CONTROLS)
    return _value(controls[0]) if controls else _text(place)


def _value(control: HtmlElement) -> str:
    if control.tag == "select":
        chosen = control.xpath(".//option[@selected]") or control.xpath(".//option")
        return str(chosen[0].get("value", _text(chosen[0]))) if chosen else ""
    if control.get("type") == "checkbox":
        return "true" if control.get("checked") is not None else "false"
    return control.text_content() if control.tag == "textarea" else str(control.get("value", ""))


def _text(element: HtmlElement) -> str:
    return re.sub(r"\s+", " ", element.text_content()).strip()


def _plain(text: str) -> str:
    return re.sub(r"[\s:*]+$", "", re.sub(r"\s+", " ", text)).strip().lower()
