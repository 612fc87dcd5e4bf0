"""The store: rows in, values out, each record once and journaled."""

import sqlite3
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError

from lifecycle.errors import Conflict, NotFound, RecordsUnreachable
from lifecycle.history import SYSTEM
from lifecycle.history.work import PhaseOpened
from lifecycle.records import copies, journal
from lifecycle.records import database as database_room
from lifecycle.records.database import Database
from lifecycle.records.listing import Horizon, InboxItem, Listing
from tests.builders import START, finished, lesson, opened, started

NEVER = Horizon(day=START.date(), due=None, hold=None)


def listing(project: str = "app", state: str = "preparing") -> Listing:
    return Listing(
        id=project,
        title="App",
        process="small 1",
        level="project",
        program=None,
        state=state,
        phase="planning",
        gate="G1",
        since="2026-01-05T09:00:00Z",
    )


def test_a_whole_life_comes_back_as_it_was_written(database: Database) -> None:
    life = finished()
    with database.writing("paula", START) as store:
        store.append(*life.records)
    with database.reading(START) as store:
        assert store.history("app").records == life.records


def test_a_record_is_written_once(database: Database) -> None:
    phase = PhaseOpened(project="app", at=START, by=SYSTEM, phase="planning", attempt=1)
    with database.writing(SYSTEM, START) as store:
        store.append(*started().records, phase)
    with pytest.raises(Conflict, match="app:planning:1"), database.writing(SYSTEM, START) as store:
        store.append(phase)
    with database.reading(START) as store:
        assert len(store.history("app").records) == 2
        assert store.head()[0] == 2


