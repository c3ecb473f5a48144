"""Reads the README and the docs: their marked blocks, and their tables."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = (README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))
_MARKED = re.compile(r"<!-- (?P<kind>[a-z]+)(?:: (?P<about>.*?))? -->\n```(?P<language>\w+)\n(?P<text>.*?)```", re.S)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block with a comment above it that says what it is."""

    kind: str
    about: str
    language: str
    text: str

    @property
    def commands(self) -> list[str]:
        """The lines after a prompt."""
        return [line.removeprefix("$ ") for line in self.text.splitlines() if line.startswith("$ ")]


def blocks(page: Path, kind: str) -> list[Block]:
    """Return the marked blocks of a kind: `file: PATH`, `run: EXIT CODES`, `printed`, `settings`."""
    found = _MARKED.finditer(page.read_text(encoding="utf-8"))
    made = [Block(one["kind"], one["about"] or "", one["language"], one["text"]) for one in found]
    return [one for one in made if one.kind == kind]


def write_files(page: Path, folder: Path) -> list[Path]:
    """Write every block that is a file into a folder, as the reader is told to."""
    written = []
    for block in blocks(page, "file"):
        path = folder / block.about
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
        written.append(path)
    return written


def table(page: Path, *headings: str) -> list[list[str]]:
    """Return the rows below these first headings, without the marks of bold type and code."""
    lines = page.read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if cells(line)[: len(headings)] == list(headings))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(cells(line))
    return rows


def cells(line: str) -> list[str]:
    """Return the cells of a table's line."""
    if not line.startswith("|"):
        return []
    return [re.sub(r"[*`]", "", cell).strip() for cell in line.strip().strip("|").split("|")]
