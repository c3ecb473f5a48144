"""`rpa audit find`: who did what, when, by indexes and a page at a time."""

import pytest

from rpa.cli.exits import Exit
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office


@pytest.fixture
def done(rpa: Rpa, office: Office) -> Office:
    rpa("submit", "tidy", office.list("fine", "nobody"), "--by", "Jo Clerk")
    rpa("work", "--until-idle")
    return office


def test_entries_are_found_by_person_and_kind(rpa: Rpa, done: Office) -> None:
    changes = rpa("audit", "find", "--kind", "changes", "--json").json
    mine = rpa("audit", "find", "--person", "jo clerk", "--workflow", "tidy", "--json").json
    shown = rpa("audit", "find", "--kind", "failures", "--job", 1)

    assert [one["name"] for one in changes["entries"]] == ["change.made"]
    assert {one["actor"]["name"] for one in mine["entries"]} == {"Jo Clerk"}
    assert "NO_MATCH" in shown.out


def test_entries_are_found_by_words_of_what_is_told_of_them(rpa: Rpa, done: Office) -> None:
    rpa("workflows", "pause", "tidy", "--why", "the clinic moves", "--by", "Opal Operator")

    paused = rpa("audit", "find", "--words", "PAUSED opal", "--json").json["entries"]
    nothing = rpa("audit", "find", "--words", "paused audrey")
    hidden = rpa("audit", "find", "--words", done.numbers[0])

    assert [one["name"] for one in paused] == ["workflow.paused"]
    assert nothing.code is Exit.NOT_FOUND
    assert hidden.code is Exit.NOT_FOUND


def test_what_was_done_about_people_is_told_in_words(rpa: Rpa, done: Office) -> None:
    rpa("people", "add", "Jo Clerk", "--role", "requester", "--by", "Ada Admin")

    shown = rpa("audit", "find", "--kind", "access").out

    assert "Let Jo Clerk in" in shown
    assert "Made a link with which Jo Clerk chooses a password" in shown


def test_a_page_says_where_the_next_begins(rpa: Rpa, done: Office) -> None:
    first = rpa("audit", "find", "--kind", "jobs", "--limit", 1)
    everything = rpa("audit", "find", "--limit", 2, "--json").json
    more = rpa("audit", "find", "--limit", 2, "--after", everything["following"], "--json").json

    assert first.code is Exit.DONE
    assert not {one["hash"] for one in everything["entries"]} & {one["hash"] for one in more["entries"]}


def test_that_somebody_looked_is_recorded(rpa: Rpa, done: Office) -> None:
    rpa("audit", "find", "--by", "Audrey Auditor")

    (last, *_) = rpa("audit", "readers", "--json").json
    assert (last["who"], last["what"]) == ("Audrey Auditor", "record, by find")


def test_what_cannot_be_looked_for_and_what_is_not_there_have_codes_of_their_own(rpa: Rpa, done: Office) -> None:
    unknown = rpa("audit", "find", "--kind", "nonsense")
    nothing = rpa("audit", "find", "--person", "nobody at all")

    assert unknown.code is Exit.USAGE
    assert "expected one of changes" in unknown.err
    assert nothing.code is Exit.NOT_FOUND


def test_what_a_check_of_the_whole_record_says_is_kept_and_that_of_a_part_is_not(rpa: Rpa, done: Office) -> None:
    empty = rpa("audit", "checks")
    rpa("audit", "verify", "--by", "Audrey Auditor")
    rpa("audit", "verify", "--from", "2026-01-01")

    kept = rpa("audit", "checks", "--json").json
    shown = rpa("audit", "checks")

    assert "was not checked yet" in empty.out
    (one,) = kept
    assert (one["asked_by"], one["result"]) in {("Audrey Auditor", "whole"), ("Audrey Auditor", "unproved")}
    assert one["said"][0].startswith("The record is whole: ")
    assert one["looked_at"] == one["entries"] > 0
    assert "Audrey Auditor" in shown.out
