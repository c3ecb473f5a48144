"""One entry, the story of a reference, and who read what, as an auditor sees them."""

import re

import pytest

from rpa.answers.postings import Postings
from rpa.audit import Event, Trail
from rpa.audit.record import SYSTEM_RUN
from rpa.console import record_story
from rpa.models import Actor, ActorKind
from tests.integration.cli.office import Office
from tests.integration.console.conftest import Browser
from tests.integration.console.test_record import auditor  # noqa: F401 - a fixture


def entry_of(browser: Browser, name: str) -> str:
    (one, *_) = Trail(browser.site.desk.database).of_run("job-1", names=[name])
    return f"/record/entries/job-1/{one.seq}"


def entries_on(browser: Browser) -> list[str]:
    """Return the entries that the page leads to."""
    assert browser.page is not None
    return re.findall(r'href="(/record/entries/[^"]+)"', browser.page.text)


def last_reading(browser: Browser) -> tuple[str, str, object]:
    told = Trail(browser.site.desk.database).of_run(SYSTEM_RUN, names=["record.read"])[-1]
    return told.actor.name, told.why, told.facts["personal"]


def test_an_entry_shows_its_fields_and_what_proves_it(auditor: Browser, office: Office) -> None:  # noqa: F811
    auditor.open(entry_of(auditor, "change.made"))

    said = auditor.text
    assert "As it was written" in said
    assert "Who The robot tidy for Jo Clerk" in said
    assert "Before Clinic: •••• After Clinic: ••••" in said
    assert re.search(r"Hash [0-9a-f]{64} Hash of the entry before [0-9a-f]{64}", said)
    assert "rpa audit export --job 1" in said
    assert "python verify.py --entry job-1/" in said
    assert "{&#34;actor&#34;:{&#34;kind&#34;:&#34;bot&#34;" in said
    assert office.numbers[0] not in said
    assert last_reading(auditor) == ("Audrey Auditor", "", False)


def test_details_of_an_entry_are_shown_for_a_reason(auditor: Browser, office: Office) -> None:  # noqa: F811
    address = entry_of(auditor, "change.made")
    auditor.open(address)
    auditor.send(address, show="yes")
    without = auditor.text
    auditor.send(address, show="yes", why="Complaint 12")

    assert "Enter why you need to see them" in without
    assert "RENZZ" not in without
    assert "After Clinic: RENZZ &lt;b&gt;2&lt;/b&gt;" in auditor.text
    assert f"What appointment of {office.numbers[0]}" in auditor.text
    assert last_reading(auditor) == ("Audrey Auditor", "Complaint 12", True)


def test_an_entry_leads_to_those_beside_it(auditor: Browser) -> None:  # noqa: F811
    first = auditor.open("/record/entries/job-1/1").text

    assert "It is the first of its run" in first
    assert 'href="/record/entries/job-1/2"' in first


def test_a_kept_picture_is_named_by_its_hash(auditor: Browser) -> None:  # noqa: F811
    auditor.open(entry_of(auditor, "evidence.kept"))

    assert re.search(r"Kept file Kind \w+, \d+ bytes SHA-256 [0-9a-f]{64}", auditor.text)


def test_words_that_somebody_wrote_are_details(auditor: Browser) -> None:  # noqa: F811
    desk = auditor.site.desk
    told = Event("item.deferred", Actor(ActorKind.LIBRARY, "rpa"), facts={"why": "Mrs Invented-Name"})
    with desk.database.transaction() as connection:
        desk.record.append(connection, "job-1", told)
    address = entry_of(auditor, "item.deferred")
    auditor.open(address)
    hidden = auditor.text

    auditor.send(address, show="yes", why="Complaint 12")

    assert "Invented" not in hidden
    assert "Why ••••" in hidden
    assert "it holds words that somebody wrote" in hidden
    assert "Why Mrs Invented-Name" in auditor.text


def test_an_altered_entry_says_so_and_one_that_cannot_be_read_is_no_fault_of_ours(auditor: Browser) -> None:  # noqa: F811
    address = entry_of(auditor, "change.made")
    with auditor.site.desk.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE event SET body = body || ' ' WHERE name = 'change.made'")
        connection.exec_driver_sql("UPDATE event SET body = 'x' WHERE run = 'job-1' AND seq = 1")

    auditor.open(address)
    altered = auditor.text
    auditor.open("/record/entries/job-1/1")

    assert "Does not match" in altered
    assert "Its hash is not that of its text. Keep the database as it is" in altered
    assert auditor.status == 409
    assert "Entry 1 of job 1 can" in auditor.text


