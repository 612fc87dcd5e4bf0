"""What an error of the database means: damaged, full, out of reach, or busy; each with what to do about it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from lifecycle.errors import BadInput, LifecycleError, NoSpaceLeft, RecordsBusy, RecordsDamaged, RecordsUnreachable

DAMAGED, FULL, UNREACHABLE, BUSY = "damaged", "full", "unreachable", "busy"
SQLITE = {11: DAMAGED, 26: DAMAGED, 13: FULL, 10: UNREACHABLE, 8: UNREACHABLE, 14: UNREACHABLE, 3: UNREACHABLE, 5: BUSY}
"""SQLite's primary result codes: corrupt, not a database, full, I/O error, read-only, cannot open, permission, busy."""
POSTGRESQL = {"XX": DAMAGED, "53": FULL, "08": UNREACHABLE, "28": UNREACHABLE, "3D": UNREACHABLE, "25": UNREACHABLE}
POSTGRESQL |= {"57": UNREACHABLE, "40": BUSY, "53300": UNREACHABLE}
"""PostgreSQL's classes of SQLSTATE (internal error, resources, connection, login, no such database, read-only ...),
and, among resources, too many connections."""


@contextmanager
def told(url: str) -> Iterator[None]:
    """Turn what the database complains about into an error with a remedy."""
    try:
        yield
    except (TypeError, ValueError, KeyError, AttributeError):
        if url.startswith("sqlite") and (file := make_url(url).database):
            check(Path(file))  # before blaming the program: what was read may be what a disk made of it
        raise
    except (DBAPIError, sqlite3.Error) as error:
        meant = _meaning(error)
        if meant is None:
            raise
        raise ERRORS[meant](place_of(url), str(getattr(error, "orig", error)).strip()) from error


def check(file: Path) -> None:
    """RecordsDamaged when SQLite finds a fault in the structure of a file."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        try:
            found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(1)")]
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            found = [str(error)]
    if found != ["ok"]:
        raise RecordsDamaged(str(file), found[0])


def require_address(url: str, named: str) -> None:
    """BadInput unless this is the address of a database that can be used; `named` says what it was given as."""
    try:
        make_url(url).get_dialect().import_dbapi()
    except (ArgumentError, ValueError, ImportError):
        raise BadInput(
            f"{named} is not the address of a database that can be used here. "
            "Write it like sqlite:////path/file.db or postgresql+psycopg://USER@HOST/NAME."
        ) from None


def place_of(url: str) -> str:
    """The file of a database, or its address without a password."""
    parts = make_url(url)
    file = parts.database if url.startswith("sqlite") else None
    return file or parts.render_as_string(hide_password=True)


def _meaning(error: DBAPIError | sqlite3.Error) -> str | None:
    said = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(said, "sqlite_errorcode", None)
    if code is not None:
        # today's layout lacks nothing that we ask for, unless its description was damaged
        return DAMAGED if "no such" in str(said) else SQLITE.get(code & 0xFF)
    if "Could not decode to UTF-8" in str(said):
        return DAMAGED
    state = getattr(said, "sqlstate", None)
    if state is not None:
        return POSTGRESQL.get(state, POSTGRESQL.get(state[:2]))
    lost = isinstance(error, DBAPIError) and (error.connection_invalidated or error.statement is None)
    return UNREACHABLE if lost else None


def _damaged(place: str, why: str) -> LifecycleError:
    return RecordsDamaged(place, why)


def _full(place: str, why: str) -> LifecycleError:
    return NoSpaceLeft(f"There is no room left for {place} ({why}). Nothing was written. Make room, then try again.")


def _unreachable(place: str, why: str) -> LifecycleError:
    return RecordsUnreachable(
        f"The records in {place} cannot be reached or written: {why}. Nothing was written or decided. "
        "Try again; if it stays so, check that they are there, and that you may read and write there."
    )


def _busy(place: str, why: str) -> LifecycleError:
    return RecordsBusy(f"Somebody else is writing to {place} ({why}). Nothing was written; try again.")


ERRORS: dict[str, Callable[[str, str], LifecycleError]] = {
    DAMAGED: _damaged,
    FULL: _full,
    UNREACHABLE: _unreachable,
    BUSY: _busy,
}
