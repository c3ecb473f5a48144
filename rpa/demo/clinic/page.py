"""What a page of the clinic is made of, whichever skin draws it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another page; `popup` opens in a window of its own in the legacy skin."""

    text: str
    address: str
    popup: bool = False
    current: bool = False


@dataclass(frozen=True, slots=True)
class Links:
    """A row of links: the tabs of a patient, the actions of a record, the pages of a list."""

    label: str
    links: tuple[Link, ...]
    kind: ClassVar[str] = "links"


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values of one record."""

    heading: str
    facts: Mapping[str, str]
    kind: ClassVar[str] = "facts"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table and where its record is."""

    cells: tuple[str, ...]
    address: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A list of records; the first cell of a line with an address leads there."""

    caption: str
    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    kind: ClassVar[str] = "table"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a form asks for; `options` make it a select."""

    name: str
    label: str
    value: str = ""
    type: str = "text"
    options: Mapping[str, str] | None = None
    hint: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """What can be sent from a page; `confirm` asks once more in a dialog of the browser."""

    action: str
    fields: tuple[Field, ...]
    button: str
    confirm: str = ""
    method: str = "post"
    kind: ClassVar[str] = "form"


Block = Links | Facts | Table | Form


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its title says its kind and stays the same for every record."""

    title: str
    blocks: tuple[Block, ...] = ()
    errors: tuple[str, ...] = ()
    notice: str = ""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where a saved form leads."""

    address: str


@dataclass(frozen=True, slots=True)
class Twist:
    """What a fault does to the page that is drawn or the record that is looked up."""

    renamed: bool = False
    moved: bool = False
    wrong_patient: bool = False
    field: str = ""


Answer = Page | Redirect
PLAIN = Twist()


def filled(form: Form, sent: Mapping[str, str], errors: Mapping[str, str]) -> Form:
    """Return the form with what was sent or stored in its fields, and the messages beside them."""
    fields = (replace(field, value=sent.get(field.name, ""), error=errors.get(field.name, "")) for field in form.fields)
    return replace(form, fields=tuple(fields))


def twisted(form: Form, twist: Twist) -> Form:
    """Return the form with one field under another name or in another place: the named one, or else the first."""
    if not form.fields or not (twist.renamed or twist.moved):
        return form
    chosen = next((item for item in form.fields if item.name == twist.field), form.fields[0])
    others = tuple(item for item in form.fields if item is not chosen)
    if twist.moved:
        return replace(form, fields=(*others, chosen))
    odd = replace(chosen, name=f"{chosen.name}_2", label=f"{chosen.label[:2]}. (new)")
    return replace(form, fields=tuple(odd if item is chosen else item for item in form.fields))
