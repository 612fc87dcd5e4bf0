"""A program that is two revisions further on, and what a database looks like from outside."""

from pathlib import Path
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, inspect, text

from lifecycle.records import migrations, schema
from lifecycle.records.bodies import unpacked
from lifecycle.records.migrations.versions import revision_0001

LATER = Path(__file__).parent / "later"
NEWEST = "0004"


def further_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the program knows the revisions of the folder `later`."""
    monkeypatch.setattr(migrations, "FOLDERS", [*migrations.FOLDERS, LATER])
    monkeypatch.setattr(schema, "REVISION", NEWEST)


def back_at_first(connection: Connection) -> None:
    """Bring a filled database into the layout of the first revision, as an older program would have left it."""
    for statement in (
        "DROP INDEX ix_project_due",
        "CREATE INDEX ix_project_level ON project (level)",
        "ALTER TABLE project DROP COLUMN due",
        "ALTER TABLE project DROP COLUMN hold",
        "ALTER TABLE project ADD COLUMN version INTEGER NOT NULL DEFAULT 1",
        "UPDATE alembic_version SET version_num = '0001'",
    ):
        connection.exec_driver_sql(statement)
    with Operations.context(MigrationContext.configure(connection)):
        for name, made in (("record", revision_0001._record), ("outbox", revision_0001._outbox)):
            connection.exec_driver_sql(f"CREATE TABLE before AS SELECT * FROM {name}")
            connection.exec_driver_sql(f"DROP TABLE {name}")
            made()
            connection.exec_driver_sql(f"INSERT INTO {name} SELECT * FROM before")
            connection.exec_driver_sql("DROP TABLE before")
    schema.protect(connection)


def laid_open(connection: Any) -> None:
    """Let every body in SQLite lie there as text, as who changes one by hand would; the triggers are gone already."""
    found = connection.execute("SELECT seq, body FROM record").fetchall()
    connection.executemany("UPDATE record SET body = ? WHERE seq = ?", [(unpacked(body), seq) for seq, body in found])


def layout(connection: Connection) -> dict[str, Any]:
    """Every table with its columns, keys, indexes and triggers."""
    seen = inspect(connection)
    found: dict[str, Any] = {}
    for table in seen.get_table_names():
        columns = {one["name"]: (str(one["type"]), one["nullable"]) for one in seen.get_columns(table)}
        uniques = sorted(sorted(one["column_names"]) for one in seen.get_unique_constraints(table))
        indexes = sorted((str(one["name"]), tuple(one["column_names"])) for one in seen.get_indexes(table))
        keys = seen.get_pk_constraint(table)["constrained_columns"]
        found[table] = columns, keys, uniques, indexes
    return found | {"triggers": triggers(connection)}


def triggers(connection: Connection) -> list[str]:
    """The names of all triggers."""
    if connection.dialect.name == "postgresql":
        asked = "SELECT DISTINCT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"
    else:
        asked = "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY 1"
    return [str(row[0]) for row in connection.execute(text(asked))]
