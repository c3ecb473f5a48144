"""Each alarm is sent once, whoever looks, and people are never flooded."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from rpa.alarms import AlarmKind
from rpa.db import Database
from rpa.postman import Postman
from rpa.secrets import Secrets
from rpa.settings import AlarmSettings
from tests.integration.alarms.conftest import Office
from tests.integration.alarms.servers import Hook, MailServer


def texts(hook: Hook) -> list[str]:
    return [json.loads(post)["text"] for post in hook.posts]


def test_alarm_says_what_happened_since_when_and_which_command_shows_it(office: Office, hook: Hook) -> None:
    office.raised("12", said="Job 12 is done and 3 items need a person.")

    office.postman(webhook=hook.address).tick()

    (post,) = map(json.loads, hook.posts)
    assert {name: post[name] for name in ("kind", "subject", "count")} == {
        "kind": "needs_person", "subject": "12", "count": 1,
    }  # fmt: skip
    assert post["text"].splitlines() == [
        "rpa: job 12 needs a person",
        "Job 12 is done and 3 items need a person.",
        "Since 09:00 on 23 November 2026; once since the last message about it.",
        "Look with: rpa job 12",
    ]


def test_alarm_is_sent_once_however_many_postmen_look_at_the_same_time(office: Office, hook: Hook) -> None:
    office.raised(*map(str, range(10)))

    def look() -> None:
        database = Database(office.database.url)
        postman = Postman(database, AlarmSettings(webhook=hook.address), office.clock, Secrets())
        for _ in range(5):
            postman.tick()
        database.close()

    with ThreadPoolExecutor(4) as pool:
        for ended in [pool.submit(look) for _ in range(4)]:
            ended.result(60)

    assert sorted(json.loads(post)["subject"] for post in hook.posts) == sorted(map(str, range(10)))


def test_same_alarm_again_waits_an_hour_and_then_tells_how_often(office: Office, hook: Hook) -> None:
    postman = office.postman(webhook=hook.address)
    office.raised("pas", kind=AlarmKind.BREAKER_OPENED)
    postman.tick()

    for _ in range(3):
        office.raised("pas", kind=AlarmKind.BREAKER_OPENED)
        office.rounds(postman, minutes=1)
    before = len(hook.posts)
    office.rounds(postman, minutes=60)

    assert (before, len(hook.posts)) == (1, 2)
    assert json.loads(hook.posts[1])["count"] == 3


def test_beyond_the_limit_of_the_hour_one_message_tells_of_all(office: Office, hook: Hook) -> None:
    postman = office.postman(webhook=hook.address, most_per_hour=3)
    office.raised(*map(str, range(10)))

    postman.tick()

    assert len(hook.posts) == 4
    last = json.loads(hook.posts[3])
    assert (last["kind"], last["count"]) == ("digest", 7)
    assert all(f"rpa job {one}\n" in f"{last['text']}\n" for one in range(3, 10))


@pytest.mark.parametrize("every", [1, 7])
def test_no_hour_has_more_messages_than_the_limit_and_its_digest(office: Office, hook: Hook, every: int) -> None:
    postman = office.postman(webhook=hook.address, most_per_hour=3)
    counts = []

    for minute in range(180):
        office.raised(*[str(minute)] if minute % every == 0 else [])
        before = len(hook.posts)
        office.rounds(postman, minutes=1)
        counts.append(len(hook.posts) - before)

    assert max(sum(counts[start : start + 60]) for start in range(120)) <= 4
    office.rounds(postman, minutes=120)
    assert sum(json.loads(post)["count"] for post in hook.posts) == len(range(0, 180, every))


def test_alarm_that_could_not_be_sent_is_tried_later_and_later_until_it_is(office: Office, hook: Hook) -> None:
    postman = office.postman(webhook=hook.address)
    hook.status = 503
    office.raised("12")

    office.rounds(postman, minutes=30)
    failing = office.alarms[0]
    hook.status = 200
    office.rounds(postman, minutes=60)

    assert (failing.state, failing.fault, failing.tries) == ("failing", "webhook: the server answered 503", 6)
    assert (office.alarms[0].state, office.alarms[0].fault, len(hook.posts)) == ("sent", None, 1)


def test_one_way_that_fails_does_not_keep_the_other_from_telling(office: Office, hook: Hook, mail: MailServer) -> None:
    postman = office.postman(
        webhook=hook.address, mail_to=("ops@example.nhs.uk",), smtp_port=mail.port, smtp_security="none"
    )
    mail.refuse = True
    office.raised("12")

    office.rounds(postman, minutes=10)

    assert len(hook.posts) == 1
    assert (office.alarms[0].state, office.alarms[0].fault) == (
        "sent", "e-mail: the server answered 550 (SMTPDataError)",
    )  # fmt: skip


def test_postman_that_died_while_sending_leaves_the_alarm_to_others(office: Office, hook: Hook) -> None:
    office.raised("12")
    dying = office.postman(webhook=hook.address)
    dying._ways = [Dying()]
    with pytest.raises(KeyboardInterrupt):
        dying.tick()

    office.rounds(office.postman(webhook=hook.address), minutes=5)

    assert len(hook.posts) == 1
    assert office.alarms[0].state == "sent"


def test_alarm_raised_while_the_first_is_on_its_way_is_told_next(office: Office, hook: Hook) -> None:
    postman = office.postman(webhook=hook.address)
    office.raised("12")
    postman._ways = [Meanwhile(office)]
    postman.tick()

    postman._ways = list(office.postman(webhook=hook.address)._ways)
    office.rounds(postman, minutes=62)

    assert [alarm.count for alarm in office.alarms] == [1, 1]
    assert texts(hook)[0].splitlines()[1] == "And again."


def test_without_an_address_alarms_are_kept(office: Office) -> None:
    office.raised("12")

    office.postman().tick()

    assert [one.state for one in office.alarms] == ["waits"]


@pytest.mark.parametrize("said", ["Mrs Smith, 943 476 5919, rang.", "Ring 07700 900123.", "Ask a.b@example.com."])
def test_what_looks_like_a_patient_never_leaves_even_if_it_was_raised(office: Office, hook: Hook, said: str) -> None:
    office.raised("943 476 5919", kind=AlarmKind.SCHEDULE_MISSED, said=said)

    office.postman(webhook=hook.address).tick()

    assert not [one for one in ("943 476 5919", "07700 900123", "a.b@example.com") if one in texts(hook)[0]]


class Dying:
    """A way on which the worker is killed."""

    name = "webhook"

    def send(self, message: object) -> None:
        raise KeyboardInterrupt


class Meanwhile:
    """A way so slow that the same alarm is raised again."""

    name = "webhook"

    def __init__(self, office: Office) -> None:
        self.office = office

    def send(self, message: object) -> None:
        self.office.raised("12", said="And again.")
