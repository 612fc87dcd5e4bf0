"""Whose turn it is to write to an embedded database: first come, first served, and handed over within a millisecond.

SQLite has no queue: who finds somebody else writing sleeps up to 0.1 s, and whoever looks at the right moment is
next. Here writers queue on the folder of the database (flock), and only the first in the queue looks whether the
database is free. The system lets go of the place of a process that dies. Who is next but stands still keeps the others
waiting no longer than their patience, as a writer does who stands still.
"""

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

PAUSE, LONGEST_PAUSE = 0.0002, 0.002
"""Seconds between two looks of the first in the queue, who looks less often the longer it takes."""


def take(connection: sqlite3.Connection, begin: str, folder: Path | None, patience: float) -> None:
    """Begin a transaction when it is this writer's turn; OperationalError (busy) when that never comes.

    A database in memory has no folder, and no queue.
    """
    until = time.monotonic() + patience
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        with _queueing(folder, patience):
            _begin(connection, begin, until)
    finally:
        connection.execute(f"PRAGMA busy_timeout = {round(1000 * patience)}")


def _begin(connection: sqlite3.Connection, begin: str, until: float) -> None:
    pause = PAUSE
    while True:
        try:
            connection.execute(begin)
            return
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > until:
                raise
        time.sleep(pause)
        pause = min(1.5 * pause, LONGEST_PAUSE)


@contextmanager
def _queueing(folder: Path | None, patience: float) -> Iterator[None]:
    """Be the first in the queue, or at the end of one's patience."""
    if folder is None:
        yield
        return
    place = os.open(folder, os.O_RDONLY)
    try:
        _wait(place, patience)
        yield
    finally:
        os.close(place)  # which gives the place away


def _wait(place: int, patience: float) -> None:
    """Wait for the place. flock knows no patience: a thread calls it, and lets go of what it gets too late."""
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        waiting = Thread(target=_queue, args=(os.dup(place),), daemon=True)
        waiting.start()
        waiting.join(patience)


def _queue(place: int) -> None:
    """The place is held for as long as a handle on it is open: this one here, or the one it was doubled from."""
    try:
        fcntl.flock(place, fcntl.LOCK_EX)
    finally:
        os.close(place)
