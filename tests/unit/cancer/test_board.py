"""The board's page shows counts beside its plots, hides few patients where asked, and asks nothing of a network."""

import re
from datetime import date
from xml.etree import ElementTree

import pytest

from workflows._cancer_board import Plot, board_page, shown_counts

LISTS = Plot("Where pathways stand", "List", {"Act now": 12, "Soon": 3, "Within <time>": 1234, "Rejected": 0})


def page(*, hide_few: bool = False) -> str:
    return board_page("Cancer pathways", date(2026, 11, 26), [LISTS], hide_few=hide_few)


def test_total_is_the_sum_of_the_counts() -> None:
    shown = shown_counts(LISTS.counts, hide_few=False)

    assert shown == {"Act now": "12", "Soon": "3", "Within <time>": "1,234", "Rejected": "0", "Total": "1,249"}


@pytest.mark.parametrize(("count", "expected"), [(0, "0"), (1, "under 5"), (4, "under 5"), (5, "5")])
def test_few_patients_are_hidden_where_asked(count: int, expected: str) -> None:
    shown = shown_counts({"Soon": count, "Act now": 20}, hide_few=True)

    assert shown["Soon"] == expected


def test_total_gives_no_hidden_count_away() -> None:
    shown = shown_counts({"Soon": 3, "Act now": 20}, hide_few=True)

    assert shown["Total"] == "not shown"


def test_pages_that_differ_in_a_hidden_count_alone_are_the_same() -> None:
    pages = {
        board_page("Cancer", date(2026, 11, 26), [Plot("Lists", "List", {"Soon": few, "Act now": 20})], hide_few=True)
        for few in (1, 2, 3, 4)
    }

    assert len(pages) == 1


def test_plot_tells_its_numbers_to_who_cannot_see_it() -> None:
    [plot] = re.findall(r"<svg.*?</svg>", page(), re.DOTALL)

    told = ElementTree.fromstring(plot)  # noqa: S314  # made by the line above

    assert told.findtext("title") == "Where pathways stand"
    assert told.findtext("desc") == "Act now: 12; Soon: 3; Within <time>: 1,234; Rejected: 0"


def test_page_has_no_script_and_no_outside_address() -> None:
    found = page()

    assert not re.search(r"<script|<link|<img|https?:|url\(|@import", found)


def test_plot_that_counts_a_pathway_twice_has_no_total() -> None:
    waits = Plot("Waits that are a breach", "Wait", {"Patient told": 2, "Treatment": 2}, adds_up=False)

    found = board_page("Cancer pathways", date(2026, 11, 26), [waits])

    assert "Total" not in found
