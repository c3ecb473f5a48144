"""The doctor says where rows and passwords would go to a database as they are."""

from pathlib import Path

import pytest

from rpa.cli.encryption_checks import look_at_encryption
from rpa.settings import RecordSettings, Settings

FAR = "postgresql+psycopg://robot:hidden-word@db.trust.example/rpa"


def settings(tmp_path: Path, url: str | None, second: str | None = None) -> Settings:
    return Settings(dir=tmp_path, database_url=url, record=RecordSettings(second_database=second))


@pytest.mark.parametrize("query", ["", "?sslmode=prefer", "?sslmode=disable", "?sslmode=require", "?sslmode=verify-ca"])
def test_database_of_another_machine_that_is_not_checked_is_told(tmp_path: Path, query: str) -> None:
    ((found, to_do),) = look_at_encryption(settings(tmp_path, FAR + query))

    assert found.startswith("database_url")
    assert "?sslmode=verify-full" in to_do
    assert "hidden-word" not in found + to_do


def test_second_database_is_looked_at_as_well(tmp_path: Path) -> None:
    ((found, _),) = look_at_encryption(settings(tmp_path, f"{FAR}?sslmode=verify-full", FAR))

    assert found.startswith("second_database")


@pytest.mark.parametrize(
    "url",
    [
        None,
        f"{FAR}?sslmode=verify-full",
        "postgresql+psycopg://robot@localhost/rpa",
        "postgresql+psycopg://robot@127.0.0.1/rpa",
        "postgresql+psycopg://robot@/rpa?host=/var/run/postgresql",
        "postgresql+psycopg:///rpa",
    ],
)
def test_what_is_checked_or_stays_on_this_machine_is_well(tmp_path: Path, url: str | None) -> None:
    assert look_at_encryption(settings(tmp_path, url)) == []


def test_host_in_the_query_counts(tmp_path: Path) -> None:
    url = "postgresql+psycopg://robot@/rpa?host=db.trust.example"

    assert len(look_at_encryption(settings(tmp_path, url))) == 1
