"""States, spans of time, codes, pseudonyms, settings and the scrubber: rules without a database."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rpa.audit import Pseudonyms
from rpa.codes import LIBRARY_CODES, explain
from rpa.exceptions import RpaError, UsageError
from rpa.logs import scrubbed
from rpa.models import Totals
from rpa.retry import Retry, seconds_of
from rpa.settings import load_settings
from rpa.states import ALLOWED, ItemState, Move, check_move


@pytest.mark.parametrize(("span", "seconds"), [("90s", 90), ("2m", 120), ("1.5h", 5400), ("1d", 86400)])
def test_a_span_of_time_is_read_in_seconds(span: str, seconds: float) -> None:
    assert seconds_of(span) == seconds


@pytest.mark.parametrize("span", ["", "90", "two minutes", "-1m", "5 weeks"])
def test_what_is_no_span_of_time_is_refused(span: str) -> None:
    with pytest.raises(UsageError, match="not a span of time"):
        seconds_of(span)


@given(attempt=st.integers(1, 50), jitter=st.floats(0, 1))
def test_the_wait_grows_to_the_longest_and_no_further(attempt: int, jitter: float) -> None:
    delay = Retry(wait="1m", longest="30m").delay(attempt, jitter)

    assert timedelta(seconds=30) <= delay <= timedelta(minutes=30)


def test_a_move_may_only_end_where_the_table_says() -> None:
    with pytest.raises(RpaError, match="may not end in completed"):
        check_move(Move.RETRY, ItemState.COMPLETED)


def test_nothing_ends_a_completed_item() -> None:
    assert not [move for move, passage in ALLOWED.items() if ItemState.COMPLETED in passage.starts]


def test_every_state_but_completed_can_be_left() -> None:
    left = {state for passage in ALLOWED.values() for state in passage.starts}

    assert left == set(ItemState) - {ItemState.COMPLETED}


@pytest.mark.parametrize("code", sorted(LIBRARY_CODES))
def test_every_code_says_what_happened_and_what_to_do(code: str) -> None:
    said = explain(code, {})

    assert said.what_happened.endswith(".")
    assert len(said.how_to_fix) > 10


def test_a_workflows_own_words_come_before_the_librarys() -> None:
    said = explain("CONFLICT", {"CONFLICT": "It is otherwise. Look again."})

    assert (said.what_happened, said.how_to_fix) == ("It is otherwise.", "Look again.")


def test_a_pseudonym_depends_on_the_key_and_shows_nothing() -> None:
    one, other = Pseudonyms(b"a" * 32).of("9990000018"), Pseudonyms(b"b" * 32).of("9990000018")

    assert one != other
    assert "9990000018" not in one
    assert one.startswith("k1:")


def test_a_pseudonym_key_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "pseudonym-1"

    first, second = Pseudonyms.from_file(path).of("x"), Pseudonyms.from_file(path).of("x")

    assert first == second
    assert path.stat().st_mode & 0o077 == 0
    assert [one.name for one in path.parent.iterdir()] == ["pseudonym-1"]


@pytest.mark.parametrize(
    "text",
    ["number 9434765919 of", "number 943 476 5919 of", "943-476-5919", "call 07700 900123", "born 01/02/1950",
     "at SW1A 1AA", "mail a.b@example.org"],
)  # fmt: skip
def test_personal_data_is_scrubbed_from_a_line(text: str) -> None:
    line = scrubbed(text)

    assert "[" in line
    assert not any(part in line for part in ("9434765919", "943 476", "900123", "01/02/1950", "SW1A", "example.org"))


def test_a_line_stays_one_line() -> None:
    assert scrubbed("one\ntwo\r\n") == "one\\ntwo\\r\\n"


def test_item_numbers_and_times_stay_readable() -> None:
    assert scrubbed("item 1234567890 of job 12 took 3.5 s") == "item 1234567890 of job 12 took 3.5 s"


@given(st.lists(st.integers(0, 1000), min_size=7, max_size=7))
def test_totals_balance_exactly_when_their_parts_add_up(parts: list[int]) -> None:
    assert Totals(sum(parts), *parts).balance
    assert not Totals(sum(parts) + 1, *parts).balance


def test_settings_come_from_the_file_and_the_environment_is_above_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rpa.toml").write_text('lease_seconds = 30\n[systems.pas]\naddress = "https://pas.example"\n')
    monkeypatch.setenv("RPA_LEASE_SECONDS", "45")

    settings = load_settings(tmp_path)

    assert settings.lease_seconds == 45
    assert [one.address for one in settings.registered_systems()] == ["https://pas.example"]


def test_an_unknown_setting_is_named(tmp_path: Path) -> None:
    (tmp_path / "rpa.toml").write_text("leese_seconds = 30\n")

    with pytest.raises(UsageError, match="leese_seconds"):
        load_settings(tmp_path)


def test_a_file_that_is_no_toml_is_refused_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "rpa.toml").write_text("= nothing")

    with pytest.raises(UsageError, match=r"rpa\.toml"):
        load_settings(tmp_path)