@pytest.mark.parametrize("address", ["/record/entries/job-1/9999", "/record/entries/nothing/1"])
def test_an_entry_that_is_not_there_is_not_found(auditor: Browser, address: str) -> None:  # noqa: F811
    auditor.open(address)

    assert auditor.status == 404


def test_a_story_is_told_in_sentences_and_hides_whose_it_is(auditor: Browser, office: Office) -> None:  # noqa: F811
    auditor.open("/record/story")
    auditor.send("/record/story", {"nhs-number": office.numbers[0]})
    hidden = auditor.text
    auditor.send("/record/story", {"nhs-number": office.numbers[0]}, show="yes", why="Complaint 12")

    assert "Job 1: Move appointments Jo Clerk asked for it" in hidden
    assert "The robot tidy changed appointment of ••••" in hidden
    assert "RENZZ" not in hidden
    assert "Clinic: (empty) → RENZZ" in auditor.text
    assert auditor.path == "/record/story"
    assert last_reading(auditor) == ("Audrey Auditor", "Complaint 12", True)


def test_a_long_story_is_told_a_page_at_a_time_with_the_same_reason(
    auditor: Browser,  # noqa: F811
    office: Office,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(record_story, "LINES", 2)
    asked = {"nhs-number": office.numbers[0], "show": "yes", "why": "Complaint 12"}
    auditor.open("/record/story")
    auditor.send("/record/story", asked)
    found = re.search(r"Lines (\d+) to (\d+) of (\d+)", auditor.text)
    assert found is not None
    first, last, number = map(int, found.groups())
    seen, entries = [auditor.text], entries_on(auditor)

    while "Earlier lines" in auditor.text:
        auditor.send("/record/story", asked, newer=str(len(seen)))
        seen.append(auditor.text)
        entries = entries_on(auditor) + entries

    assert (first, last) == (number - 1, number)
    assert len(seen) == -(-number // 2) > 1
    assert len(entries) == len(set(entries)) == number
    assert "Lines 1 to" in seen[-1] and "Later lines" in seen[-1] and "Later lines" not in seen[0]
    assert "Clinic: (empty) → RENZZ" in "".join(seen)
    assert last_reading(auditor) == ("Audrey Auditor", "Complaint 12", True)


@pytest.mark.parametrize("newer", ["99999999999999999999", "-1", "x", "7"])
def test_a_page_of_a_story_that_is_not_there_is_the_nearest(auditor: Browser, office: Office, newer: str) -> None:  # noqa: F811
    auditor.open("/record/story")
    auditor.send("/record/story", {"nhs-number": office.numbers[0], "newer": newer})

    assert auditor.status == 200
    assert "The robot tidy changed appointment of ••••" in auditor.text


def test_a_story_nobody_knows_says_so(auditor: Browser) -> None:  # noqa: F811
    auditor.open("/record/story")
    auditor.send("/record/story", {"reference": "never seen"})
    unknown = auditor.text
    auditor.send("/record/story", {"nhs-number": "123"})

    assert "The record says nothing of that" in unknown
    assert "That is not an NHS number" in auditor.text.replace("&#39;", "'")
    assert 'href="#nhs-number"' in auditor.page.text  # type: ignore[union-attr]
    assert 'id="nhs-number-error"' in auditor.page.text  # type: ignore[union-attr]
    assert "Story of a reference or a patient" in auditor.text


def test_who_read_what_and_why_is_listed(auditor: Browser, office: Office) -> None:  # noqa: F811
    auditor.open("/record")
    auditor.send("/record", reference=office.numbers[0], show="yes", why="Complaint <b>12</b>")
    auditor.open("/record/entries/job-1/2")
    auditor.site.desk.sealing.tick()
    Postings(auditor.site.desk.database, auditor.site.desk.clock).tick()

    auditor.open("/record/readers?person=Audrey+Auditor")
    mine = auditor.text
    auditor.open("/record/readers?person=Jo+Clerk")

    assert "Who Audrey Auditor What Looked at: record, entry job-1/2 Why" in mine
    assert "Who Audrey Auditor What Looked at: record, by reference Why Complaint &lt;b&gt;12&lt;/b&gt;" in mine
    assert "Nobody did" in auditor.text
