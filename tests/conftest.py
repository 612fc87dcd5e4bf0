"""The engines: SQLite in the test's folder, and one PostgreSQL server for the session."""

from collections.abc import Iterator

import pytest

from tests import postgres


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A running PostgreSQL server; its URL."""
    programs = postgres.programs()
    if programs is None:
        pytest.skip(postgres.MISSING)
    with postgres.server(programs, quick=True) as url:
        yield url


@pytest.fixture(scope="session", params=postgres.ENGINES)
def database_server(request: pytest.FixtureRequest) -> str | None:
    """Where new databases are made: a PostgreSQL server, or None for files of SQLite."""
    return str(request.getfixturevalue("postgresql")) if request.param == "postgresql" else None
