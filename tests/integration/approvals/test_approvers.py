"""Who may decide about plans: let in by one who is in, and by no hand in the database."""

import json

import pytest
from sqlalchemy import delete, insert, select, update

from rpa.alarms import latest_alarms
from rpa.approvals import Approvers
from rpa.audit import Pseudonyms, Trail
from rpa.db.seal_tables import sealed_run
from rpa.db.tables import event
from rpa.exceptions import NotApproved, UsageError
from tests.integration.conftest import PERSON, Bench

WORDS, OTHERS = "purple kettle meadow", "yellow ladder harbour"


@pytest.fixture
def approvers(bench: Bench) -> Approvers:
    key_for = Pseudonyms(b"k" * 32).key_for
    return Approvers(bench.database, bench.journals.record, bench.clock, key_for=key_for)


def let_in_two(approvers: Approvers) -> None:
    approvers.add("Ann First", WORDS, by=PERSON)
    approvers.add("Bob Second", OTHERS, by=PERSON, voucher=approvers.sign_in("Ann First", WORDS))


def test_first_comes_alone_and_the_next_with_somebody_who_vouches(approvers: Approvers) -> None:
    let_in_two(approvers)

    assert [(one.name, one.vouched_by) for one in approvers.all()] == [("Ann First", ""), ("Bob Second", "Ann First")]


def test_record_tells_who_let_whom_in_and_holds_no_passphrase(approvers: Approvers, bench: Bench) -> None:
    let_in_two(approvers)

    told = Trail(bench.database).of_run("approvers")

    assert [one.name for one in told] == ["approver.added"] * 2
    assert [one.actor.name for one in told] == [PERSON.name, "Ann First"]
    assert not any(words in str(one) for one in told for words in (WORDS, OTHERS))


def test_nobody_comes_in_without_somebody_who_is_in(approvers: Approvers) -> None:
    approvers.add("Ann First", WORDS, by=PERSON)

    with pytest.raises(UsageError, match="expected --vouched-by"):
        approvers.add("Bob Second", OTHERS, by=PERSON)

    assert [one.name for one in approvers.all()] == ["Ann First"]


def test_who_was_let_out_vouches_for_nobody(approvers: Approvers) -> None:
    let_in_two(approvers)
    bob = approvers.sign_in("Bob Second", OTHERS)
    approvers.remove("Bob Second", by=approvers.sign_in("Ann First", WORDS))

    with pytest.raises(UsageError, match="Bob Second is not among those who may approve, so can't vouch"):
        approvers.add("Cat Third", WORDS, by=PERSON, voucher=bob)


@pytest.mark.parametrize("name", ["Ann First", " ann  FIRST "])
def test_nobody_is_in_twice_whatever_the_spelling(approvers: Approvers, name: str) -> None:
    approvers.add("Ann First", WORDS, by=PERSON)

    with pytest.raises(UsageError, match="is among those who may approve already"):
        approvers.add(name, OTHERS, by=PERSON, voucher=approvers.sign_in("Ann First", WORDS))


@pytest.mark.parametrize("words", ["", "short", "aaaaaaaaaaaaaaaa"])
def test_plain_passphrase_is_refused_and_not_repeated(approvers: Approvers, words: str) -> None:
    with pytest.raises(UsageError, match="too short or too plain") as refused:
        approvers.add("Ann First", words, by=PERSON)

    assert approvers.all() == []
    assert not words or f" {words}" not in str(refused.value).replace("too short", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [("qwerty123456", "many people have"), ("Ann-First-2026", "names that others know"),
     ("Millbrook-1948!", "names that others know")],
)  # fmt: skip
def test_passphrase_that_is_soon_guessed_is_refused(bench: Bench, words: str, said: str) -> None:
    key_for = Pseudonyms(b"k" * 32).key_for
    approvers = Approvers(
        bench.database, bench.journals.record, bench.clock, key_for=key_for, organisation="Millbrook Trust"
    )

    with pytest.raises(UsageError, match=said):
        approvers.add("Ann First", words, by=PERSON)

    assert approvers.all() == []


