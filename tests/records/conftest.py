"""A new database on each engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lifecycle.records.database import Database
from tests import postgres


@pytest.fixture
def url(database_server: str | None, tmp_path: Path) -> Iterator[str]:
    """Where a database can be made."""
    if database_server is None:
        yield f"sqlite:///{tmp_path / 'phasegate.db'}"
        return
    made = postgres.new(database_server)
    yield made
    postgres.drop(made)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()
