"""F16 and F17: upgrades that are killed, and records of old versions whose projects are finished."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest

from lifecycle.actions import audit
from lifecycle.actions.settling import settle
from lifecycle.actions.upgrading import upgrade
from lifecycle.actions.workspace import Workspace
from lifecycle.records import schema
from lifecycle.records.database import READING
from tests import postgres
from tests.builders import START, charter, finished, started
from tests.faults import stored
from tests.faults.profile import chance, size
from tests.records.layouts import NEWEST, further_on, triggers
from tests.workspaces import copied, history, vote, workspace

ROOT = Path(__file__).parents[2]


class Upgrades(NamedTuple):
    """The process that forks an upgrade for every folder it is told."""

    process: "subprocess.Popen[str]"

    def whole(self, work: Workspace) -> float:
        """Upgrade a workspace to the end; how many seconds that took."""
        began = time.monotonic()
        self._begin(work)
        assert self._told() == 0
        return time.monotonic() - began

    def killed_after(self, seconds: float, work: Workspace) -> None:
        """Upgrade a workspace and kill that after so many seconds."""
        child = self._begin(work)
        time.sleep(seconds)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        assert self._told() in (0, -signal.SIGKILL)

    def _begin(self, work: Workspace) -> int:
        print(work.files.data, work.database.url, file=self.process.stdin, flush=True)
        return self._told()

    def _told(self) -> int:
        assert self.process.stdout
        return int(self.process.stdout.readline())


@pytest.fixture(scope="module")
def upgrades() -> Iterator[Upgrades]:
    asked = [sys.executable, "-m", "tests.faults.upgrading"]
    with subprocess.Popen(asked, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Upgrades(process)
        assert process.stdin
        process.stdin.close()


@pytest.mark.parametrize("engine", postgres.ENGINES)
def test_a_killed_upgrade_leaves_the_old_layout_or_the_new_one(
    engine: str, upgrades: Upgrades, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F16, R-75: killed at any moment, the records are whole, and the upgrade can be done again."""
    dice = chance(f"upgrades killed on {engine}")
    old = workspace(
        tmp_path / "old", url=postgres.new(request.getfixturevalue("postgresql")) if engine == "postgresql" else None
    )
    with old.database.writing("sam", START) as store:
        store.append(*finished().records)
        settle(store, "app")
        for number in range(100):
            store.append(*started(charter(f"app-{number}")).records)
            settle(store, f"app-{number}")
    size_before = audit.verify(old).entries
    met, longest = {"0001": 0, NEWEST: 0}, upgrades.whole(copied(old, tmp_path / "whole"))
    for number in range(size(3, 40) if engine == "sqlite" else size(1, 20)):
        work = copied(old, tmp_path / str(number))
        upgrades.killed_after(dice.uniform(0, 1.1 * longest), work)
        with work.database.begin(READING, bare=True) as connection:
            revision = schema.revision_of(connection)
            assert len(triggers(connection)) == (3 if engine == "postgresql" else 6)
        assert revision in met
        met[str(revision)] += 1
        work.database.close()
        with monkeypatch.context() as patched:
            further_on(patched)
            assert upgrade(work, "ada").after == NEWEST
            assert audit.verify(work).fault is None
            assert audit.verify(work).entries == size_before + 2
            work.database.close()
    print(met)


@pytest.mark.parametrize("file", ["made now", *sorted(stored.FOLDER.glob("*.tar.xz"))], ids=str)
def test_projects_of_older_versions_are_finished_with_this_one(
    file: str | Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F17, R-74: records with open gates, as every released version left them, are upgraded and carried to the end."""
    if file == "made now":  # nothing is released yet: the file that the script writes, and revisions still to come
        file = stored.write(tmp_path / "made.tar.xz")
        further_on(monkeypatch)
    work = stored.unpacked(Path(file), tmp_path / "work")
    before = schema.REVISION
    done = upgrade(work, "ada")
    assert done.after == before
    assert done.backup is not None
    for person in ("sam", "cora"):
        vote(work, "G1", person, "open")
    stored.carry_to_the_end(work, "open")
    stored.carry_to_the_end(work, "running")
    for project in ("open", "running"):
        assert history(work, project).records[-1].kind == "closure"
    assert audit.verify(work).fault is None
    work.database.close()
