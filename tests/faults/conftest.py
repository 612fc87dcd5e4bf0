"""One PostgreSQL server for all fault tests, a database each, and a place of their own on either engine."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests import postgres
from tests.faults.ground import Place
from tests.faults.profile import FULL, SEED

PROGRAMS = postgres.programs()
_numbers = count()
LONGEST = (
    "test_fuzz",
    "test_soak",
    "test_model",
    "test_bad_days",
    "test_http_storm",
    "test_storm",
    "test_crash_points",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In full size the longest files come first, so that both lanes end together."""
    if FULL:
        items.sort(key=lambda item: (*LONGEST, item.path.stem).index(item.path.stem))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say with which seed everything happens once more."""
    terminalreporter.write_line(f"The dice of the fault tests: FAULTS_SEED={SEED}")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    if PROGRAMS is None:
        pytest.skip(postgres.MISSING)
    with postgres.running(PROGRAMS) as server:
        yield server


@pytest.fixture
def on_postgres(postgres_server: postgres.Server, tmp_path: Path) -> Place:
    """A place whose records are in a new database of the server."""
    name = f"storm{next(_numbers)}"
    engine = create_engine(postgres_server.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return Place(tmp_path, postgres_server.url.replace("/postgres", f"/{name}"))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A place on each of the two engines."""
    if request.param == "sqlite":
        return Place(tmp_path)
    found: Place = request.getfixturevalue("on_postgres")
    return found


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[[], Path]:
    """New empty folders, one a call."""
    numbers = count()

    def folder() -> Path:
        made = tmp_path / f"fresh-{next(numbers)}"
        made.mkdir()
        return made

    return folder
