"""kill -9 of the runner and of Prefect's server, and a deleted Prefect database: nothing is doubled, nothing lost.

A twin project lives the same life without faults; what the two hold afterwards must be the same.
"""

import asyncio
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from flows.server import EmbeddedServer, client_settings
from lifecycle.actions import audit, phases, views
from lifecycle.actions.workspace import Workspace
from lifecycle.history.closing import ProjectClosed, ReportIssued
from lifecycle.history.work import DocumentDrafted, PhaseOpened
from lifecycle.rendering.documents import render_document
from tests.builders import START
from tests.flows import carrying, doomed
from tests.flows.carrying import (
    Trace,
    assert_whole,
    carry_on,
    carry_on_without_flows,
    decide,
    drain,
    give_migrated_database,
    gone,
    let_lease_run_out,
    reopened,
    start,
    submit,
    table,
    trace,
    wait_until,
)
from tests.flows.processes import running, server_of

pytestmark = pytest.mark.flows

Life = Callable[[Workspace, Path], None]

OF_THE_JOURNAL = (ProjectClosed.kind, ReportIssued.kind)
"""Records that tell the head of the journal, which differs from one installation to the next."""
PROJECTS = ("app", "backend", "website")


def begin(work: Workspace, folder: Path) -> None:
    """A project has started, and nobody told the flows yet."""
    start(work, folder, "app")


def pass_first_gate(work: Workspace, folder: Path) -> None:
    """The first gate is decided, and nobody told the flows yet."""
    begin(work, folder)
    carry_on_without_flows(work)
    submit(work, "G1")
    decide(work, "G1")


def pass_last_gate(work: Workspace, folder: Path) -> None:
    """The project has only to be closed."""
    pass_first_gate(work, folder)
    carry_on_without_flows(work)
    submit(work, "G2")
    decide(work, "G2")
    carry_on_without_flows(work)
    submit(work, "G3")
    decide(work, "G3")


ACTIONS = "lifecycle.actions."
POINTS: tuple[tuple[Life, str, str], ...] = (
    (begin, "flows.dispatch:project_lifecycle", "before"),
    (begin, ACTIONS + "phases:open_phase", "after"),
    (begin, "lifecycle.records.files:Files.write_draft", "after"),
    (begin, ACTIONS + "phases:draft_documents", "after"),
    (begin, ACTIONS + "phases:read_gate", "before"),
    (begin, "lifecycle.records.outbox:delivered", "before"),
    (begin, "lifecycle.records.outbox:delivered", "after"),
    (pass_first_gate, ACTIONS + "phases:undrafted", "before"),
    (pass_first_gate, "lifecycle.records.store:Store.append", "after"),
    (pass_first_gate, ACTIONS + "phases:draft_documents", "before"),
    (pass_last_gate, ACTIONS + "phases:close_passed_project", "after"),
    (pass_last_gate, ACTIONS + "reporting:render_report", "after"),
    (pass_last_gate, ACTIONS + "reporting:issue_closure_report", "after"),
)


class Doom(NamedTuple):
    """Where runners die: in which life, before or after which function, and the process they are forked from."""

    life: Life
    place: str
    when: str
    runners: ForkServerContext


