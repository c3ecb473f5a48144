"""What is dangerous in the wrong hands is called nowhere but in the places that are known, each for a reason."""

import re
import tomllib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXCUSED = {
    "S307": {"rpa/reconcile/hashes.py": 1},  # code made of the names of a row class' fields
    "S310": {"rpa/postman/webhook.py": 1, "rpa/copies/stamping.py": 1},  # addresses of the settings, checked before
    "S603": {  # our own modules and the installer of the browser, by the interpreter that runs
        "rpa/console/child.py": 1,
        "rpa/console/own_process.py": 1,
        "rpa/connectors/browser/install.py": 1,
        "rpa/connectors/spreadsheet/parser.py": 1,
    },
    "S311": {"rpa/db/engine.py": 1},  # how long to wait before another try
}
"""Rules of the linter, and where something is excused from them; the practice clinic holds no secret."""
WATCHED = ("S102", "S103", "S113", "S202", "S3", "S5", "S60", "S7")
"""Code that runs data, weak hashes and ciphers, chance, TLS that is not checked, shells, SQL that is put together."""
RAW = re.compile(r"\|\s*safe\b|autoescape\s+false|Markup\(")
SCRIPT = re.compile(r"\beval\(|new Function|document\.write|insertAdjacentHTML|(?:inner|outer)HTML\s*=[^=]|postMessage|"
                    r"localStorage|sessionStorage|indexedDB|document\.cookie")  # fmt: skip


def sources(pattern: str, *folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob(pattern))


def test_the_linter_looks_for_dangerous_calls_and_few_are_excused() -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    excused: dict[str, Counter[str]] = {}
    for path in sources("*.py", "rpa", "workflows"):
        name = path.relative_to(ROOT).as_posix()
        for rule in re.findall(
            r"S\d{3}", " ".join(re.findall(r"noqa: ([A-Z0-9, ]+)", path.read_text(encoding="utf-8")))
        ):
            if rule.startswith(WATCHED) and not name.startswith("rpa/demo/"):
                excused.setdefault(rule, Counter())[name] += 1

    assert "S" in rules["select"]
    assert not [rule for rule in rules["ignore"] if rule.startswith("S")]
    for pattern, ignored in rules["per-file-ignores"].items():
        assert not pattern.startswith(("rpa", "workflows")) or not [one for one in ignored if one.startswith(WATCHED)]
    assert {rule: dict(where) for rule, where in excused.items()} == EXCUSED


def test_no_template_shows_text_as_it_is_and_none_is_made_of_data() -> None:
    raw = [path.name for path in sources("*.html", "rpa/console/templates") if RAW.search(path.read_text("utf-8"))]
    made = [
        path.name
        for path in sources("*.py", "rpa/console")
        if re.search(r"from_string|Markup", path.read_text("utf-8"))
    ]

    assert raw == []
    assert made == []


def test_no_script_of_ours_runs_text_keeps_anything_or_listens_to_other_windows() -> None:
    found = {path.name: SCRIPT.findall(path.read_text("utf-8")) for path in sources("*.js", "rpa/console/static")}

    assert found
    assert not any(found.values())
