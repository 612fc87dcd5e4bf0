"""F15: backups while somebody writes without a pause."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lifecycle.actions import audit, backups
from lifecycle.actions.restoring import restore
from lifecycle.library import Library
from tests import postgres
from tests.faults.profile import size
from tests.workspaces import Clock, workspace

ROOT = Path(__file__).parents[2]
WRITER = """
import sys
from itertools import count
from lifecycle.actions.settling import settle
from lifecycle.records.database import Database
from tests.builders import START, charter, lesson, started
database = Database(sys.argv[1])
for number in count():
    project = f"app-{number // 50}"
    history = lesson(history) if number % 50 else started(charter(project))
    with database.writing("sam", START) as store:
        store.append(history.records[-1])
        settle(store, project)
    print(number, flush=True)
"""


@contextmanager
def writer(url: str, told: Path) -> Iterator[None]:
    """Somebody who starts projects and fills their registers, and writes down what was acknowledged.

    What is written while a backup is made and checked is far less than it holds; else each would be twice the last.
    """
    with told.open("wb") as heard:
        process = subprocess.Popen([sys.executable, "-c", WRITER, url], cwd=ROOT, stdout=heard)
    try:
        while acknowledged(told) < 3:
            assert process.poll() is None
            os.sched_yield()
        yield
        assert process.poll() is None, "the writer met an error"
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def acknowledged(told: Path) -> int:
    return told.read_bytes().count(b"\n")


@pytest.mark.parametrize("engine", postgres.ENGINES)
def test_backups_under_load_are_whole_and_lack_nothing_acknowledged(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """F15, R-72: every one verifies, and holds what was acknowledged before it began."""
    made_for = postgres.new(request.getfixturevalue("postgresql")) if engine == "postgresql" else None
    work = workspace(tmp_path, url=made_for)
    url, told = work.database.url, tmp_path / "told"
    work.files.data.mkdir(exist_ok=True)
    with writer(url, told):
        for number in range(size(3, 30) if engine == "sqlite" else size(1, 10)):
            before = acknowledged(told)
            made = backups.make(work, tmp_path / f"backup-{number}")
            assert made.fault is None
            assert made.manifest.journal.entries >= before
    assert acknowledged(told) > made.manifest.journal.entries - 2
    new = tmp_path / "new"
    other = work.open(new, Library.find(tmp_path), Clock())
    done = restore(other, Path(made.folder), "ada")
    assert (done.journal.entries, done.held) == (made.manifest.journal.entries + 1, False)
    assert audit.verify(other).fault is None
    other.database.close()
    work.database.close()
