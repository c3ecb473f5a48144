"""What a person is shown beside the changes themselves: whose each is, and what its fields are called."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from rpa.approvals.applying import rows_within
from rpa.definition import Workflow
from rpa.models import WorkItem
from rpa.planning import identifiers_of


@dataclass(frozen=True, slots=True)
class Shown:
    """Words for a change set; what stands for it in the record is made of none of them."""

    digest: str
    """What stands for the change set in the record."""
    who: Mapping[int, str] = field(default_factory=dict)
    """The patient of each item: the NHS number in its row, or its key where there is none."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """What the fields are called on the pages of the system, by their name in code."""

    def label(self, name: str) -> str:
        """Return what a field is called: its label, or its name as words where no page was said to have one."""
        words = name.replace("_", " ").strip()
        return self.labels.get(name, f"{words[:1].upper()}{words[1:]}")


def shown_of(workflow: Workflow[Any], items: Iterable[WorkItem], *, digest: str) -> Shown:
    """Return what a person is shown beside the changes of these items."""
    labels = {name: label for bot in workflow.options.uses for name, label in bot.labels.items()}
    return Shown(digest, {one.id: _who(workflow, one) for one in items}, labels)


def _who(workflow: Workflow[Any], item: WorkItem) -> str:
    try:
        row = workflow.row_model.model_validate(item.data)
    except ValidationError:  # the workflow has changed since, or the row was erased
        return item.key
    return ", ".join(identifiers_of(rows_within(row))) or item.key
