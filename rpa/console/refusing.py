"""What stands in front of the pages and refuses a request needs a page to say so with."""

from collections.abc import Callable

from starlette.responses import Response
from starlette.types import Scope

Refusal = Callable[[Scope], Response]
"""Makes the page that says why a request was refused."""
