"""The page of the console's security leaves no requirement out, and claims nothing that no test shows."""

import re

from tests.pages import ROOT, cells

PAGE = ROOT / "docs" / "security.md"
NUMBERS = ROOT / "tests" / "data" / "security" / "asvs-5.0.0.txt"
"""Each requirement of Level 1 and 2 of OWASP ASVS 5.0.0, with its level."""
NOTHING = "-"
LINK = re.compile(r"\[[^\]]+\]\(([^)#]*)(?:#([^)]+))?\)")


def lines() -> list[list[str]]:
    """Return the lines of all tables that begin with a number of the standard: number, what is so, what shows it."""
    return [one for one in map(cells, PAGE.read_text(encoding="utf-8").splitlines()) if one and one[0][:1].isdigit()]


def names_there() -> set[str]:
    files = (ROOT / "tests").rglob("test_*.py")
    return {name for path in files for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.M)}


def anchors_of(page: str) -> set[str]:
    text = (PAGE.parent / page if page else PAGE).read_text(encoding="utf-8")
    titles = re.findall(r"^#+ (.*)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_requirement_of_the_standard_stands_there_once() -> None:
    wanted = [line.split()[0] for line in NUMBERS.read_text(encoding="utf-8").splitlines()]

    told = [number for number, _, _ in lines()]

    assert len(wanted) == 253
    assert told == wanted


def test_every_line_names_what_shows_it_or_says_that_it_is_not_so() -> None:
    wrong = []
    for number, what, shown in lines():
        named = re.findall(r"test_\w+", shown)
        written = LINK.findall(shown)
        if not what.endswith("."):
            wrong.append(number)
        if what.startswith("Can't apply: "):
            wrong += [number] if shown != NOTHING else []
        elif not what.startswith("Not met") and not named and not (written and number.split(".")[1] == "1"):
            wrong.append(number)

    assert not wrong


def test_every_test_that_is_named_is_there() -> None:
    named = set(re.findall(r"test_\w+", PAGE.read_text(encoding="utf-8")))

    assert len(named) > 100
    assert named - names_there() == set()


def test_every_link_of_a_line_leads_to_a_heading() -> None:
    links = {link for _, _, shown in lines() for link in LINK.findall(shown)}

    assert links
    assert [(page, anchor) for page, anchor in links if anchor and anchor not in anchors_of(page)] == []


def test_what_is_not_met_is_counted_at_the_top() -> None:
    missed = [number for number, what, _ in lines() if what.startswith("Not met")]
    apart = [number for number, what, _ in lines() if what.startswith("Can't apply")]

    counted = re.search(r"(\d+) are met, (\d+) are not or in part, (\d+) can't apply", PAGE.read_text(encoding="utf-8"))

    assert counted
    assert [int(one) for one in counted.groups()] == [253 - len(missed) - len(apart), len(missed), len(apart)]
