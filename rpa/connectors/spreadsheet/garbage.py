"""Keep Python from looking for garbage while a great many objects are made, none of which is any."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unwatched() -> Iterator[None]:
    """Let nothing look for cycles in the meantime: again and again, it would look at all objects there are."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
