"""`rpa demo`: the whole line on the practice clinic."""

from importlib import import_module
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from rpa.cli.options import Common

Keep = Annotated[bool, Parameter(help="Leave the clinic running to look at, and the folder for you to go on with.")]
Again = Annotated[bool, Parameter(help="Start clean although the demo in the folder was kept; it is removed.")]
DEMO = Common(Path("demo-data"))


def demo(*, keep: Keep = False, again: Again = False, options: Common = DEMO) -> object:
    """Reconcile 400 appointments of the practice clinic, and show what came of it."""
    # By name: the demo shows its progress with this package's own bar.
    return import_module("rpa.demo.show").run(options.dir, keep=keep, again=again, json=options.json)
