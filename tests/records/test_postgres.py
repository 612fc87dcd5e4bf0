"""PostgreSQL instead of the embedded database: the same records, the same walls, and its own locks."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event, text

from lifecycle.errors import Conflict
from lifecycle.records import journal
from lifecycle.records.database import Database
from tests import postgres
from tests.builders import START, charter, finished, opened, started

PROGRAMS = postgres.programs()
pytestmark = [pytest.mark.postgres, pytest.mark.skipif(PROGRAMS is None, reason=postgres.MISSING)]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    assert PROGRAMS is not None
    with postgres.server(PROGRAMS) as url:
        yield url


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


@pytest.fixture
def said(database: Database) -> list[str]:
    """What the server is told from now on."""
    told: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: told.append(call[2]))
    return told


def locks(said: list[str]) -> list[str]:
    return [statement for statement in said if "FOR UPDATE" in statement or "advisory" in statement]


def test_a_life_comes_back_as_it_was_written_and_cannot_be_changed(database: Database) -> None:
    life = finished()
    with database.writing("paula", START) as store:
        store.append(*life.records)
    with pytest.raises(Conflict, match="Already recorded"), database.writing("paula", START) as store:
        store.append(life.records[-1])
    with database.reading(START) as store:
        assert store.history("app").records == life.records
        assert journal.verify(store.entries(), store.instance) is None
    for table in ("record", "journal"):
        for change in ("UPDATE {} SET project = 'x'", "DELETE FROM {}", "TRUNCATE {}"):
            with pytest.raises(Exception, match="append-only"), database.engine.begin() as connection:
                connection.execute(text(change.format(table)))


def test_a_writer_locks_its_project_first_and_the_journal_last(database: Database, said: list[str]) -> None:
    history = started(charter("locked"))
    with database.writing("sam", START) as store:
        store.append(*history.records)
    said.clear()
    with database.writing("sam", START) as store:
        store.history("locked")
        store.append(*opened(history).records[1:])
    project, head = locks(said)
    assert "FROM project" in project
    assert "7046" in head


def test_a_reader_locks_nothing_and_sees_one_moment(database: Database, said: list[str], url: str) -> None:
    history = started(charter("read"))
    with database.writing("sam", START) as store:
        store.append(*history.records)
    said.clear()
    with database.reading(START) as store:
        before = store.head()
        other = Database(url)
        with other.writing("sam", START) as writer:
            writer.append(*started(charter("other")).records)
        other.close()
        assert "other" not in store.projects()
        assert (store.history("read").records, store.head()) == (history.records, before)
    assert locks(said) == []
