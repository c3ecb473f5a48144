"""The command line's list of commands: each is imported only when it is called, so that `rpa --help` is quick."""

from importlib.metadata import version

from cyclopts import App, Group, Parameter

_WORK = Group("Work", sort_key=1)
_LOOK = Group("Look", sort_key=2)
_DECIDE = Group("Decide", sort_key=3)
_PROVE = Group("Prove and check", sort_key=4)
_HELP = Group("Help", sort_key=5)

_COMMANDS = (
    (
        _WORK,
        "workflows",
        "rpa.cli.workflows:workflows",
        "List what the robot can do, and which files each takes; pause.",
    ),
    (_WORK, "template", "rpa.cli.template:template", "Write the empty sheet that a work takes."),
    (_WORK, "headings", "rpa.cli.headings:headings", "Show a work's headings, or take your own for them."),
    (_WORK, "submit", "rpa.cli.submitting:submit", "Read the files, plan the work and store it as a job."),
    (_WORK, "work", "rpa.cli.working:work", "Do what waits in the queue."),
    (_WORK, "up", "rpa.cli.serving:up", "Run all that one machine needs: console, worker, schedules, drop folder."),
    (_WORK, "console", "rpa.cli.serving:console", "Show the console to browsers."),
    (_DECIDE, "people", "rpa.cli.people:people", "List who may use the console and what for; let people in and out."),
    (_DECIDE, "tokens", "rpa.cli.tokens:tokens", "List, make and end tokens with which programs act for people."),
    (_LOOK, "jobs", "rpa.cli.jobs:jobs", "List the newest jobs."),
    (_LOOK, "job", "rpa.cli.jobs:job", "Show one job: its totals, and what needs a person."),
    (_LOOK, "problems", "rpa.cli.problems:problems", "List what needs a person, by cause; note what is known."),
    (_LOOK, "items", "rpa.cli.items:items", "List the items of a job, with the rows they came from."),
    (_LOOK, "results", "rpa.cli.results:results", "Write the results of a job into a workbook."),
    (_LOOK, "page", "rpa.cli.results:page", "Write the run page of a job again."),
    (_LOOK, "logs", "rpa.cli.logs:logs", "Show the log of a job."),
    (_LOOK, "workers", "rpa.cli.workers:workers", "Show who is alive, and what each slot does; pause machines."),
    (_LOOK, "systems", "rpa.cli.systems:systems", "List the target systems: which are in use, and why one is not."),
    (_LOOK, "schedules", "rpa.cli.schedules:schedules", "List when workflows start by themselves; pause and resume."),
    (_WORK, "plan", "rpa.cli.approving:plan", "Find out what would be written, and write nothing."),
    (_LOOK, "changes", "rpa.cli.changes:changes", "Show what a plan would change."),
    (_DECIDE, "approve", "rpa.cli.approving:approve", "Let a plan of somebody else be carried out."),
    (_DECIDE, "reject", "rpa.cli.approving:reject", "Let a plan never be carried out."),
    (_DECIDE, "approvers", "rpa.cli.approvers:approvers", "List who may decide about plans; let people in and out."),
    (_WORK, "apply", "rpa.cli.approving:apply", "Carry out a plan that was approved."),
    (_WORK, "reverse", "rpa.cli.reversing:reverse", "Plan to put back what a job changed."),
    (_DECIDE, "retry", "rpa.cli.deciding:retry", "Put failed or cancelled items back in the queue."),
    (_DECIDE, "cancel", "rpa.cli.deciding:cancel", "Take items back that wait or failed."),
    (_DECIDE, "pause", "rpa.cli.systems:pause", "Let no item act in a system until it is resumed."),
    (_DECIDE, "resume", "rpa.cli.systems:resume", "Put a system back in use."),
    (_PROVE, "alarms", "rpa.cli.alarms:alarms", "List the latest alarms, and test that they arrive."),
    (_PROVE, "audit", "rpa.cli.auditing:audit", "Show what was done, and verify the record."),
    (_PROVE, "retention", "rpa.cli.erasing:retention", "Show and remove what is over its time."),
    (_PROVE, "evidence", "rpa.cli.keeping:evidence", "List kept files; open one and say why."),
    (_PROVE, "doctor", "rpa.cli.doctoring:doctor", "Check this installation and say what to do."),
    (_PROVE, "demo", "rpa.cli.demo:demo", "Show the whole line on the practice clinic."),
)
_EPILOGUE = (
    "Ends with 0 done, 1 failed, 2 usage, 3 not found, 4 record broken, 5 record incomplete, 6 items need a person. "
    "Every command takes --dir (or RPA_DIR), the folder of database, evidence and settings; every read takes --json."
)


def make_app() -> App:
    """Return the application with all its commands, none of them imported."""
    app = App(
        name="rpa",
        help="Bots that lose nothing, do nothing twice and can prove every change.",
        help_epilogue=_EPILOGUE,
        help_format="plaintext",
        version=lambda: version("rpa"),
        usage="Usage: rpa COMMAND [OPTIONS]",
        default_parameter=Parameter(negative="", show_default=False),
    )
    app["--help"].group = app["--version"].group = _HELP
    for order, (group, name, place, help_text) in enumerate(_COMMANDS):
        app.command(place, name=name, help=help_text, group=group, sort_key=order)
    return app
