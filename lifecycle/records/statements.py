"""The statements of every decision: SQLAlchemy writes them once for each kind of database, the driver runs them.

Going through SQLAlchemy's own execution took longer than all that SQLite does for a decision. These statements run
on the driver's cursor, within SQLAlchemy's connection and transaction; all others take the ordinary way.
"""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from sqlalchemy import Connection, Dialect, Executable, TableClause, bindparam, insert
from sqlalchemy.exc import DBAPIError

Row = tuple[Any, ...]
Values = Mapping[str, Any]
NONE: Values = {}
STREAMED = {"yield_per": 1000}
"""For one statement with many rows. As an option of the connection it would hold for all that follow on it, too."""


class Statement:
    """A statement with named parameters."""

    def __init__(self, written: Executable) -> None:
        """Keep what SQLAlchemy will write out when a database of some kind is asked for the first time."""
        self._written, self._texts = written, dict[str, str]()

    def text(self, dialect: Dialect) -> str:
        """The statement as this kind of database understands it."""
        if dialect.name not in self._texts:
            self._texts[dialect.name] = str(self._written.compile(dialect=dialect))  # type: ignore[attr-defined]
        return self._texts[dialect.name]


Call = tuple[Statement, Values | Sequence[Values]]
"""A statement with the values of its parameters; with a sequence of them it runs once for each."""


def inserting(table: TableClause, *columns: str) -> Statement:
    """The statement that adds a row to a table, or many; with these columns, or with all there are."""
    return Statement(insert(table).values({name: bindparam(name) for name in columns or table.c.keys()}))


def run(connection: Connection, statement: Statement, values: Values = NONE) -> list[Row]:
    """Run one statement; its rows. Errors are SQLAlchemy's."""
    return together(connection, (statement, values))[0]


def together(connection: Connection, *calls: Call) -> list[list[Row]]:
    """Run statements one after the other; the rows of each. To PostgreSQL they travel together, there and back."""
    driver: Any = connection.connection.driver_connection
    errors = connection.dialect.loaded_dbapi.Error
    try:
        with driver.pipeline() if connection.dialect.name == "postgresql" else nullcontext():
            cursors = [_begun(connection, *call) for call in calls]
        return [cursor.fetchall() if cursor.description else [] for cursor in cursors]
    except errors as error:
        texts = "; ".join(statement.text(connection.dialect) for statement, _ in calls)
        lost = connection.dialect.is_disconnect(error, driver, None)
        raise DBAPIError.instance(texts, None, error, errors, connection_invalidated=lost) from error


def _begun(connection: Connection, statement: Statement, values: Values | Sequence[Values]) -> Any:
    """The cursor on which a statement runs, once those who listen to the engine have heard of it."""
    cursor, text = connection.connection.cursor(), statement.text(connection.dialect)
    for one in (values,) if isinstance(values, Mapping) else values:
        connection.engine.dispatch.before_cursor_execute(connection, cursor, text, one, None, False)
        cursor.execute(text, one)
    return cursor