def test_nothing_is_kept_of_a_transaction_that_fails(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.writing("sam", START) as store:
        store.append(*started().records)
        store.enlist(listing(), (), NEVER)
        raise ZeroDivisionError
    with database.reading(START) as store:
        assert (store.projects(), store.head()[0], store.listings()) == ((), 0, ())


def test_an_unknown_project_is_named_with_those_there_are(database: Database) -> None:
    with database.writing("sam", START) as store:
        store.append(*started().records)
        store.enlist(listing(), (), NEVER)
    with pytest.raises(NotFound, match=r"no project 'ap'\. Known: app"), database.reading(START) as store:
        store.history("ap")


def test_the_journal_says_who_acted_and_for_whom(database: Database) -> None:
    with database.writing(SYSTEM, START) as store:
        store.append(*started().records)
        store.append(*opened(started()).records[1:])
        store.note("refused vote", "app", subject="app", note="not_an_approver")
    with database.reading(START) as store:
        first, second, refused = store.entries()
        assert (first.actor, first.on_behalf_of, first.object) == (SYSTEM, "sam", "app")
        assert (second.actor, second.on_behalf_of, second.action) == (SYSTEM, None, "phase")
        assert (refused.action, refused.note, refused.digest) == ("refused vote", "not_an_approver", None)
        assert journal.verify(store.entries(), store.instance) is None


@pytest.mark.parametrize("table", ["record", "journal"])
@pytest.mark.parametrize("change", ["UPDATE {} SET project = 'x'", "DELETE FROM {}"])
def test_what_is_written_cannot_be_changed(database: Database, table: str, change: str) -> None:
    with database.writing("sam", START) as store:
        store.append(*started().records)
    with pytest.raises(Exception, match="append-only"), database.engine.begin() as connection:
        connection.execute(text(change.format(table)))


def test_the_same_request_gets_the_same_answer_and_another_one_a_conflict(database: Database) -> None:
    with database.writing("sam", START) as store:
        store.append(*started().records)
    with database.writing("sam", START) as store:
        assert store.answered("k", "app", {"vote": "approve"}) is None
        store.answer("k", {"vote": "approve"}, "first")
    with database.writing("sam", START) as store:
        assert store.answered("k", "app", {"vote": "approve"}) == "first"
    with pytest.raises(Conflict, match="used for another request"), database.writing("sam", START) as store:
        store.answered("k", "app", {"vote": "reject"})
    with database.writing("cora", START) as store:
        assert store.answered("k", "app", {"vote": "approve"}) is None


def test_the_listing_holds_the_newest_state_and_inbox(database: Database) -> None:
    item = InboxItem(project="app", person="sam", what="decide", subject="G1", text="Decide G1", due=START.date())
    later = item.model_copy(update={"person": "cora", "due": START.date() + timedelta(days=1)})
    undated = item.model_copy(update={"person": "ada", "due": None})
    with database.writing("sam", START) as store:
        store.append(*started().records)
        store.enlist(listing(), (undated, later, item), NEVER)
    with database.reading(START) as store:
        assert [found.person for found in store.inbox()] == ["sam", "cora", "ada"]
        assert store.inbox("cora") == (later,)
    with database.writing("sam", START) as store:
        store.enlist(listing(state="closed"), (), NEVER)
    with database.reading(START) as store:
        assert (store.inbox(), [found.state for found in store.listings()]) == ((), ["closed"])
        assert (store.in_state("closed", "on hold"), store.program_of("app")) == (("app",), None)


def test_a_past_that_is_gone_is_never_told(database: Database, tmp_path: Path) -> None:
    """A server brought back to an older moment, where others then write under the same numbers and names."""
    begun, told = started(), lesson(started())
    lost, instead = told.records[-1], told.records[-1].model_copy(update={"by": "cora"})
    with database.writing("sam", START) as store:
        store.append(*begun.records)
    copies.copy(database, tmp_path / "before.db")
    with database.writing("sam", START) as store:
        store.append(lost)
    with copies.opened(tmp_path / "before.db") as before:
        copies.put(before, database)

    with database.reading(START) as store:
        assert store.glance("app").records == begun.records
    with database.writing("cora", START) as store:
        assert store.history("app").records == begun.records
        store.append(instead)
    with database.reading(START) as store:
        assert store.history("app").records == (*begun.records, instead)


def test_a_look_sees_one_moment_whatever_is_remembered_meanwhile(database: Database) -> None:
    told = lesson(started())
    with database.writing("sam", START) as store:
        store.append(*started().records)
    with database.reading(START) as look:
        assert look.projects() == ("app",)
        with database.writing("sam", START) as store:
            store.append(told.records[-1])
        assert look.glance("app").records == started().records
    with database.reading(START) as store:
        assert store.history("app").records == told.records


def test_two_writers_wait_for_each_other(tmp_path: Path) -> None:
    database = Database.at(tmp_path)
    with database.writing("sam", START) as store:
        store.append(*started().records)
        other = sqlite3.connect(tmp_path / "phasegate.db", timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
    database.close()


def test_a_database_is_made_once_and_keeps_its_name(database: Database, url: str) -> None:
    name = database.instance
    other = Database(url)
    assert other.instance == name
    other.close()


def test_two_who_make_a_database_at_once_make_one(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make = database_room._create
    names = []

    def beaten(engine: Engine) -> None:
        """Somebody else is faster between our look and our turn."""
        make(engine)
        with engine.connect() as connection:
            names.append(connection.execute(text("SELECT id FROM instance")).scalar_one())
        make(engine)

    monkeypatch.setattr(database_room, "_create", beaten)
    database = Database(url)
    assert [database.instance] == names
    database.close()


def test_a_database_that_cannot_be_reached_says_that_nothing_was_written(tmp_path: Path) -> None:
    lost = Database(f"sqlite:///{tmp_path}")
    with pytest.raises(RecordsUnreachable, match=r"unable to open.*Nothing was written"), lost.writing("sam", START):
        pass
    with pytest.raises(RecordsUnreachable, match="cannot be reached"), lost.reading(START):
        pass


def test_a_database_that_leaves_during_the_commit_says_that_nobody_knows(database: Database) -> None:
    def leave(_connection: object) -> None:
        raise OperationalError("COMMIT", {}, Exception("gone"), connection_invalidated=True)

    event.listen(database.engine, "commit", leave)
    with (
        pytest.raises(RecordsUnreachable, match="nobody knows whether this was kept"),
        database.writing("sam", START) as store,
    ):
        store.append(*started().records)
    event.remove(database.engine, "commit", leave)
    with database.reading(START) as store:
        assert store.projects() == ()


def test_however_many_are_at_it_at_once_nobody_waits_for_a_connection(tmp_path: Path) -> None:
    """R-09: also not for those that are kept between two transactions, nor when all others look and one writes."""
    database = Database.at(tmp_path)
    with database.writing("sam", START) as store:
        store.append(*started().records)
    for _ in range(2):
        with ExitStack() as others:
            looks = [others.enter_context(database.reading(START)) for _ in range(40)]
            with database.writing("sam", START) as store:
                store.note("beside them", "app", subject="app")
            assert {look.projects() for look in looks} == {("app",)}
    database.close()


def test_a_writer_whose_turn_never_comes_hears_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """R-09: what SQLite calls locked is a refusal that says to try again."""
    monkeypatch.setattr(database_room, "PATIENCE", 0.01)
    one, other = Database.at(tmp_path), Database.at(tmp_path)
    refused = pytest.raises(Conflict, match=r"Somebody else is writing.*try again")
    with one.writing("sam", START), refused, other.writing("cora", START):
        pass
    one.close()
    other.close()
