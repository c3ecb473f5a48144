"""No template hands on a text as HTML: what comes from a sheet, a screen or an error is escaped on each page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

import rpa.console

TEMPLATES = sorted((Path(rpa.console.__file__).parent / "templates").iterdir())


def raw(source: str) -> Iterator[str]:
    """Yield what a template would write unescaped: options of components that take HTML, and filters that trust."""
    tree = Environment(autoescape=True).parse(source)
    for pair in tree.find_all(nodes.Pair):
        if isinstance(pair.key, nodes.Const) and str(pair.key.value).lower().endswith("html"):
            yield f"option {pair.key.value} in line {pair.lineno}"
    for used in tree.find_all(nodes.Filter):
        if used.name in ("safe", "mark_safe"):
            yield f"filter {used.name} in line {used.lineno}"
    for part in tree.find_all((nodes.ScopedEvalContextModifier, nodes.MarkSafe)):
        yield f"escaping switched in line {part.lineno}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_writes_nothing_unescaped(path: Path) -> None:
    assert not list(raw(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "source",
    [
        "{{ button({'html': reason}) }}",
        "{{ panel({'titleHtml': reason}) }}",
        "{{ reason|safe }}",
        "{% autoescape false %}{{ reason }}{% endautoescape %}",
    ],
)
def test_what_would_be_unescaped_is_seen(source: str) -> None:
    assert list(raw(source))
