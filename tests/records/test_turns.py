"""Writers on an embedded database take turns: in their order, and nobody who stands still stops them for ever."""

import fcntl
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from lifecycle.records import database as database_room
from lifecycle.records.database import Database
from tests.builders import START

LOCKS = Path("/proc/locks")
pytestmark = pytest.mark.skipif(not LOCKS.exists(), reason="who waits for a lock is seen in /proc")


@contextmanager
def first_in_the_queue(folder: Path) -> Iterator[None]:
    """Somebody who is next, and does not begin."""
    place = os.open(folder, os.O_RDONLY)
    fcntl.flock(place, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(place)


def wait_until_queued(folder: Path, number: int) -> None:
    """Until so many writers wait behind the first."""
    until, place = time.monotonic() + 30, f":{folder.stat().st_ino} "
    while sum("->" in line and place in line for line in LOCKS.read_text().splitlines()) != number:
        assert time.monotonic() < until
        time.sleep(0.001)


def test_writers_get_their_turn_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    """R-09: each waits until those before it have written."""
    came: list[int] = []
    database = Database.at(tmp_path)
    assert database.instance

    def write(number: int) -> None:
        with database.writing("sam", START):
            came.append(number)

    with ThreadPoolExecutor(3) as crowd, database.writing("sam", START), first_in_the_queue(tmp_path):
        for number in (1, 2, 3):
            crowd.submit(write, number)
            wait_until_queued(tmp_path, number)
    database.close()
    assert came == [1, 2, 3]


def test_whoever_is_next_but_stands_still_is_passed_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that was stopped while it waited keeps its place in the queue, but not everybody else for ever."""
    monkeypatch.setattr(database_room, "PATIENCE", 1)
    database = Database.at(tmp_path)
    assert database.instance

    def write() -> int:
        with database.writing("cora", START) as store:
            return store.head()[0]

    with ThreadPoolExecutor(1) as other, first_in_the_queue(tmp_path):
        with database.writing("sam", START):
            waiting = other.submit(write)
            wait_until_queued(tmp_path, 1)
        assert waiting.result(30) == 0
    wait_until_queued(tmp_path, 0)
    assert write() == 0, "whoever gave up waiting keeps no place"
    database.close()
