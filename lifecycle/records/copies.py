"""Whole databases: copied while others write, put in the place of another, written out to be compared.

A copy is always one SQLite file, whichever engine it was taken from. So it can be opened and verified where it
lies, and brought back into either engine.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Table, collate, inspect, select
from sqlmodel import SQLModel

from lifecycle.records import schema
from lifecycle.records.damage import told
from lifecycle.records.database import READING, WRITING, Database
from lifecycle.records.statements import STREAMED
from lifecycle.value import canonical


def copy(source: Database, file: Path) -> None:
    """Copy a database into a new SQLite file, as it is at one moment; others may go on writing."""
    if source.bare.dialect.name == "sqlite":
        with told(source.url), source.bare.connect() as connection, closing(sqlite3.connect(file)) as target:
            raw: Any = connection.connection.dbapi_connection
            raw.backup(target)
    else:
        target_database = Database(f"sqlite:///{file}")
        with source.begin(READING, bare=True) as old, target_database.begin(WRITING, bare=True) as new:
            layout = MetaData()
            there = {*inspect(old).get_table_names()}
            wanted = {str(table.name) for table in (*schema.own_tables(), schema.version)}
            layout.reflect(old, only=sorted(there & wanted))
            layout.create_all(new)
            _copy_rows(old, new, layout.sorted_tables)
            schema.protect(new)
        target_database.close()
    _make_one_file(file)


def put(copied: Database, target: Database) -> None:
    """Put a copy in today's layout in the place of a database, in one transaction; what was there is replaced."""
    if target.bare.dialect.name == "sqlite":
        with told(target.url), copied.bare.connect() as source, target.bare.connect() as connection:
            raw: Any = source.connection.dbapi_connection
            raw.backup(connection.connection.dbapi_connection)
    else:
        with copied.begin(READING) as old, target.begin(WRITING, bare=True) as new:
            SQLModel.metadata.drop_all(new, tables=schema.own_tables())
            schema.create(new)
            _copy_rows(old, new, schema.own_tables())
    target.close()


@contextmanager
def opened(file: Path) -> Iterator[Database]:
    """A copy as a database; afterwards it is one file again."""
    database = Database(f"sqlite:///{file}")
    try:
        yield database
    finally:
        database.close()
        _make_one_file(file)


def lines(database: Database) -> Iterator[bytes]:
    """Every row as `{"row":…,"table":…}` in RFC 8785 form, by table and primary key; equal on both engines."""
    with database.begin(READING) as connection:
        for table in schema.own_tables():
            for row in connection.execute(select(table).order_by(*_keys(connection, table))).mappings():
                yield canonical({"table": table.name, "row": dict(row)})


def _keys(connection: Connection, table: Table) -> list[Any]:
    """The columns of the primary key; texts by their code points, whatever the server's language is."""
    plain = connection.dialect.name == "sqlite"
    return [key if plain or key.type.python_type is int else collate(key, "C") for key in table.primary_key]


def _copy_rows(source: Connection, target: Connection, tables: list[Table]) -> None:
    for table in tables:
        found = source.execute(select(table), execution_options=STREAMED).mappings()
        for batch in found.partitions():
            target.execute(table.insert(), [dict(row) for row in batch])


def _make_one_file(file: Path) -> None:
    """Leave the copy without a log beside it, written to the disk."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    with file.open("rb+") as written:
        os.fsync(written.fileno())
