"""Upgrades that may be killed: a process that has everything ready, and forks one for each folder it is told.

    python -m tests.faults.upgrading

It reads lines with a data folder and a URL, answers with the id of the process that upgrades there, and then
with how that ended.
"""

import os
import sys
from pathlib import Path

import pytest

from lifecycle.actions.upgrading import upgrade
from lifecycle.actions.workspace import Workspace
from lifecycle.library import Library
from lifecycle.records import migrations
from tests.records.layouts import further_on
from tests.workspaces import Clock


def main() -> None:
    further_on(pytest.MonkeyPatch())
    migrations.after(None)  # what is imported late is imported now
    for line in sys.stdin:
        data, url = line.split()
        child = os.fork()
        if child == 0:
            upgrade(Workspace.open(Path(data), Library.find(), Clock(), url), "ada")
            os._exit(0)
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
