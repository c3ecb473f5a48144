"""The page on FHIR says what the code does."""

import re
import tomllib

from rpa.bots import FhirBot
from rpa.bots.practice_fhir.words import BY_STATUS
from rpa.connectors.fhir import Limits
from rpa.connectors.fhir.resources import NHS_NUMBER, UBRN
from rpa.connectors.fhir.server import MEGABYTE
from rpa.settings import load_settings
from tests.pages import ROOT, blocks, table

PAGE = ROOT / "docs" / "fhir.md"
TEXT = " ".join(PAGE.read_text(encoding="utf-8").split())


def test_settings_shown_are_good_ones() -> None:
    (block,) = blocks(PAGE, "settings")

    loaded = load_settings(ROOT / "nowhere", **tomllib.loads(block.text))

    assert loaded.systems["practice-pas"].bot == "rpa.bots:PracticeFhir"


def test_statuses_are_read_as_is_told() -> None:
    told = {status: code for status, code in table(PAGE, "status") if code.isdecimal()}

    assert told == BY_STATUS


def test_options_have_the_defaults_that_are_told() -> None:
    told = {name: usual for name, _, usual in table(PAGE, "in options", "says")}

    assert (told["fhir"], told["token"]) == (FhirBot.fhir_path, FhirBot.token_path)
    assert set(told) == {"fhir", "token", "scope", "client_auth"}


def test_identifiers_are_those_that_are_read() -> None:
    assert re.findall(r"https://fhir\.nhs\.uk/Id/[\w-]+", TEXT) == [UBRN, NHS_NUMBER]


def test_limits_told_are_those_that_are_kept() -> None:
    limits = Limits()

    assert f"for {limits.patience:.0f} seconds in all" in TEXT
    assert f"may have {limits.reply_bytes // MEGABYTE} MB and take {limits.whole_reply:.0f} seconds" in TEXT
    assert f"a search {limits.pages} pages and {limits.resources:,} resources" in TEXT
