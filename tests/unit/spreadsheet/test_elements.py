"""The small parts of a workbook are read whatever their namespaces, and harm nobody."""

import pytest

from rpa.connectors.spreadsheet.elements import NotXml, elements_of

LAUGHS = "".join(f'<!ENTITY e{level} "{f"&e{level - 1};" * 20}">' for level in range(1, 12))


def test_elements_are_told_by_their_names_without_namespace() -> None:
    content = b'<x:book xmlns:x="urn:x" xmlns:r="urn:r"><x:sheet name="A &amp; B" r:id="rId1"/></x:book>'

    assert elements_of(content) == [("book", {}), ("sheet", {"name": "A & B", "urn:r}id": "rId1"})]


@pytest.mark.parametrize("content", ["", "<a>", "<a:b/>", f'<!DOCTYPE a [<!ENTITY e0 "ha">{LAUGHS}]><a b="&e11;"/>'])
def test_what_is_no_xml_or_goes_too_far_is_refused(content: str) -> None:
    with pytest.raises(NotXml):
        elements_of(content.encode())


def test_nothing_outside_a_document_is_looked_at() -> None:
    content = b'<!DOCTYPE a SYSTEM "file:///nowhere.dtd" [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>'

    assert elements_of(content) == [("a", {})]
