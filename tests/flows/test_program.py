"""A program carried on by real flows: its projects as sub-flows, what they wait for, and one that breaks."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from flows import dispatch, tasks
from flows.program import program_coordination
from flows.server import EmbeddedServer, client_settings, flow_runs, one_client
from lifecycle.actions import phases, views
from lifecycle.actions.workspace import Workspace
from lifecycle.history.charter import Dependency
from lifecycle.history.closing import ReportIssued
from tests.flows.carrying import (
    TEMPLATE,
    assert_whole,
    carry_on,
    decide,
    start,
    start_program,
    submit,
    table,
    trace,
    workspace,
)
from tests.workspaces import history

pytestmark = pytest.mark.flows

INTERFACE = Dependency(id="D1", text="The app needs the interface.", before="backend/G1", after="app/execution")
MEMBERS = ("app", "backend", "website")

Run = dict[str, Any]


class Story(NamedTuple):
    """What a program left behind: each project's state after each event, and the runs as the server has them."""

    work: Workspace
    states: dict[str, dict[str, str]]
    runs: list[Run]


@pytest.fixture(scope="module")
def story(server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The app passes its first gate before the backend, whose interface it needs."""
    folder = tmp_path_factory.mktemp("program")
    work = workspace(folder)
    states: dict[str, dict[str, str]] = {}

    def then(event: str) -> None:
        carry_on(work, server.api_url)
        states[event] = {name: phases.current_step(work, name).word for name in MEMBERS}

    start_program(work, folder, INTERFACE, projects=MEMBERS)
    then("started")
    submit(work, "G1", "app")
    decide(work, "G1", "app")
    then("app passed")
    submit(work, "G1", "backend")
    then("backend submitted")
    decide(work, "G1", "backend")
    then("backend passed")
    runs = [run for run in flow_runs(server.api_url) if "program:digital" in run["tags"]]
    everything = {run["id"] for run in runs}
    runs += [run for run in flow_runs(server.api_url) if run["parent"] in everything and run["flow"] == "phase"]
    yield Story(work, states, runs)
    work.database.close()


def test_a_phase_waits_for_the_gate_of_another_project_and_then_begins(story: Story) -> None:
    assert story.states["started"] == dict.fromkeys(MEMBERS, "preparing")
    assert story.states["app passed"]["app"] == "awaiting predecessor"
    assert story.states["backend submitted"]["app"] == "awaiting predecessor"
    assert story.states["backend passed"] == dict.fromkeys(MEMBERS, "preparing")
    ids = [row.id for row in table(story.work, "record")]
    assert ids.index("app:execution:1") > ids.index("backend:G1:1:outcome")


def test_waiting_for_a_predecessor_is_the_end_of_a_run(story: Story) -> None:
    """R-19: projects of a program wait at gates and for each other, and none of their runs ends red."""
    ends = [run["state"] for run in story.runs if run["name"] == "app" and run["flow"] == "project-lifecycle"]
    assert ends == ["AwaitingDecision", "AwaitingPredecessor", "AwaitingDecision"]


def test_projects_run_as_sub_flows_of_the_program_and_phases_of_theirs(story: Story) -> None:
    by_id = {run["id"]: run for run in story.runs}
    parents = {(run["flow"], by_id[run["parent"]]["flow"] if run["parent"] else None) for run in story.runs}
    assert parents == {
        ("program-coordination", None),
        ("project-lifecycle", "program-coordination"),
        ("phase", "project-lifecycle"),
    }
    first = next(run for run in story.runs if run["flow"] == "program-coordination")
    children = {run["name"] for run in story.runs if run["parent"] == first["id"]}
    assert children == {"digital", *MEMBERS}
    assert [task["name"] for task in first["tasks"]] == ["consolidate digital"]


def test_only_the_projects_with_news_and_those_made_ready_run(story: Story) -> None:
    coordinations = [run["id"] for run in story.runs if run["flow"] == "program-coordination"]
    children = [{run["name"] for run in story.runs if run["parent"] == parent} for parent in coordinations]
    assert children == [{"digital", *MEMBERS}, {"app"}, {"backend"}, {"backend", "app"}]


def test_each_message_is_delivered_once_to_the_program(story: Story) -> None:
    delivered = {row.id: row.flow_run for row in table(story.work, "outbox")}
    assert set(delivered) == {"digital", *MEMBERS} | {
        f"{name}:G1:1{end}" for name in ("app", "backend") for end in ("", ":outcome")
    }
    assert set(delivered.values()) == {run["id"] for run in story.runs if run["flow"] == "program-coordination"}
    assert_whole(story.work)


def test_a_program_report_is_issued_when_a_project_has_moved_and_only_then(
    story: Story, server: EmbeddedServer
) -> None:
    issued = history(story.work, "digital").all(ReportIssued)
    assert [report.report for report in issued] == ["program"] * len(issued)
    assert len(issued) > 1
    before = trace(story.work)

    async def again() -> str | None:
        tasks.current.set(story.work)
        async with one_client():
            state = await program_coordination("digital", list(MEMBERS), return_state=True)
            await tasks.consolidate("digital", {})
        return state.name

    with client_settings(server.api_url):
        assert asyncio.run(again()) == "AwaitingDecision"
    assert trace(story.work) == before


def test_a_project_that_breaks_is_a_line_and_the_others_go_on(tmp_path: Path, server: EmbeddedServer) -> None:
    work = workspace(tmp_path)
    start_program(work, tmp_path, projects=MEMBERS)
    spoil(tmp_path, "backend")

    carry_on(work, server.api_url)

    assert {line.state for line in views.project_list(work)} == {"preparing"}
    assert drafts(work) == {"app": 2, "backend": 0, "website": 2}
    waiting = {row.id: (row.attempts, row.last_error) for row in table(work, "outbox") if not row.delivered}
    assert set(waiting) == {"backend"}
    attempts, error = waiting["backend"]
    assert attempts == 1
    assert "divi" in error
    assert "divi" in newest_report(work)
    runs = flow_runs(server.api_url)
    own = [run for run in runs if run["id"] in {row.flow_run for row in table(work, "outbox")}]
    assert [run["state"] for run in own] == ["AwaitingDecision"]
    assert {run["name"]: run["state"] for run in runs if run["parent"] == own[0]["id"]} == {
        "digital": "AwaitingDecision",
        "app": "AwaitingDecision",
        "backend": "Failed",
        "website": "AwaitingDecision",
    }

    mend(tmp_path)
    carry_on(work, server.api_url)

    assert drafts(work) == dict.fromkeys(MEMBERS, 2)
    assert "divi" not in newest_report(work)
    assert_whole(work)


def test_what_breaks_is_tried_again_after_a_pause_and_holds_nobody_up(
    tmp_path: Path, server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = workspace(tmp_path)
    start(work, tmp_path, "app", "website")
    spoil(tmp_path, "app")
    clock = SimpleNamespace(now=100.0)
    clock.monotonic = lambda: clock.now
    monkeypatch.setattr(dispatch, "time", clock)

    async def live() -> list[int]:
        dispatcher = dispatch.Dispatcher(work, "test")
        ran = []
        async with one_client():
            ran.append(await dispatcher.deliver())  # both projects
            ran.append(await dispatcher.deliver())  # the broken one pauses
            submit(work, "G1", "website")
            ran.append(await dispatcher.deliver())  # the other one has news
            clock.now += 0.6
            ran.append(await dispatcher.deliver())  # the broken one again, in vain
            clock.now += 0.6
            ran.append(await dispatcher.deliver())  # the pause is longer now
            mend(tmp_path)
            clock.now += 0.6
            ran.append(await dispatcher.deliver())
        return ran

    with client_settings(server.api_url):
        assert asyncio.run(live()) == [2, 0, 1, 1, 0, 1]
    assert {row.id: row.attempts for row in table(work, "outbox")} == {"app": 2, "website": 0, "website:G1:1": 0}
    assert_whole(work)


def spoil(folder: Path, project: str) -> None:
    """Break the template of the documents for one project only."""
    (folder / "templates" / "documents" / TEMPLATE).write_text(
        "# {% if project.id == '" + project + "' %}{{ 1 / 0 }}{% endif %}\n"
    )


def mend(folder: Path) -> None:
    (folder / "templates" / "documents" / TEMPLATE).write_text("# Paper\n")


def drafts(work: Workspace) -> dict[str, int]:
    return {name: len(list((work.files.data / "drafts" / name).rglob("*.md"))) for name in MEMBERS}


def newest_report(work: Workspace) -> str:
    issued = history(work, "digital").last(ReportIssued)
    assert issued is not None
    name = next(name for name in issued.files if name.endswith(".md"))
    return (work.files.reports("digital") / name).read_text()
