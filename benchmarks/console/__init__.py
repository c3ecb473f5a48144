"""What the console costs: how soon its first page is there, how heavy its pages are, how quick with much in them."""

from collections.abc import Sequence

from benchmarks.console import starting, weighing
from benchmarks.figures import Figure


def figures() -> Sequence[Figure]:
    """Return all figures of the console."""
    return [*starting.figures(), *weighing.figures()]
