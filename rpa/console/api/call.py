"""One request of a program: for whom it acts, what it asks for, and what it sends."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from rpa.console.people import Person
from rpa.console.tokens import Bearer
from rpa.console.visit import Site
from rpa.desk import Desk
from rpa.exceptions import NotFoundError, UsageError

_LARGEST = 1 << 62


@dataclass(frozen=True, slots=True)
class Call:
    """A request, ready to be answered."""

    site: Site
    request: Request
    bearer: Bearer
    sent: Any
    """What it sends, as the endpoint's own model."""

    @property
    def desk(self) -> Desk:
        """The installation."""
        return self.site.desk

    @property
    def person(self) -> Person:
        """For whom it acts, with the one role of its token."""
        return self.bearer.person

    def number(self, name: str) -> int:
        """Return a number of the path.

        Raises:
            NotFoundError: It is too large to be the number of anything.
        """
        found = int(self.request.path_params[name])
        if found >= _LARGEST:
            raise NotFoundError(f"there is nothing of number {found}")
        return found

    def asked(self, name: str) -> str:
        """Return a value of the address.

        Raises:
            UsageError: It has a character that no database takes.
        """
        found = self.request.query_params.get(name, "").strip()
        if not found.isprintable():
            raise UsageError(f"{name} has a character that is not printed, expected what `next` of a page gave")
        return found

    def asked_number(self, name: str) -> int | None:
        """Return a number of the address; None if it is not there.

        Raises:
            UsageError: It is none.
        """
        given = self.asked(name)
        if not given:
            return None
        if not (given.isascii() and given.isdigit() and len(given) < 20 and int(given) < _LARGEST):
            raise UsageError(f"{name} is not a number, expected one that `next` of a page gave")
        return int(given)


def taken(model: type[BaseModel] | None, body: bytes) -> Any:
    """Return what a program sends as the model of its endpoint; nothing where it takes nothing.

    Raises:
        UsageError: It is not what the endpoint takes. What was sent is not repeated: it may be a patient's.
    """
    if model is None:
        return None
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_url=False, include_context=False)
        said = "; ".join(f"{_place(model, one['loc'])}: {one['msg']}" for one in wrong[:10])
        raise UsageError(
            f"the body is not what is taken here ({said}), expected what the OpenAPI document says"
        ) from None


def _place(model: type[BaseModel], loc: tuple[Any, ...]) -> str:
    """Return where something is wrong; names that the sender chose are left out."""
    return ".".join(str(one) if isinstance(one, int) or one in model.model_fields else "…" for one in loc) or "body"
