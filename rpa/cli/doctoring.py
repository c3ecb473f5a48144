"""`rpa doctor`: checks an installation part by part, and says of each what to do."""

from rpa.cli.checks import check_all
from rpa.cli.exits import Exit
from rpa.cli.options import COMMON, Common
from rpa.cli.screen import console, print_json
from rpa.settings import load_settings
from rpa.standing import Check


def doctor(*, options: Common = COMMON) -> Exit:
    """Check this installation part by part, and say what to do. Ends with 1 when something must be done."""
    checks = check_all(load_settings(options.dir))
    if options.json:
        told = [{"part": one.part, "ok": one.ok, "found": one.found, "to_do": one.to_do} for one in checks]
        print_json({"ok": all(one.ok for one in checks), "checks": told})
    else:
        _show(checks)
    return Exit.DONE if all(one.ok for one in checks) else Exit.FAILED


def _show(checks: list[Check]) -> None:
    out = console()
    for one in checks:
        mark = "[green]✓ ok[/]   " if one.ok else "[bold red]✕ to do[/]"
        out.print(f"{mark} [bold]{one.part:<12}[/]", end=" ", highlight=False)
        out.print(one.found if one.ok else f"{one.found}. {one.to_do}.", markup=False, soft_wrap=True)
