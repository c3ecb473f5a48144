"""`rpa workflows`: what the robot can do, and a person's switch for each workflow."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from rpa.cli.opening import opened
from rpa.cli.options import ASKED, COMMON, Asked, Common, Why
from rpa.cli.screen import print_json, print_table, say, when
from rpa.exceptions import NotFoundError
from rpa.library import load_workflows
from rpa.settings import load_settings
from rpa.workflow_pauses import WorkflowPause

workflows = App(name="workflows", help="List what the robot can do; pause or resume a workflow.")
Name = Annotated[str, Parameter(name="WORKFLOW", help="Name of the workflow, as `rpa workflows` lists it.")]


@workflows.default
def listed(*, options: Common = COMMON) -> None:
    """List what the robot can do, which files each work takes, and which are paused."""
    found = sorted(load_workflows(load_settings(options.dir).workflows), key=lambda one: one.name)
    pauses = _pauses(options.dir)
    if options.json:
        print_json([
            {"name": one.name, "title": one.options.title, "files": list(one.inputs), "version": one.version,
             "params": list(one.options.params.model_fields), "codes": dict(one.options.codes),
             "paused": one.name in pauses}
            for one in found
        ])  # fmt: skip
        return
    if found:
        rows = [(one.name, one.options.title, " ".join(one.inputs), " ".join(one.options.params.model_fields))
                for one in found]  # fmt: skip
        print_table(("Workflow", "What it does", "Files", "Parameters"), rows)
    else:
        say("There are no workflows yet. Put one into the folder `workflows`, or name its place in rpa.toml.")
    for pause in pauses.values():
        say(f"Workflow {pause.workflow} is {pause}, since {when(pause.paused_at)}.")


@workflows.command
def pause(workflow: Name, /, *, why: Why, options: Asked = ASKED) -> None:
    """Let no item of a workflow be attempted until it is resumed. Items wait, and lose no attempt."""
    with opened(options.dir) as desk:
        name = desk.workflows.get(workflow).name
        desk.workflow_pauses.begin(name, by=options.person, why=why)
        _tell(name, "paused; its items wait, and one under way is finished", paused=True, as_json=options.json)


@workflows.command
def resume(workflow: Name, /, *, why: Why, options: Asked = ASKED) -> None:
    """Let the items of a workflow be attempted again."""
    with opened(options.dir) as desk:
        desk.workflow_pauses.end(workflow, by=options.person, why=why)
        _tell(workflow, "resumed", paused=False, as_json=options.json)


def _pauses(folder: Path) -> Mapping[str, WorkflowPause]:
    with suppress(NotFoundError), opened(folder) as desk:  # where nothing was stored yet, nothing is paused
        return desk.workflow_pauses.all()
    return {}


def _tell(workflow: str, sentence: str, *, paused: bool, as_json: bool) -> None:
    if as_json:
        print_json({"workflow": workflow, "paused": paused})
    else:
        say(f"Workflow {workflow} is {sentence}.")
