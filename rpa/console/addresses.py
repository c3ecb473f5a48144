"""What an address may look like: numbers of so many digits, and one form alone of each."""

from starlette.applications import Starlette
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.requests import Request

from rpa.exceptions import NotFoundError


class _Number(IntegerConvertor):
    regex = "[0-9]{1,30}"  # Python refuses to read thousands of digits


def know_numbers() -> None:
    """Let an address with a number that is far too long for anything be none of ours."""
    register_url_convertor("int", _Number())


def alone(app: Starlette) -> Starlette:
    """Let an address with a stroke at its end be another one: a redirect would say whatever host the browser said."""
    app.router.redirect_slashes = False
    return app


def check_path(request: Request) -> None:
    """Make sure that no part of an address has a character that is not printed: no database takes them all.

    Raises:
        NotFoundError: One has, so there is nothing there.
    """
    if not all(str(one).isprintable() for one in request.path_params.values()):
        raise NotFoundError("there is nothing at this address")