def test_another_passphrase_is_refused(approvers: Approvers) -> None:
    let_in_two(approvers)

    with pytest.raises(UsageError, match="that is not the passphrase of Ann First"):
        approvers.sign_in("Ann First", OTHERS)


def test_reset_lets_everybody_out_and_raises_an_alarm(approvers: Approvers, bench: Bench) -> None:
    let_in_two(approvers)

    approvers.reset(by=PERSON, why="Both have left the trust.")

    with bench.database.reading() as connection:
        (raised,) = latest_alarms(connection)
    assert approvers.all() == []
    assert (raised.kind, PERSON.name in raised.text) == ("approvers_reset", True)
    approvers.add("Dee Fourth", WORDS, by=PERSON)
    assert [one.name for one in approvers.all()] == ["Dee Fourth"]


def test_reset_needs_a_reason(approvers: Approvers) -> None:
    with pytest.raises(UsageError, match="found no reason"):
        approvers.reset(by=PERSON, why=" ")


@pytest.mark.parametrize("fact", ["key", "salt", "name", "vouched_by"])
def test_hand_in_the_database_lets_nobody_in(approvers: Approvers, bench: Bench, fact: str) -> None:
    let_in_two(approvers)
    newest = (event.c.run == "approvers") & (event.c.seq == 2)

    with bench.database.transaction() as connection:
        body = json.loads(bytes(connection.execute(select(event.c.body).where(newest)).scalar_one()))
        body["facts"][fact] = "00" * 32
        connection.execute(update(event).where(newest).values(body=json.dumps(body).encode()))

    with pytest.raises(NotApproved, match="was not made by rpa, or was changed since"):
        approvers.sign_in("Bob Second", OTHERS)


def test_entry_that_is_gone_from_the_middle_is_noticed(approvers: Approvers, bench: Bench) -> None:
    let_in_two(approvers)
    approvers.remove("Ann First", by=approvers.sign_in("Bob Second", OTHERS))

    with bench.database.transaction() as connection:
        connection.execute(delete(event).where((event.c.run == "approvers") & (event.c.seq == 2)))

    with pytest.raises(NotApproved, match="was not made by rpa"):
        approvers.all()


def test_list_that_was_emptied_by_hand_does_not_begin_anew(approvers: Approvers, bench: Bench) -> None:
    let_in_two(approvers)
    with bench.database.transaction() as connection:
        connection.execute(insert(sealed_run).values(run="approvers", size=2))  # as the sealer notes it

    with bench.database.transaction() as connection:
        connection.execute(delete(event).where(event.c.run == "approvers"))

    with pytest.raises(NotApproved, match="entries are gone from the list"):
        approvers.add("Mallory", WORDS, by=PERSON)


@pytest.mark.parametrize("name", ["R\u043e\u043et", "ro\u200bot", "\uff32oot", "", "...", "Root\n"])
def test_name_that_is_not_what_it_looks_like_is_refused(approvers: Approvers, name: str) -> None:
    with pytest.raises(UsageError, match=r"in the name|of 0 characters") as refused:
        approvers.add(name.replace("\n", "\x07"), WORDS, by=PERSON)

    assert "\u043e" not in str(refused.value)


@pytest.mark.parametrize("name", ["R.oot", "r\u00f3ot", "ro ot"])
def test_names_that_look_alike_are_one(approvers: Approvers, name: str) -> None:
    approvers.add("Root", WORDS, by=PERSON)

    with pytest.raises(UsageError, match="is among those who may approve already"):
        approvers.check_new(name, "Root")


def test_name_of_its_owner_is_taken(approvers: Approvers) -> None:
    approvers.add("Zo\u00eb O'Brien-Smith (Ward 3)", WORDS, by=PERSON)

    assert [one.name for one in approvers.all()] == ["Zo\u00eb O'Brien-Smith (Ward 3)"]
