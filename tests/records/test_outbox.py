"""The outbox: told in order, marked once, and by one dispatcher at a time."""

from datetime import timedelta
from functools import partial

from lifecycle.records import outbox
from lifecycle.records.database import Database
from tests.builders import START, charter, finished, started


def test_what_moves_a_project_waits_in_order_until_delivered(database: Database) -> None:
    with database.writing("sam", START) as store:
        store.append(*finished().records)
        store.flush()
        first, *rest = outbox.waiting(store.connection)
        assert first.id == "app"
        assert "app:G1:1:outcome" in [message.id for message in rest]
        outbox.delivered(store.connection, [first], "run-1", START)
        outbox.failed(store.connection, [rest[0]], "Prefect does not answer")
        left = outbox.waiting(store.connection)
        assert [message.id for message in left] == [message.id for message in rest]
        assert left[0].attempts == 1


def test_many_messages_of_a_project_that_pauses_hide_nobody_elses(database: Database) -> None:
    with database.writing("sam", START) as store:
        store.append(*finished().records, *started(charter("other")).records)
        store.flush()
        first = outbox.waiting(store.connection, limit=3)
        assert {message.project for message in first} == {"app"}
        others = outbox.waiting(store.connection, limit=3, but={"app"})
        assert {message.project for message in others} == {"other"}


def test_a_lease_is_held_by_one_until_it_ends_or_is_given_back(database: Database) -> None:
    later = START + timedelta(seconds=31)
    with database.writing("sam", START) as store:
        connection = store.connection
        assert outbox.take_lease(connection, "dispatch", "one", START) == 1
        assert outbox.take_lease(connection, "dispatch", "two", START) is None
        assert outbox.take_lease(connection, "dispatch", "one", START) == 1
        assert outbox.take_lease(connection, "dispatch", "two", later) == 2
        assert outbox.take_lease(connection, "dispatch", "one", later) is None
        outbox.release_lease(connection, "dispatch", "two", later)
        assert outbox.take_lease(connection, "dispatch", "one", later) == 3


def test_a_lease_that_a_clock_far_ahead_took_holds_nobody_up(database: Database) -> None:
    """R-14: the clock was set right after the runner had died; one that goes a minute wrong is no reason."""
    with database.writing("sam", START) as store:
        take, ahead = partial(outbox.take_lease, store.connection, "dispatch"), timedelta(hours=3)
        assert take("one", START + ahead) == 1
        assert take("two", START) == 2
        assert take("one", START - timedelta(seconds=60)) is None
        assert take("one", START - timedelta(seconds=61)) == 3
