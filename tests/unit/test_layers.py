"""Imports inside the library only go up the list of layers, and only from where they may."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "rpa"
LAYERS = (
    ("exceptions", "clock", "states", "models", "garbage", "retry"),
    ("settings", "mail_settings", "oidc_settings", "logs", "secrets", "temporary", "db"),
    ("audit", "evidence"),
    ("connectors",),
    ("systems", "calendars"),
    ("bots",),
    ("source", "codes", "moves", "journal", "steps", "item", "definition", "reconcile"),
    (
        "stand_ins",
        "library",
        "params",
        "sheet_of_rows",
        "planning",
        "mappings",
        "totals",
        "submission",
        "alarms",
        "lists",
        "gates",
        "sign_ins",
        "turns",
        "views",
        "taking",
        "ledger",
        "queue",
        "workers",
        "machines",
        "workflow_pauses",
        "cause_notes",
    ),
    (
        "approvals",
        "figures",
        "beginnings",
        "today",
        "pace",
        "putting_back",
        "archiving",
        "erasure",
        "executor",
        "probing",
        "crew",
        "results",
        "resubmission",
        "retention",
        "sealing",
        "exports",
    ),
    ("watch", "worker", "desk"),
    (
        "correcting",
        "schedules",
        "scheduler",
        "inbox",
        "mailbox",
        "duties",
        "postman",
        "copies",
        "health",
        "standing",
        "practice",
        "slot",
        "slots",
        "supervisor",
    ),
    ("answers", "cli", "console", "runpage", "testing", "demo"),
)
# The register's own record type is what settings describe and what bots are handed: words without I/O.
WORDS_ELSEWHERE = {"systems"}
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
AUTHORS_MAY_IMPORT = ("rpa", "rpa.bots", "rpa.connectors", "rpa.reconcile")


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if name != "__init__":
            yield name, path


def test_every_module_has_a_layer() -> None:
    without = {name for name, _ in modules()} - set(LEVEL)

    assert not without


def test_imports_only_go_up_the_list_of_layers() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {imported}"
        for name, path in modules()
        for imported in imports_of(path)
        if imported.startswith("rpa.")
        and (other := imported.split(".")[1]) not in WORDS_ELSEWHERE
        and LEVEL[other] > LEVEL[name]
    ]

    assert not wrong


def test_nothing_in_the_library_imports_its_front_door() -> None:
    wrong = [str(path.relative_to(ROOT)) for _, path in modules() for imported in imports_of(path) if imported == "rpa"]

    assert not wrong


def test_workflows_import_only_what_authors_may() -> None:
    wrong = [
        f"{path.name} imports {imported}"
        for path in sorted((ROOT / "workflows").glob("*.py"))
        for imported in imports_of(path)
        if imported.split(".")[0] == "rpa" and not imported.startswith(AUTHORS_MAY_IMPORT[1:]) and imported != "rpa"
    ]

    assert not wrong


def test_no_module_of_the_library_imports_itself_in_a_circle() -> None:
    graph = {name: set[str]() for name, _ in modules()}
    for name, path in modules():
        graph[name] |= {
            other for one in imports_of(path) if one.startswith("rpa.") and (other := one.split(".")[1]) != name
        }

    assert not [name for name in graph if name in _reach(graph, name)]


def _reach(graph: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(graph.get(name, ()))
    return seen
