"""How bodies of records lie in the table, and that nobody who reads them has to know."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite

from lifecycle.actions import audit
from lifecycle.actions.settling import settle
from lifecycle.actions.workspace import Workspace
from lifecycle.records import copies
from lifecycle.records.bodies import WORTH, packed, unpacked
from lifecycle.records.database import KNOWN, Database
from lifecycle.value import canonical
from tests.builders import START, finished
from tests.records.layouts import laid_open
from tests.workspaces import history, keep_evidence, workspace

SQLITE, POSTGRESQL = sqlite.dialect(), postgresql.dialect()  # type: ignore[no-untyped-call]


@given(st.text())
@example("")
@example("ü" * WORTH)
@example("\U0001f600\x00" * WORTH)
def test_a_body_is_read_as_it_was_written(body: str) -> None:
    assert unpacked(packed(body, SQLITE)) == body
    assert packed(body, POSTGRESQL) == body


def test_only_what_is_long_is_compressed() -> None:
    assert packed("x" * (WORTH - 1), SQLITE) == "x" * (WORTH - 1)
    assert len(packed("x" * WORTH, SQLITE)) < WORTH // 10


@pytest.mark.parametrize("kept", [b"", b"{}", packed("x" * WORTH, SQLITE)[:-1]])
def test_of_what_was_damaged_nothing_is_made(kept: bytes) -> None:
    assert unpacked(kept) == ""


def types(database: Database) -> dict[str, str]:
    """How the body of each record lies in SQLite."""
    with database.reading(START) as store:
        rows = store.connection.execute(text("SELECT id, typeof(body) AS type FROM record"))
        return {row.id: row.type for row in rows}


@pytest.fixture
def lived(tmp_path: Path) -> Workspace:
    """A project from its start to its closure."""
    work = workspace(tmp_path)
    with work.database.writing("sam", START) as store:
        store.append(*finished().records)
        settle(store, "app")
    keep_evidence(work, finished())
    return work


def opened(work: Workspace) -> sqlite3.Connection:
    """The bare database, without its walls."""
    assert work.database.file
    work.database.close()
    KNOWN.clear()
    connection = sqlite3.connect(work.database.file)
    connection.execute("DROP TRIGGER record_update_refused")
    return connection


def test_in_sqlite_long_bodies_are_compressed_and_everybody_reads_json(lived: Workspace) -> None:
    found = types(lived.database)
    assert (found["app"], found["app:G1:1"], found["app:planning:1"]) == ("blob", "blob", "text")
    before = [canonical(record).decode() for record in finished().records]
    with lived.look() as store:
        assert [row.body for row in store.rows()][: len(before)] != before  # names are commitments there
        assert [store.private.revealed(row.body) for row in store.rows()][: len(before)] == before
    assert audit.verify(lived).fault is None


def test_bodies_that_lie_there_as_text_are_read_as_well(lived: Workspace) -> None:
    """As earlier versions wrote them; whatever is written from the records is the same."""
    dumped, life = [*copies.lines(lived.database)], history(lived)
    with opened(lived) as connection:
        laid_open(connection)
    connection.close()
    assert {*types(lived.database).values()} == {"text"}
    assert [*copies.lines(lived.database)] == dumped
    assert history(lived).records == life.records
    assert audit.verify(lived).fault is None


@pytest.mark.parametrize("spoil", [lambda kept: kept[:-1], lambda kept: b"{" + kept, lambda _: 7])
def test_a_compressed_body_that_was_damaged_is_named(lived: Workspace, spoil: Any) -> None:
    with opened(lived) as connection:
        [(kept,)] = connection.execute("SELECT body FROM record WHERE id = 'app:G1:1'")
        connection.execute("UPDATE record SET body = ? WHERE id = 'app:G1:1'", (spoil(kept),))
    connection.close()
    fault = audit.verify(lived).fault
    assert fault
    assert fault.message.startswith("the record 'app:G1:1' was changed")
