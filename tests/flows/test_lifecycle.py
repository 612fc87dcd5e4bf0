"""A project from its charter to its closure, carried on by real flows, and every way to leave the straight one."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from prefect.client.schemas.objects import State

from flows import tasks
from flows.phase import phase_flow
from flows.project import project_lifecycle
from flows.server import EmbeddedServer, client_settings, flow_runs, one_client
from flows.upkeep import runner_of
from lifecycle.actions import gates, phases, projects, registers, views
from lifecycle.actions.workspace import Workspace
from lifecycle.history.closing import ProjectClosed, ReportIssued
from lifecycle.history.work import DocumentDrafted, PhaseOpened
from tests.flows.carrying import assert_whole, carry_on, decide, start, submit, table, trace, workspace
from tests.workspaces import hand_in, history

pytestmark = pytest.mark.flows

Run = dict[str, Any]


class Story(NamedTuple):
    """What a life left behind: how the runs after each event ended, and the runs as the server has them."""

    work: Workspace
    ends: dict[str, list[str]]
    runs: list[Run]

    def named(self, name: str) -> list[Run]:
        return [run for run in self.runs if run["name"] == name]


@pytest.fixture(scope="module")
def story(server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The project `garden` from start to closure: G1 is recycled once, G2 held and resumed."""
    folder = tmp_path_factory.mktemp("garden")
    work = workspace(folder)
    ends: dict[str, list[str]] = {}

    def then(event: str) -> None:
        ends[event] = carry_on(work, server.api_url)

    start(work, folder, "garden")
    then("started")
    submit(work, "G1", "garden")
    then("G1 submitted")
    decide(work, "G1", "garden", "recycle")
    then("G1 recycled")
    gates.submit_gate(work, "garden", "G1", "paula")
    decide(work, "G1", "garden")
    then("G1 passed")
    submit(work, "G2", "garden")
    decide(work, "G2", "garden", "hold")
    then("G2 on hold")
    gates.resume_gate(work, "garden", "G2", "The budget is back.", "sam")
    then("G2 resumed")
    decide(work, "G2", "garden")
    then("G2 passed")
    submit(work, "G3", "garden")
    then("G3 ready")
    decide(work, "G3", "garden")
    then("G3 passed")
    runs = [run for run in flow_runs(server.api_url) if "project:garden" in run["tags"]]
    yield Story(work, ends, runs)
    work.database.close()


def test_every_run_ends_in_a_state_named_after_who_has_the_next_turn(story: Story) -> None:
    assert story.ends == {
        "started": ["AwaitingDecision"],
        "G1 submitted": ["AwaitingDecision"],
        "G1 recycled": ["AwaitingDecision"],
        "G1 passed": ["AwaitingDecision"],
        "G2 on hold": ["OnHold"],
        "G2 resumed": ["AwaitingDecision"],
        "G2 passed": ["AwaitingDecision"],
        "G3 ready": ["AwaitingDecision"],
        "G3 passed": ["Closed", "Closed"],
    }
    assert {run["state_type"] for run in story.runs} == {"COMPLETED"}


def test_the_project_is_closed_with_its_report_and_nothing_waits(story: Story) -> None:
    closed = history(story.work, "garden").last(ProjectClosed)
    assert closed is not None
    assert not closed.premature
    assert [(opened.phase, opened.attempt) for opened in history(story.work, "garden").all(PhaseOpened)] == [
        ("planning", 1),
        ("planning", 2),
        ("execution", 1),
        ("control", 1),
        ("closing", 1),
    ]
    assert [issued.report for issued in history(story.work, "garden").all(ReportIssued)] == ["closure"]
    assert_whole(story.work)


def test_the_documents_of_every_phase_are_drafted_once_an_attempt(story: Story) -> None:
    drafted = [(draft.attempt, draft.deliverable) for draft in history(story.work, "garden").all(DocumentDrafted)]
    assert drafted == [
        *((attempt, name) for attempt in (1, 2) for name in ("brief", "register")),
        *((1, name) for name in ("work-log", "quality-log", "lessons")),
    ]


