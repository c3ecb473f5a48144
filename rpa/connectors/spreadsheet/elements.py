"""Read the small parts of a workbook that name its other parts; the process that parses loads no more for it."""

from typing import TypeAlias
from xml.parsers import expat

Element: TypeAlias = tuple[str, dict[str, str]]
"""The name of an element without its namespace, and its attributes; of one with a namespace, that and } come first."""
NotXml = expat.ExpatError


def elements_of(content: bytes) -> list[Element]:
    """Return a document's elements in their order; NotXml if it is not well-formed, or its entities go too far.

    Nothing that it names outside itself is looked at.
    """
    found: list[Element] = []
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler = lambda name, attributes: found.append((name.rpartition("}")[2], attributes))
    parser.Parse(content, True)
    return found
