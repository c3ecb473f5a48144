"""What commands print: tables for people, JSON for programs, times as people in the UK read them."""

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import orjson
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rpa.runpage.words import uk_time

_WIDTH_OF_FILES = 160


def console() -> Console:
    """Return a console on stdout; wide where it is not a terminal, so that no line of a file is broken."""
    width = None if sys.stdout.isatty() else _WIDTH_OF_FILES
    return Console(width=width, highlight=False, soft_wrap=False)


def print_json(document: Any) -> None:
    """Print a document as JSON: stable keys, times in UTC."""
    sys.stdout.write(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode() + "\n")


def table(*headings: str, title: str | None = None, right: Iterable[str] = ()) -> Table:
    """Return an empty table with those headings; the columns in `right` hold numbers."""
    made = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, header_style="bold",
                 pad_edge=False, show_edge=False)  # fmt: skip
    for heading in headings:
        made.add_column(heading, justify="right" if heading in right else "left", overflow="fold")
    return made


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[str] = ()) -> None:
    """Print a table of plain text; nothing in a cell is taken for markup."""
    out, made = console(), table(*headings, right=right)
    for row in rows:
        made.add_row(*map(_plain, row))
    out.print(made)


def say(sentence: str) -> None:
    """Print a sentence for a person."""
    console().print(_plain(sentence), soft_wrap=True)


def when(moment: datetime | None) -> str:
    """Return a time as people in the UK read it, or nothing."""
    return uk_time(moment) if moment else ""


def _plain(text: str) -> Text:
    return Text(text)