def test_each_phase_is_a_sub_flow_with_the_gate_as_two_tasks(story: Story) -> None:
    opening = story.named("garden · planning 2")[0]
    parent = next(run for run in story.runs if run["id"] == opening["parent"])
    assert (parent["name"], parent["flow"], opening["flow"]) == ("garden", "project-lifecycle", "phase")
    assert [task["name"] for task in opening["tasks"]] == [
        "draft the documents of planning",
        "request review of G1",
        "read outcome of G1",
    ]
    assert {task["state"] for task in opening["tasks"]} == {"Completed"}
    assert story.named("garden · planning 1")[0]["tasks"][0]["name"] == "open planning, attempt 1"
    assert {run["name"] for run in story.runs if run["flow"] == "phase"} == {
        "garden · planning 1",
        "garden · planning 2",
        "garden · execution 1",
        "garden · closing 1",
    }


def test_the_run_that_opens_a_phase_has_read_the_outcome_before_it(story: Story) -> None:
    opening = story.named("garden · execution 1")[0]
    parent = next(run for run in story.runs if run["id"] == opening["parent"])
    assert [task["name"] for task in parent["tasks"]] == ["read outcome of G1", "phase strip of garden"]


def test_runs_carry_tags_to_find_them_by(story: Story) -> None:
    first, again = story.named("garden · planning 1")[0], story.named("garden · planning 2")[0]
    mark = runner_of(story.work)
    assert first["tags"] == ["gate:G1", "phase:planning", "project:garden", "round:1", f"runner:{mark}"]
    assert again["tags"] == ["gate:G1", "phase:planning", "project:garden", "round:2", f"runner:{mark}"]
    assert {tuple(run["tags"]) for run in story.named("garden")} == {("project:garden", f"runner:{mark}")}


def test_tasks_carry_the_tags_of_their_flow_without_asking_for_a_concurrency_slot(
    story: Story, server: EmbeddedServer
) -> None:
    tagged = found(server, "task_runs", {"task_runs": {"tags": {"all_": ["project:garden", "gate:G2", "round:2"]}}})
    assert {task["name"] for task in tagged} >= {"request review of G2", "read outcome of G2"}
    assert {tuple(sorted(task["tags"])) for task in tagged} == {
        ("gate:G2", "phase:execution", "project:garden", "round:2", f"runner:{runner_of(story.work)}")
    }


def test_an_artifact_shows_the_phase_strip(story: Story, server: EmbeddedServer) -> None:
    strips = found(server, "artifacts/latest", {"artifacts": {"key": {"any_": ["phases-garden"]}}})
    assert len(strips) == 1
    assert "| Planning | passed | G1 passed |" in strips[0]["data"]
    assert "| Closing | passed | G3 passed |" in strips[0]["data"]


def test_undecided_means_no_record_and_no_run_of_the_next_phase(tmp_path: Path, server: EmbeddedServer) -> None:
    """R-14: nothing but the outcome in our own database lets a project through, whatever is run or resumed."""
    work = workspace(tmp_path)
    start(work, tmp_path, "wall")
    carry_on(work, server.api_url)
    submit(work, "G1", "wall")
    gates.decide_gate(work, "wall", one_vote("G1", "sam"))
    carry_on(work, server.api_url)
    before = trace(work)

    async def press_everything() -> list[State[Any]]:
        again = [await project_lifecycle("wall", return_state=True)]
        for phase, attempt in (("planning", 1), ("planning", 2), ("execution", 1), ("closing", 1)):
            again.append(await phase_flow("wall", phase, attempt, return_state=True))
            await tasks.open_phase(project="wall", phase=phase, attempt=attempt)
            await tasks.draft_documents(project="wall", phase=phase, attempt=attempt)
        for gate in ("G1", "G2", "G3"):
            await tasks.request_gate_review(project="wall", gate=gate)
            await tasks.read_gate_outcome(project="wall", gate=gate)
        await tasks.close_project(project="wall")
        return again

    states = by_hand(work, server, press_everything())
    assert {state.name for state in states} == {"AwaitingDecision"}
    assert resumed(server, str(states[0].state_details.flow_run_id)) in ("ABORT", "REJECT")
    carry_on(work, server.api_url)
    assert trace(work) == before
    assert not history(work, "wall").has("wall:execution:1")
    assert phases.current_step(work, "wall").word == "awaiting decision"
    opened = [run for run in flow_runs(server.api_url) if "wall" in run["name"] and "phase:execution" in run["tags"]]
    assert opened == []


