"""The layout of the tables: its number, how a new database gets it at once, and the walls that protect it.

A new database is made from today's tables and marked with today's number; an old one is brought there by the
migrations. A test holds both against each other.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, text
from sqlmodel import SQLModel

from lifecycle.records import tables

REVISION = "0002"
"""The number of today's layout: the newest file in `migrations/versions`."""

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
SQLITE_WALLS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
POSTGRES_WALLS = """
SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')
AND tgrelid IN (SELECT to_regclass(name) FROM unnest(ARRAY['record', 'journal', 'answer']) AS of(name))
"""

instance = tables.Instance.__table__  # type: ignore[attr-defined]
version = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
"""Where Alembic notes the layout's number."""


def own_tables() -> list[Table]:
    """Every table of ours, by name."""
    rows = (c for c in vars(tables).values() if isinstance(c, type) and issubclass(c, SQLModel))
    found: list[Any] = [row.__table__ for row in rows if hasattr(row, "__table__")]
    return sorted(found, key=lambda table: str(table.name))


def be_alone(connection: Connection) -> None:
    """Wait until nobody else makes or changes tables, before asking which there are; a writer on SQLite is alone."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(7045)"))


def create(connection: Connection) -> None:
    """Make tables and triggers in today's layout; what is there already stays."""
    SQLModel.metadata.create_all(connection, tables=own_tables())
    protect(connection)
    version.create(connection, checkfirst=True)
    connection.execute(version.delete())
    connection.execute(version.insert().values(version_num=REVISION))


def found(connection: Connection) -> None:
    """Give a new installation its id, the seed of its journal."""
    connection.execute(instance.insert().values(id=str(uuid.uuid4()), epoch=1))


def protect(connection: Connection) -> None:
    """Put up the walls of the append-only tables that are there; rebuilding a table takes them down."""
    there = {*inspect(connection).get_table_names()}
    for statement in _triggers(connection.dialect.name, (t for t in tables.APPEND_ONLY if t in there)):
        connection.exec_driver_sql(statement)


def unguarded(connection: Connection) -> tuple[str, ...]:
    """The append-only tables whose walls are not all there."""
    query = POSTGRES_WALLS if connection.dialect.name == "postgresql" else SQLITE_WALLS
    walls = {*connection.exec_driver_sql(query).scalars()}
    return tuple(table for table in tables.APPEND_ONLY if not walls.issuperset(_walls(connection.dialect.name, table)))


def revision_of(connection: Connection) -> str | None:
    """The number of the layout that a database is in; None when it was never given one."""
    if not inspect(connection).has_table(version.name):
        return None
    return connection.execute(version.select()).scalar()


def _triggers(dialect: str, names: Iterable[str]) -> list[str]:
    if dialect == "postgresql":
        return [POSTGRES_TRIGGERS.replace("{table}", table) for table in names]
    return [SQLITE_TRIGGER.format(table=table, event=event) for table in names for event in ("UPDATE", "DELETE")]


def _walls(dialect: str, table: str) -> set[str]:
    """The names of the triggers on a table."""
    if dialect == "postgresql":
        return {f"{table}_append_only"}
    return {f"{table}_{event}_refused" for event in ("UPDATE", "DELETE")}
