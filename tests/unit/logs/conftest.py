"""A folder of logs, and the log of this process turned to it for the length of a test."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from loguru import logger

from rpa.logs import set_up_logs


@dataclass(frozen=True)
class Log:
    """Where the log is, and what is in it."""

    folder: Path

    @property
    def text(self) -> str:
        return "".join(one.read_text(encoding="utf-8") for one in sorted(self.folder.iterdir()))

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    (tmp_path / "logs").mkdir()
    set_up_logs(tmp_path / "logs", worker="w1", slot=2)
    yield Log(tmp_path / "logs")
    logger.remove()
