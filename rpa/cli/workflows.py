"""`rpa workflows`: what the robot can do."""

from rpa.cli.options import COMMON, Common
from rpa.cli.screen import print_json, print_table, say
from rpa.library import load_workflows
from rpa.settings import load_settings


def workflows(*, options: Common = COMMON) -> None:
    """List what the robot can do, and which files each work takes."""
    found = sorted(load_workflows(load_settings(options.dir).workflows), key=lambda one: one.name)
    if options.json:
        print_json([
            {"name": one.name, "title": one.options.title, "files": list(one.inputs), "version": one.version,
             "params": list(one.options.params.model_fields), "codes": dict(one.options.codes)}
            for one in found
        ])  # fmt: skip
        return
    if not found:
        say("There are no workflows yet. Put one into the folder `workflows`, or name its place in rpa.toml.")
        return
    rows = [
        (one.name, one.options.title, " ".join(one.inputs), " ".join(one.options.params.model_fields)) for one in found
    ]
    print_table(("Workflow", "What it does", "Files", "Parameters"), rows)