def test_every_flow_and_task_may_run_twice(story: Story, server: EmbeddedServer) -> None:
    """R-17, at the end of a life: run the engine's verbs again, and no row and no file differs."""
    before = trace(story.work)

    async def again() -> str | None:
        state = await project_lifecycle("garden", return_state=True)
        for phase, attempt in (("planning", 1), ("planning", 2), ("execution", 1), ("closing", 1)):
            assert not await tasks.open_phase(project="garden", phase=phase, attempt=attempt)
            assert await tasks.draft_documents(project="garden", phase=phase, attempt=attempt) == 0
            await phase_flow("garden", phase, attempt)
        for gate in ("G1", "G2", "G3"):
            assert (await tasks.request_gate_review(project="garden", gate=gate)).state == "go"
            assert (await tasks.read_gate_outcome(project="garden", gate=gate)).state == "go"
        assert not await tasks.close_project(project="garden")
        await tasks.issue_closure_report(project="garden")
        return state.name

    assert by_hand(story.work, server, again()) == "Closed"
    assert trace(story.work) == before
    assert_whole(story.work)


def test_a_killed_project_is_wound_up_and_closed_early(tmp_path: Path, server: EmbeddedServer) -> None:
    work = workspace(tmp_path)
    start(work, tmp_path, "folly")
    submit_after_start = carry_on(work, server.api_url)
    submit(work, "G1", "folly")
    decide(work, "G1", "folly", "kill")
    assert (submit_after_start, carry_on(work, server.api_url)) == (["AwaitingDecision"], ["AwaitingDecision"])
    opened = history(work, "folly").all(PhaseOpened)[-1]
    assert (opened.phase, opened.premature) == ("closing", True)
    assert phases.current_step(work, "folly").word == "closing early"
    registers.record_lesson(work, "folly", "Ask first.", recommendation="Ask customers earlier.", by="erik")
    hand_in(work, "final-report", "paula", project="folly")
    projects.release_people(work, "folly", (), "paula")
    projects.close_project(work, "folly", "paula")
    assert carry_on(work, server.api_url) == ["Stopped"]
    assert [line.state for line in views.project_list(work)] == ["closed early"]
    assert [issued.report for issued in history(work, "folly").all(ReportIssued)] == ["closure"]
    assert_whole(work)


def test_a_decision_while_the_flow_runs_is_not_missed(tmp_path: Path, server: EmbeddedServer) -> None:
    """The decision's message is written with it, so the dispatcher's next look finds it."""
    work = workspace(tmp_path)
    start(work, tmp_path, "quick")
    carry_on(work, server.api_url)
    submit(work, "G1", "quick")

    async def decide_meanwhile() -> None:
        await phase_flow("quick", "planning", 1)
        decide(work, "G1", "quick")

    by_hand(work, server, decide_meanwhile())
    assert [row.id for row in table(work, "outbox") if not row.delivered] == ["quick:G1:1", "quick:G1:1:outcome"]
    carry_on(work, server.api_url)
    assert history(work, "quick").has("quick:execution:1")
    assert_whole(work)


def one_vote(gate: str, person: str) -> Any:
    from tests import builders

    return builders.ballot(gate, person)


def by_hand(work: Workspace, server: EmbeddedServer, what: Any) -> Any:
    """Run flows and tasks without the dispatcher, as somebody with access to Prefect could."""

    async def run() -> Any:
        tasks.current.set(work)
        async with one_client():
            return await what

    with client_settings(server.api_url):
        return asyncio.run(run())


def found(server: EmbeddedServer, kind: str, wanted: Run) -> list[Run]:
    """What the server answers to a filter."""
    import httpx

    answer = httpx.post(f"{server.api_url}/{kind}/filter", json=wanted, timeout=30, trust_env=False)
    answer.raise_for_status()
    rows: list[Run] = answer.json()
    return rows


def resumed(server: EmbeddedServer, run: str) -> str:
    """Press Resume on a flow run; the answer of the server."""
    import httpx

    answer = httpx.post(f"{server.api_url}/flow_runs/{run}/resume", json={}, timeout=30, trust_env=False)
    return str(answer.json()["status"])
