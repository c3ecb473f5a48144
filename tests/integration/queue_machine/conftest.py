"""A database that does not wait for its disk: what is tested here is what is committed, not whether it is durable.

A machine makes thousands of commits, and to wait at each would take most of the time.
"""

from typing import Any

import pytest
from sqlalchemy import event

from rpa.db import Database

NO_WAITING = {"sqlite": "PRAGMA synchronous=OFF", "postgresql": "SET synchronous_commit = off"}


@pytest.fixture
def database(database: Database) -> Database:
    def prepare(driver: Any, _: object) -> None:
        driver.execute(NO_WAITING[database.kind])
        driver.commit()

    event.listen(database.engine, "connect", prepare)
    database.close()  # the connections that are open still wait
    return database
