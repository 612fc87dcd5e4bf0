"""F16 and F17: upgrades that are killed, and records of old versions whose projects are finished."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from lifecycle.actions import audit, gates
from lifecycle.actions.settling import settle
from lifecycle.actions.upgrading import upgrade
from lifecycle.actions.workspace import Workspace
from lifecycle.records import schema
from lifecycle.records.database import READING, WRITING
from tests import postgres
from tests.builders import START, charter, finished, started
from tests.faults import stored
from tests.faults.profile import chance, size
from tests.records.layouts import NEWEST, back_at_first, further_on, triggers
from tests.workspaces import borrowed, copied, history, keep_evidence, vote, workspace

ROOT = Path(__file__).parents[2]


class Upgrades(NamedTuple):
    """The process that forks an upgrade for every folder it is told."""

    process: "subprocess.Popen[str]"

    def whole(self, work: Workspace) -> int:
        """Upgrade a workspace to the end; in how many steps."""
        self._begin(work, 0)
        steps = self._told()
        assert self._told() == 0
        return steps

    def killed_before(self, step: int, work: Workspace) -> None:
        """Upgrade a workspace and kill that before one of its steps; the one after the last is its end."""
        self._begin(work, step)
        told = self._told()
        while told != -signal.SIGKILL:  # it came to its end and said so
            assert told > 0
            told = self._told()

    def _begin(self, work: Workspace, step: int) -> None:
        print(work.files.data, work.database.url, step, file=self.process.stdin, flush=True)

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
    """F16, R-75: killed before any statement, before the commit or after it, and then done again."""
    dice = chance(f"upgrades killed on {engine}")
    old = workspace(
        tmp_path / "old", url=postgres.new(request.getfixturevalue("postgresql")) if engine == "postgresql" else None
    )
    with old.database.writing("sam", START) as store:
        store.append(*finished().records)
        settle(store, "app")
        for number in range(10):
            store.append(*started(charter(f"app-{number}")).records)
            settle(store, f"app-{number}")
    keep_evidence(old, finished())
    size_before = audit.verify(old).entries
    with old.database.begin(WRITING) as connection:
        back_at_first(connection)
    old.database.close()
    steps = upgrades.whole(copied(old, tmp_path / "whole"))
    before = sorted({*dice.sample(range(1, steps + 1), size(3, steps)), steps, steps + 1})
    for step in before:
        with borrowed(old, tmp_path / f"{engine}-{step}") as work, monkeypatch.context() as patched:
            upgrades.killed_before(step, work)
            with work.database.begin(READING, bare=True) as connection:
                assert schema.revision_of(connection) == ("0001" if step <= steps else NEWEST)
                assert len(triggers(connection)) == (3 if engine == "postgresql" else 6)
            work.database.close()
            further_on(patched)
            assert upgrade(work, "ada").after == NEWEST
            found = audit.verify(work)
            assert (found.fault, found.entries) == (None, size_before + 3)
    print(f"{engine}: killed before {len(before) - 1} of {steps} steps, and after the last")


@pytest.mark.parametrize(
    "file", ["made now", *sorted(stored.FOLDER.glob("*.tar.xz"))], ids=lambda file: Path(file).name
)
def test_projects_of_older_versions_are_finished_with_this_one(
    file: str | Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F17, R-74: records of older versions are upgraded, and projects in every state of theirs go on to the end."""
    if file == "made now":  # with a layout that is still to come
        file = stored.write(tmp_path / "made.tar.xz")
        further_on(monkeypatch)
    work = stored.unpacked(Path(file), tmp_path / "work")
    newest = schema.REVISION
    done = upgrade(work, "ada")
    assert done.after == newest
    assert (done.backup is None) == (done.before == newest)
    assert audit.verify(work).fault is None
    for person in ("sam", "cora"):
        vote(work, "G1", person, "open")
    gates.resume_gate(work, "held", "G1", "We go on.", "sam")
    for person in ("sam", "cora"):
        vote(work, "G1", person, "held")
    for name in ("G1.1.1", "G1.1.2"):
        gates.clear_condition(work, "conditioned", name=name, evidence="They were asked.", by="sam")
    for project in ("open", "held", "conditioned", "running"):
        stored.carry_to_the_end(work, project)
    for project in ("open", "held", "conditioned", "running", "closed"):
        assert history(work, project).records[-1].kind == "closure"
    assert audit.verify(work).fault is None
    work.database.close()
