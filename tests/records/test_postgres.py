"""PostgreSQL instead of the embedded database: the same records, the same walls, and its own locks."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from sqlalchemy import event, text

from lifecycle.errors import Conflict, RecordsUnreachable
from lifecycle.records import journal, outbox
from lifecycle.records.database import Database
from lifecycle.records.store import Store
from tests import postgres
from tests.builders import START, charter, finished, opened, started

pytestmark = [pytest.mark.postgres, postgres.HERE]


@pytest.fixture
def url(postgresql: str) -> Iterator[str]:
    made = postgres.new(postgresql)
    yield made
    postgres.drop(made)


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


def test_who_starts_the_same_project_at_the_same_moment_comes_second(database: Database, url: str) -> None:
    with database.writing("sam", START) as store:
        store.append(*started(charter("twice")).records)
        later = in_a_thread(url, lambda other: other.append(*started(charter("twice")).records))
        postgres.wait_for_a_waiter(database.engine)
    with pytest.raises(Conflict, match="started just now"):
        later.result(30)


def test_who_asks_with_the_same_key_at_the_same_moment_gets_the_same_answer(database: Database, url: str) -> None:
    """R-02: the second request waits for the answer to the first."""
    with database.writing("sam", START) as store:
        store.append(*started().records)
    with database.writing("sam", START) as store:
        assert store.answered("k1", "app", {"vote": "yes"}) is None
        store.answer("k1", {"vote": "yes"}, "first")
        later = in_a_thread(url, lambda other: other.answered("k1", "app", {"vote": "yes"}))
        postgres.wait_for_a_waiter(database.engine)
    assert later.result(30) == "first"


def test_a_server_that_was_away_costs_one_request_and_not_one_for_each_connection(database: Database) -> None:
    with ExitStack() as others:
        for _ in range(3):
            others.enter_context(database.reading(START))
    with database.bare.connect() as connection:
        gone = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        connection.execute(text(f"{gone} AND datname = current_database()"))
    with pytest.raises(RecordsUnreachable), database.reading(START) as look:
        look.projects()
    with database.writing("sam", START) as store:
        store.append(*started().records)
    with database.reading(START) as look:
        assert look.projects() == ("app",)


def test_of_two_who_take_the_first_lease_of_all_at_once_one_has_it(database: Database, url: str) -> None:
    with database.writing("sam", START) as store:
        assert outbox.take_lease(store.connection, "dispatch", "one", START) == 1
        later = in_a_thread(url, lambda other: str(outbox.take_lease(other.connection, "dispatch", "two", START)))
        postgres.wait_for_a_waiter(database.engine)
    assert later.result(30) == "None"


def in_a_thread(url: str, act: Callable[[Store], str | None]) -> "Future[str | None]":
    """Act in a transaction of its own, beside the one that is open here."""

    def run() -> str | None:
        other = Database(url)
        try:
            with other.writing("sam", START) as store:
                return act(store)
        finally:
            other.close()

    return ThreadPoolExecutor(1).submit(run)
