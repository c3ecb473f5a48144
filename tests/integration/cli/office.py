"""A small office: a folder of data, a workflow that writes to a file, and a list with rows of every fate."""

from dataclasses import dataclass
from pathlib import Path

from nhs_number.constants import REGION_SYNTHETIC
from nhs_number.generate import generate

_PRIORITIES = ["Routine", "Two week wait", "Urgent"] * 9
WORKFLOW = '''"""Moves appointments that are kept in a file beside it."""

import base64
import json
from pathlib import Path

from rpa import BusinessException, Item, NHSNumber, Retry, Row, SystemException, column, workflow

STORE = Path(__file__).with_name("appointments.json")
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class Update(Row):
    nhs_number: NHSNumber = column("NHS number")
    fate: str = column("Fate")
    priority: str = column("Priority")


@workflow(
    title="Move appointments", key="nhs_number", retry=Retry(attempts=2, wait="1s"),
    codes={"NO_MATCH": "No patient has this number. Check it in the sheet, correct the row and send it again."},
)
def tidy(item: Item[Update]) -> str:
    """Move appointments to the new clinic."""
    if item.row.fate == "nobody":
        item.attach(PICTURE, kind="screenshot", name="practice-pas.png")
        raise BusinessException("NO_MATCH")
    if item.row.fate == "faulty" and item.attempt == 1:
        raise SystemException("the system answered 503", code="HTTP_5XX")
    if item.row.fate == "bug":
        raise ValueError("Mrs Invented-Name was not expected")
    changed = item.change(
        f"appointment of {item.row.nhs_number}", expected={"clinic": None}, new={"clinic": "RENZZ <b>2</b>"},
        read=lambda: {"clinic": _store().get(item.row.nhs_number)}, write=lambda: _save(item.row.nhs_number),
    )
    return "moved" if changed else "already right"


def _store():
    return json.loads(STORE.read_text()) if STORE.exists() else {}


def _save(number):
    STORE.write_text(json.dumps(_store() | {number: "RENZZ <b>2</b>"}))
'''


@dataclass(frozen=True)
class Office:
    """Where everything is, and the NHS numbers of the list in its order."""

    data: Path
    numbers: tuple[str, ...]
    folder: Path

    def list(self, *fates: str, name: str = "list.csv") -> Path:
        """Write a list with a row for each fate; `unreadable` has a number that doesn't check."""
        rows = [
            f"{'1234567890' if fate == 'unreadable' else number},{fate},{priority}"
            for number, fate, priority in zip(self.numbers, fates, _PRIORITIES, strict=False)
        ]
        path = self.folder / name
        path.write_text("\n".join(["NHS number,Fate,Priority", *rows]) + "\n", encoding="utf-8")
        return path


def make_office(folder: Path) -> Office:
    """Set up an office in an empty folder."""
    workflows, data = folder / "procedures", folder / "data"
    workflows.mkdir()
    data.mkdir()
    (workflows / "tidy.py").write_text(WORKFLOW, encoding="utf-8")
    (data / "rpa.toml").write_text(f"workflows = [{workflows.as_posix()!r}]\n", encoding="utf-8")
    found = generate(for_region=REGION_SYNTHETIC, quantity=20)
    return Office(data, tuple(str(one) for one in dict.fromkeys(map(str, found))), folder)
