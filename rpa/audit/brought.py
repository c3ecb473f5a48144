"""Which items a submission brings, as its entry says for ever: rows can be erased, numbers of items name nobody."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from rpa.audit.erased import merged


def facts_of_brought(numbers: Sequence[int]) -> dict[str, object]:
    """Return what an entry says of the items it brings; those that were sent again keep numbers far from each other."""
    told: dict[str, object] = {"first": numbers[0], "count": len(numbers)}
    whole = merged((one, one) for one in numbers)
    return told if whole == [[numbers[0], numbers[0] + len(numbers) - 1]] else told | {"items": whole}


def brought(facts: Mapping[str, Any]) -> list[range]:
    """Return the numbers of the items that an entry brings."""
    if "items" in facts:
        return [range(int(first), int(last) + 1) for first, last in facts["items"]]
    first = int(facts["first"])
    return [range(first, first + int(facts["count"]))]


def brings(facts: Mapping[str, Any], item_ids: Collection[int]) -> bool:
    """Return whether an entry brings one of these items."""
    some = brought(facts)
    return any(number in one for number in item_ids for one in some)
