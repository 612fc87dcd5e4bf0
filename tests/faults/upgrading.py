"""Upgrades that may be killed: a process that has everything ready, and forks one for each folder it is told.

    python -m tests.faults.upgrading

It reads lines with a data folder, a URL and the step before which the upgrade is killed, none for 0. A step is a
statement or a commit. An upgrade that comes to its end answers with the number of its steps, and each with how it
ended.
"""

import os
import signal
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from lifecycle.actions.upgrading import upgrade
from lifecycle.actions.workspace import Workspace
from lifecycle.library import Library
from lifecycle.records import migrations
from tests.records.layouts import further_on
from tests.workspaces import Clock


class Steps:
    """Counts what this process does to databases, and kills it before the step named."""

    def __init__(self, last: int) -> None:
        self.taken, self._last = 0, last
        for name in ("before_cursor_execute", "commit"):
            event.listen(Engine, name, self.take)

    def take(self, *_: object) -> None:
        """One more step, or the end."""
        self.taken += 1
        if self.taken == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    further_on(pytest.MonkeyPatch())
    migrations.after(None)  # what is imported late is imported now
    for line in sys.stdin:
        data, url, last = line.split()
        child = os.fork()
        if child == 0:
            steps = Steps(int(last))
            upgrade(Workspace.open(Path(data), Library.find(), Clock(), url), "ada")
            print(steps.taken, flush=True)
            steps.take()
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
