"""`rpa headings`: what the columns of a workflow's sheets are called, also in a layout of somebody's own."""

from collections.abc import Mapping
from typing import Annotated

from cyclopts import Parameter

from rpa.cli.opening import opened
from rpa.cli.options import ASKED, Asked
from rpa.cli.screen import print_json, print_table, say
from rpa.connectors.spreadsheet.guide import Guide, guides_of
from rpa.connectors.spreadsheet.headings import normal
from rpa.exceptions import UsageError

Input = Annotated[str | None, Parameter(name="--input", help="Which of its files, where it takes several.")]


def headings(workflow: str, /, *pairs: str, of: Input = None, options: Asked = ASKED) -> None:
    """Show the headings that a workflow takes, or take others of your own for them from now on.

    Who said so is recorded: what stands under such a heading may be written into a system.

    Args:
        workflow: The workflow's name, as `rpa workflows` shows it.
        pairs: Each a heading of the sheet and the one that it stands for: `"Pt No=NHS number"`.
        of: The input, where the workflow takes several files.
        options: Folder, JSON, who asks.
    """
    with opened(options.dir, make=True) as desk:
        found = desk.workflows.get(workflow)
        names = list(found.inputs) if of is None else [of]
        if pairs:
            if len(names) > 1:
                raise UsageError(f"{workflow} takes {len(names)} files ({', '.join(names)}): say which with --input")
            told = dict(_pair(one) for one in pairs)
            path = desk.map_headings(workflow, names[0], told, by=options.person)
            if not options.json:
                say(f"Kept in {path}.")
        also = desk.mappings.of(found)
        shown = [
            (name, guide.heading, [*guide.also, *_mapped(guide, also.get(name, {}))])
            for name in names
            if name in found.inputs
            for guide in guides_of(found.inputs[name])
        ]
        if options.json:
            print_json([{"input": name, "heading": heading, "also": others} for name, heading, others in shown])
        else:
            print_table(("File", "Heading", "Also taken for it"), [(*one[:2], ", ".join(one[2])) for one in shown])


def _mapped(guide: Guide, also: Mapping[str, str]) -> list[str]:
    own = {normal(heading) for heading in (guide.heading, *guide.also)}
    return [theirs for theirs, ours in also.items() if normal(ours) in own]


def _pair(text: str) -> tuple[str, str]:
    theirs, equals, ours = text.partition("=")
    if not equals or not theirs.strip() or not ours.strip():
        raise UsageError(f'found {text!r}, expected two headings with = between them, such as "Pt No=NHS number"')
    return theirs.strip(), ours.strip()
