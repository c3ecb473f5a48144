"""`rpa template`: the empty sheet that a workflow takes."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from rpa.cli.options import COMMON, Common
from rpa.cli.screen import print_json, say
from rpa.connectors.spreadsheet import write_template
from rpa.exceptions import UsageError
from rpa.library import load_workflows
from rpa.settings import load_settings

Output = Annotated[Path, Parameter(name=("--output", "-o"), help="The workbook to write, which ends in .xlsx.")]
Input = Annotated[str | None, Parameter(name="--input", help="Which of its files, where it takes several.")]


def template(workflow: str, /, *, output: Output, of: Input = None, options: Common = COMMON) -> None:
    """Write the empty sheet of a workflow: headings, an example, drop-downs, and notes on each column.

    Args:
        workflow: The workflow's name, as `rpa workflows` shows it.
        output: The workbook to write.
        of: The input, where the workflow takes several files.
        options: Folder and JSON.
    """
    found = load_workflows(load_settings(options.dir).workflows).get(workflow)
    names = list(found.inputs)
    if of is None and len(names) > 1:
        raise UsageError(f"{workflow} takes {len(names)} files ({', '.join(names)}): say which one with --input")
    name = of or names[0]
    if name not in found.inputs:
        raise UsageError(f"{workflow} takes no file {name!r}, expected one of: {', '.join(names)}")
    if output.suffix.lower() != ".xlsx":
        raise UsageError(f"{output.name} should end in .xlsx: the template is an Excel workbook")
    if output.exists():
        raise UsageError(f"there is a file {output.name!r} already, and it was left as it is: give another name")
    title = found.options.title if len(names) == 1 else f"{found.options.title}, {name}"
    reported = found.reporter is not None or len(names) > 1
    write_template(output, found.inputs[name], title=title, description=found.description, reported=reported)
    if options.json:
        print_json({"workflow": workflow, "input": name, "path": str(output)})
    else:
        say(f"The template is {output}. Fill in its first sheet; its sheet Notes explains each column.")
