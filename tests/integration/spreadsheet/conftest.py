"""A row class and a way to put a workbook on disk."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from rpa.connectors.spreadsheet import NHSNumber, Row, column


class Referral(Row):
    """The row the test workbooks hold."""

    nhs_number: NHSNumber = column("NHS number")
    name: str = column("Name")
    referred: date = column("Referral date")
    count: int = column("Count")


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[str, bytes], Path]:
    """Put bytes into a file of the test's own folder."""

    def save(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return save
