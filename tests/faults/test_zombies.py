"""F7: a runner is stopped in the middle of a write, another takes over, and the first one wakes up again."""

import multiprocessing
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from lifecycle.actions import audit, phases, views
from lifecycle.actions.workspace import Workspace
from lifecycle.history import SYSTEM
from lifecycle.records import outbox
from lifecycle.records.outbox import Lease
from tests import workspaces
from tests.builders import START, day
from tests.faults.profile import size
from tests.flows import carrying

ZOMBIES = size(2, 100)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a stopped process is found by waitpid")


def leased(work: Workspace, owner: str, now: Any = START) -> Workspace:
    with work.writing(SYSTEM) as store:
        token = outbox.take_lease(store.connection, "dispatch", owner, now, 15)
    assert token
    return work.fenced(Lease("dispatch", owner, token))


def fall_asleep_before_writing(folder: Path) -> None:
    """A runner that falls asleep between its decision to open the phase and the write."""
    work = leased(carrying.reopened(folder), "first")
    assert phases.current_step(work, "app").word == "open phase"
    os.kill(os.getpid(), signal.SIGSTOP)
    try:
        phases.open_phase(work, "app", "planning", 1)
    except Exception as refused:
        os._exit(42 if type(refused).__name__ == "LeaseLost" else 1)
    os._exit(0)


def test_a_zombie_writes_nothing(tmp_path: Path) -> None:
    """R-15: whatever a runner wanted to write with an old token is refused and journaled."""
    context = multiprocessing.get_context("fork")
    for number in range(ZOMBIES):
        folder = tmp_path / str(number)
        folder.mkdir()
        work = carrying.workspace(folder)
        carrying.start(work, folder, "app")
        work.database.close()

        zombie = context.Process(target=fall_asleep_before_writing, args=(folder,))
        zombie.start()
        assert zombie.pid
        _, status = os.waitpid(zombie.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)

        second = leased(carrying.reopened(folder), "second", day(1))
        assert phases.open_phase(second, "app", "planning", 1)
        before = workspaces.history(second).records
        second.database.close()
        os.kill(zombie.pid, signal.SIGCONT)
        _, status = os.waitpid(zombie.pid, 0)
        assert os.WEXITSTATUS(status) == 42

        after = carrying.reopened(folder)
        assert workspaces.history(after).records == before
        newest = views.journal_of(after, "app")[-1]
        assert (newest.action, newest.note) == ("refused open phase", "lease_lost")
        assert audit.verify(after).fault is None
        after.database.close()
