"""The database: how it is opened, and the one kind of transaction that may write.

SQLite runs in WAL mode with full synchronisation and `BEGIN IMMEDIATE`; without the latter, two readers
that then write lose decisions silently. On PostgreSQL writers lock the project's row instead.
"""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlmodel import SQLModel

from lifecycle.records import tables
from lifecycle.records.store import Known, Store

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF")
SQLITE_TRIGGER = """
CREATE TRIGGER IF NOT EXISTS {table}_{event}_refused BEFORE {event} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
# the driver reads a percent sign as the place of a parameter unless it is doubled
POSTGRES_TRIGGERS = """
CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME; END $$;
CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION append_only();
"""


WRITING = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "READ COMMITTED"}
"""How a writing transaction begins. READ COMMITTED is enough where writers lock the project's row first."""
READING = {"sqlite": "BEGIN", "postgresql": "REPEATABLE READ"}
"""How a look begins: all its queries see the same moment."""
KNOWN: dict[tuple[str, str], Known] = {}
"""Histories already read, by place and installation. Records never change, so they need not be read again."""


class Database:
    """The records of one installation, at an SQLAlchemy URL."""

    def __init__(self, url: str) -> None:
        """Remember where; nothing is opened before the first transaction. `login` is who works here."""
        self.url = url
        self.login: str | None = None

    @classmethod
    def at(cls, folder: Path) -> "Database":
        """The embedded database of a data folder."""
        folder.mkdir(parents=True, exist_ok=True)
        return cls(f"sqlite:///{folder / 'phasegate.db'}")

    @cached_property
    def engine(self) -> Engine:
        """The engine, with tables and triggers in place."""
        engine = _opened(self.url)
        if not inspect(engine).has_table("instance"):
            _create(engine)
        return engine

    @cached_property
    def instance(self) -> str:
        """The id of this installation, the seed of its journal."""
        with self.engine.connect() as connection:
            return str(connection.execute(text("SELECT id FROM instance")).scalar_one())

    @cached_property
    def known(self) -> Known:
        """The histories read so far, shared by everybody in this process who opens the same installation."""
        return KNOWN.setdefault((self.url, self.instance), {})

    @contextmanager
    def writing(self, actor: str, now: datetime) -> Iterator[Store]:
        """One transaction that may write, as one person at one moment; all of it is kept or nothing."""
        with self._begin(WRITING) as connection:
            store = Store(connection, self.instance, self.known, now=now, actor=actor)
            store.login = self.login
            yield store

    @contextmanager
    def reading(self, now: datetime) -> Iterator[Store]:
        """One consistent look that writes nothing, not even an empty database where there is none."""
        source = self if self._exists() else Database("sqlite://")
        known = source.known
        with source._begin(READING) as connection:
            yield Store(connection, source.instance, known, now=now)

    def scrub(self) -> bool:
        """Leave nothing of what was deleted in the files; False while somebody else still reads an older state."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if self.engine.dialect.name == "postgresql":
                connection.execute(text("VACUUM FULL personal, awaited, outbox"))
                return True
            connection.connection.execute("VACUUM")
            busy, *_ = connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    @contextmanager
    def _begin(self, way: Mapping[str, str]) -> Iterator[Connection]:
        begin = way[self.engine.dialect.name]
        option = "begin" if begin.startswith("BEGIN") else "isolation_level"
        with self.engine.connect().execution_options(**{option: begin}) as connection, connection.begin():
            yield connection

    def _exists(self) -> bool:
        file = make_url(self.url).database
        return not self.url.startswith("sqlite") or file is None or Path(file).exists()

    def close(self) -> None:
        """Let go of all connections."""
        if "engine" in vars(self):
            self.engine.dispose()


def _opened(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url)
    engine = create_engine(url, connect_args={"timeout": 30})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def _create(engine: Engine) -> None:
    """Make tables, triggers and the installation's id in one transaction; a second process finds them made."""
    with engine.connect().execution_options(begin="BEGIN IMMEDIATE") as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(7045)"))
        if inspect(connection).has_table("instance"):
            return
        SQLModel.metadata.create_all(connection, tables=_own_tables())
        for statement in _triggers(engine.dialect.name):
            connection.exec_driver_sql(statement)
        connection.execute(tables.Instance.__table__.insert().values(id=str(uuid.uuid4())))  # type: ignore[attr-defined]


def _own_tables() -> list[Any]:
    rows = (c for c in vars(tables).values() if isinstance(c, type) and issubclass(c, SQLModel))
    return [row.__table__ for row in rows if hasattr(row, "__table__")]


def _triggers(dialect: str) -> list[str]:
    if dialect == "postgresql":
        return [POSTGRES_TRIGGERS.replace("{table}", table) for table in tables.APPEND_ONLY]
    events = ("UPDATE", "DELETE")
    return [SQLITE_TRIGGER.format(table=t, event=e) for t in tables.APPEND_ONLY for e in events]
