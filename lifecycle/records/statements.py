"""The statements of every decision: SQLAlchemy writes them once for each kind of database, the driver runs them.

Going through SQLAlchemy's own execution took longer than all that SQLite does for a decision. These statements run
on the driver's cursor, within SQLAlchemy's connection and transaction; all others take the ordinary way.
"""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Connection,
    Delete,
    Dialect,
    Executable,
    Insert,
    TableClause,
    Update,
    bindparam,
    column,
    func,
    insert,
    select,
)
from sqlalchemy.exc import DBAPIError

Row = tuple[Any, ...]
Values = dict[str, Any]
NONE: Values = {}
NOTHING = nullcontext()
STREAMED = {"yield_per": 1000}
"""For one statement with many rows. As an option of the connection it would hold for all that follow on it, too."""
PARAMETER = re.compile(r"%\((\w+)\)s")
"""A parameter as the driver of PostgreSQL writes it."""


class Statement:
    """A statement with named parameters."""

    changes: str | None = None
    """The name of the table that this changes; None when it only asks."""

    def __init__(self, written: Executable) -> None:
        """Keep what SQLAlchemy will write out when a database of some kind is asked for the first time."""
        self._written, self._texts = written, dict[str, str]()
        if isinstance(written, Insert | Update | Delete):
            self.changes = written.entity_description["name"]

    def text(self, dialect: Dialect) -> str:
        """The statement as this kind of database understands it."""
        known = self._texts.get(dialect.name)
        if known is None:
            known = self._texts[dialect.name] = self._compiled(dialect)
        return known

    def _compiled(self, dialect: Dialect) -> str:
        return str(self._written.compile(dialect=dialect))  # type: ignore[attr-defined]


class Insertion(Statement):
    """Adds rows to a table, however many: to PostgreSQL they go as one text in JSON, which it takes apart."""

    def __init__(self, table: TableClause, *columns: str) -> None:
        """Fill these columns, or all there are."""
        names = columns or tuple(table.c.keys())
        super().__init__(insert(table).values({name: bindparam(name) for name in names}))
        typed = (column(name, table.c[name].type) for name in names)
        given = func.json_to_recordset(bindparam("rows")).table_valued(*typed).render_derived("given", with_types=True)
        self._from_json = Statement(insert(table).from_select(names, select(given)))

    def _compiled(self, dialect: Dialect) -> str:
        return self._from_json.text(dialect) if dialect.name == "postgresql" else super()._compiled(dialect)


class Several(Statement):
    """Changes of different tables as one statement of PostgreSQL; each has its parameters under names of its own."""

    def __init__(self, statements: tuple[Statement, ...]) -> None:
        """Do what these statements do."""
        self._statements, self._texts = statements, dict[str, str]()

    def _compiled(self, dialect: Dialect) -> str:
        texts = [statement.text(dialect) for statement in self._statements]
        parts = [f"s{n} AS ({_numbered(text, n)})" for n, text in enumerate(texts)]
        return f"WITH {', '.join(parts)} SELECT"


Call = tuple[Statement, Values | Sequence[Values]]
"""A statement with the values of its parameters; an insertion with those of each row."""


def run(connection: Connection, statement: Statement, values: Values = NONE) -> list[Row]:
    """Run one statement; its rows. Errors are SQLAlchemy's."""
    return together(connection, (statement, values))[0]


def together(connection: Connection, *calls: Call) -> list[list[Row]]:
    """Run statements one after the other; the rows of each. To PostgreSQL they travel together, there and back."""
    driver: Any = connection.connection.driver_connection
    dialect = connection.dialect
    errors = dialect.loaded_dbapi.Error
    travel = len(calls) > 1 and dialect.name == "postgresql"
    try:
        with driver.pipeline() if travel else NOTHING:
            cursors = [_begun(connection, driver, statement.text(dialect), values) for statement, values in calls]
        return [cursor.fetchall() if cursor.description else [] for cursor in cursors]
    except errors as error:
        texts = "; ".join(statement.text(dialect) for statement, _ in calls)
        lost = dialect.is_disconnect(error, driver, None)
        raise DBAPIError.instance(texts, None, error, errors, connection_invalidated=lost) from error


def write(connection: Connection, calls: Sequence[Call]) -> None:
    """Run statements that change rows, one after the other; to PostgreSQL as few as they can be made."""
    together(connection, *(_merged(calls) if connection.dialect.name == "postgresql" else calls))


def _begun(connection: Connection, driver: Any, text: str, values: Values | Sequence[Values]) -> Any:
    """The cursor on which a statement runs, once those who listen to the engine have heard of it."""
    cursor, many = driver.cursor(), not isinstance(values, dict)
    connection.engine.dispatch.before_cursor_execute(connection, cursor, text, values, None, many)
    (cursor.executemany if many else cursor.execute)(text, values)
    return cursor


def _merged(calls: Sequence[Call]) -> Iterator[Call]:
    """Statements that follow each other as one, as long as each changes a table of its own: none sees the others."""
    group: list[Call] = []
    for call in calls:
        if any(call[0].changes == other.changes for other, _ in group):
            yield _as_one(group)
            group = []
        group.append(call)
    if group:
        yield _as_one(group)


def _numbered(text: str, place: int) -> str:
    return PARAMETER.sub(lambda found: f"%({found[1]}_{place})s", text)


def _as_one(calls: Sequence[Call]) -> Call:
    values: dict[str, Any] = {}
    for place, (_, given) in enumerate(calls):
        named = given if isinstance(given, dict) else {"rows": json.dumps(given)}
        values |= {f"{name}_{place}": value for name, value in named.items()}
    return _several(tuple(statement for statement, _ in calls)), values


_several = lru_cache(Several)
