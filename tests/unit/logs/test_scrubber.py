"""The net under the log: what it hides, and what it must leave alone."""

from datetime import UTC, date, datetime
from hashlib import sha256
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nhs_number.constants import REGION_SYNTHETIC
from nhs_number.generate import generate

from rpa.logs import scrubbed

NUMBERS = [str(one) for one in generate(for_region=REGION_SYNTHETIC, quantity=50)]
MARKS = ("[NHS number]", "[date]", "[phone]", "[postcode]", "[e-mail]")


@pytest.mark.parametrize("between", ["", " ", "-", "\u00a0"])
@pytest.mark.parametrize("text", ["{}", "number {}.", "nhs_number={}", "NHSNo{}", "'{}'", "<b>{}</b>"])
def test_nhs_number_is_hidden_however_it_is_written(text: str, between: str) -> None:
    written = [text.format(between.join((one[:3], one[3:6], one[6:]))) for one in NUMBERS]

    assert {scrubbed(one) for one in written} == {text.format("[NHS number]")}


@pytest.mark.parametrize(
    "number",
    ["07700 900123", "07700900123", "+44 7700 900123", "+44 (0)7700 900123", "020 7946 0123", "(020) 7946 0123",
     "01632-960-123", "020\u00a07946\u00a00123"],
)  # fmt: skip
def test_telephone_number_is_hidden(number: str) -> None:
    line = scrubbed(f"call {number} now")

    assert "[phone]" in line
    assert not any(part in line for part in ("900123", "0123", "7946", "960"))


@given(st.dates(date(1900, 1, 1), date(2030, 1, 1)))
def test_day_of_birth_is_hidden_however_it_is_written(day: date) -> None:
    forms = ("%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%d-%m-%Y", "%d-%b-%Y", "%d %B %Y", "%Y-%m-%d", "%Y-%m-%d 00:00:00")
    written = [f"born {day.strftime(form)}, here" for form in forms]

    assert {scrubbed(one) for one in written} == {"born [date], here"}
    assert scrubbed(f"row {day!r}") == "row datetime.date([date])"


@pytest.mark.parametrize("code", ["SW1A 1AA", "sw1a 1aa", "SW1A1AA", "M1 1AE", "b33 8th", "CR2 6XH", "DN55 1PT"])
def test_postcode_is_hidden(code: str) -> None:
    assert scrubbed(f"at {code}.") == "at [postcode]."


@given(st.integers(0, 10**9 - 1))
def test_numbers_of_jobs_items_and_ports_are_left_alone(number: int) -> None:
    text = f"item {number} of job {number}, port {number % 65536}"

    assert scrubbed(text) == text


@given(st.binary(max_size=8))
def test_digests_and_pseudonyms_are_left_alone(content: bytes) -> None:
    digest = sha256(content).hexdigest()
    text = f"kept {digest} ({digest[:8]}) for k1:{digest}, claim {digest[:32]}"

    assert scrubbed(text) == text


@given(st.uuids())
def test_identities_are_left_alone(one: UUID) -> None:
    assert scrubbed(f"worker {one.hex} is lost") == f"worker {one.hex} is lost"


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001 - Hypothesis wants naive bounds
def test_times_of_the_log_are_left_alone(moment: datetime) -> None:
    at = moment.replace(tzinfo=UTC, microsecond=moment.microsecond or 1)
    text = f"again at {at.isoformat()} or {at}"

    assert scrubbed(text) == text


@pytest.mark.parametrize(
    "text",
    ["SQLite 3.53.0, journal WAL", "Chromium 141.0.7390.37", "Python 3.13.5", "127.0.0.1:45123", "took 0.0123456789 s",
     "HTTP 503 from practice-pas", "slot 3 ended with -9; a fresh one starts in 0 s", "logs/2026-11-26-host-1.jsonl"],
)  # fmt: skip
def test_versions_addresses_and_measures_are_left_alone(text: str) -> None:
    assert scrubbed(text) == text


@given(st.text())
def test_line_is_one_line_and_steers_no_terminal(text: str) -> None:
    line = scrubbed(text)

    assert len(line.splitlines()) <= 1
    assert "\x1b" not in line and "\r" not in line


@given(st.text())
def test_what_was_scrubbed_stays_as_it_is(text: str) -> None:
    once = scrubbed(text)

    assert scrubbed(once) == once
