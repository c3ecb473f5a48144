"""Turns what a page shows into HTML: the components of NHS.UK, and every text from outside escaped."""

from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, ChoiceLoader, Environment, FileSystemLoader, PackageLoader

from rpa.console.downloads import MOST_LINES
from rpa.runpage.words import counted, masked, masked_key, shown, uk_time

_TEMPLATES = Path(__file__).parent / "templates"


@cache
def make_environment(organisation: str) -> Environment:
    """Return what draws the pages; the organisation's name stands in their header."""
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(_TEMPLATES), PackageLoader("nhsuk_frontend_jinja")]),
        autoescape=True,
        undefined=ChainableUndefined,  # the components ask for options that nobody gave
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"uk_time": uk_time, "masked": masked, "masked_key": masked_key, "shown": shown}
    environment.globals |= {"counted": counted, "organisation": organisation, "rpa_version": version("rpa"),
                            "most_lines": MOST_LINES}  # fmt: skip
    return environment


def draw(environment: Environment, template: str, values: dict[str, Any]) -> str:
    """Return a page."""
    return environment.get_template(template).render(values)