@pytest.fixture(scope="module")
def runners() -> ForkServerContext:
    """Where doomed runners come from: a process that has Prefect imported already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(doomed.PRELOADED))
    return context


@pytest.fixture(params=POINTS, ids=lambda point: f"{point[2]} {point[1].rpartition(':')[2]}, {point[0].__name__}")
def doom(request: pytest.FixtureRequest, runners: ForkServerContext) -> Doom:
    life, place, when = request.param
    return Doom(life, place, when, runners)


def test_a_runner_killed_at_any_point_changes_nothing(doom: Doom, server: EmbeddedServer, tmp_path: Path) -> None:
    """R-11: also between what a flow did and the mark that its message was delivered."""
    work = carrying.workspace(tmp_path)
    doom.life(work, tmp_path)

    asked = (tmp_path, server.api_url, doom.place, doom.when)
    runner = doom.runners.Process(target=doomed.deliver_until_death, args=asked)
    runner.start()
    runner.join(60)
    assert runner.exitcode == -signal.SIGKILL, "the point was not reached"
    assert any(not row.delivered for row in table(work, "outbox"))

    carry_on(work, server.api_url)
    assert comparable(work) == undisturbed(doom.life, tmp_path / "twin")
    assert_whole(work)
    work.database.close()


def test_two_runners_at_once_do_everything_once(server: EmbeddedServer, tmp_path: Path) -> None:
    """A runner that lost its lease without noticing, and the one that took over."""
    work = carrying.workspace(tmp_path)
    start(work, tmp_path, *PROJECTS)
    other = reopened(tmp_path)

    async def both() -> None:
        await asyncio.gather(drain(work, "first"), drain(other, "second"))

    with client_settings(server.api_url):
        asyncio.run(both())
    assert comparable(work) == undisturbed(begin_all, tmp_path / "twin")
    assert_whole(work)
    other.database.close()
    work.database.close()


def test_who_drafts_what_another_runner_has_just_drafted_adds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, other = carrying.workspace(tmp_path), reopened(tmp_path)
    start(work, tmp_path, "app")
    phases.open_phase(work, "app", "planning", 1)

    def overtaken(*asked: Any) -> str:
        monkeypatch.undo()
        phases.draft_documents(other, "app", "planning", 1)
        return render_document(*asked)

    monkeypatch.setattr("lifecycle.actions.phases.render_document", overtaken)
    phases.draft_documents(work, "app", "planning", 1)
    assert [row.kind for row in table(work, "record")].count(DocumentDrafted.kind) == 2
    assert audit.verify(work).fault is None


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are found in /proc")
def test_killed_runners_and_servers_and_a_deleted_database_change_nothing(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    """R-16, R-20: `phasegate up` and Prefect's server killed while projects go on, and Prefect's folder gone."""
    seed = random.SystemRandom().randrange(1_000_000)
    chance = random.Random(seed)
    print(f"seed {seed}")
    work = carrying.workspace(tmp_path)
    begin_all(work, tmp_path)
    (tmp_path / "clock").write_text(START.isoformat())
    give_migrated_database(tmp_path, server)

    with running(tmp_path, "up", "--port", "0", "--prefect-port", "0") as up:
        wait_until(lambda: bool(opened(work)), "a phase")
        time.sleep(chance.uniform(0, 0.5))
        kill_runner(up)
    shutil.rmtree(tmp_path / "data" / "prefect")
    let_lease_run_out(work)

    with running(tmp_path, "up", "--port", "0", "--prefect-port", "0") as up:
        wait_until(lambda: (tmp_path / "err").read_text().count("Ready.") == 2, "the second runner")
        wait_until(lambda: all_delivered(work), "planning of all")
        for name in PROJECTS:
            submit(work, "G1", name)
            decide(work, "G1", name)
        time.sleep(chance.uniform(0, 0.5))
        kill_server(up)
        for gate in ("G2", "G3"):
            wait_until(lambda: all_delivered(work), f"the phase of {gate}")
            for name in PROJECTS:
                submit(work, gate, name)
                decide(work, gate, name)
        wait_until(lambda: all_delivered(work), "the end of all")
        below = server_of(up)
        up.send_signal(signal.SIGINT)
        assert up.wait(60) == 0
        assert below is None or gone(below)

    assert comparable(work) == undisturbed(live, tmp_path / "twin")
    assert {line.state for line in views.project_list(work)} == {"closed"}
    assert_whole(work)
    work.database.close()


def begin_all(work: Workspace, folder: Path) -> None:
    """Three projects have started."""
    start(work, folder, *PROJECTS)


def live(work: Workspace, folder: Path) -> None:
    """Three projects, from start to closure."""
    begin_all(work, folder)
    for gate in ("G1", "G2", "G3"):
        carry_on_without_flows(work)
        for name in PROJECTS:
            submit(work, gate, name)
            decide(work, gate, name)


def undisturbed(life: Life, folder: Path) -> Trace:
    """What a life leaves behind when nothing goes wrong."""
    folder.mkdir()
    work = carrying.workspace(folder)
    life(work, folder)
    carry_on_without_flows(work)
    work.database.close()
    return comparable(work)


def comparable(work: Workspace) -> Trace:
    """What two installations with the same life have in common: reports tell the head of their own journal."""
    whole = trace(work)
    return whole._replace(
        journal=[entry if entry[1] not in OF_THE_JOURNAL else (*entry[:3], None) for entry in whole.journal],
        files={name: "" if name.startswith("reports/") else sha256 for name, sha256 in whole.files.items()},
    )


def opened(work: Workspace) -> list[str]:
    return [row.id for row in table(work, "record") if row.kind == PhaseOpened.kind]


def all_delivered(work: Workspace) -> bool:
    return all(row.delivered for row in table(work, "outbox"))


def kill_runner(up: subprocess.Popen[bytes]) -> None:
    """Kill a runner; its server notices by itself."""
    below = server_of(up)
    up.kill()
    up.wait()
    assert below is not None
    wait_until(lambda: gone(below), "the end of the server")


def kill_server(up: subprocess.Popen[bytes]) -> None:
    below = server_of(up)
    assert below is not None
    os.kill(below, signal.SIGKILL)
