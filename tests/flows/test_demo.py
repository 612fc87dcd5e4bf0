"""The demo, as a user runs it: a program from initiation to closure, in one command and one document."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lifecycle.actions import audit
from lifecycle.actions.hindsight import replay_process
from lifecycle.actions.workspace import Workspace, system_clock
from lifecycle.library import Library
from tests.flows.conftest import Performance

pytestmark = [pytest.mark.flows, pytest.mark.timeout(600)]

Document = dict[str, Any]
PROJECTS = {
    "backend": "closed",
    "chat-assistant": "closed early",
    "digital-platform": "closed",
    "mobile-app": "closed",
    "website": "closed",
}


@pytest.fixture
def document(performance: Performance) -> Document:
    """What `phasegate demo --json` answered."""
    assert performance.process.wait(500) == 0, (performance.folder / "err").read_text()
    return answer(performance.folder)


@cache
def answer(folder: Path) -> Document:
    read: Document = json.loads((folder / "out").read_text())
    return read


def runs_of(document: Document, flow: str) -> list[Document]:
    return [run for run in document["flow_runs"] if run["flow"] == flow]


def test_the_answer_is_one_document(document: Document) -> None:
    assert set(document) == {"flow_runs", "projects", "reports"}
    for run in document["flow_runs"]:
        assert {"id", "name", "flow", "state", "parent", "tasks", "tags"} <= set(run)


def test_no_flow_run_and_no_task_ends_red_or_unfinished(document: Document) -> None:
    assert {run["state_type"] for run in document["flow_runs"]} == {"COMPLETED"}
    assert {task["state"] for run in document["flow_runs"] for task in run["tasks"]} == {"Completed"}
    assert {run["state"] for run in document["flow_runs"]} == {
        "AwaitingDecision",
        "AwaitingPredecessor",
        "Closed",
        "OnHold",
        "Stopped",
    }


def test_programs_run_projects_and_projects_run_phases(document: Document) -> None:
    flow_of = {run["id"]: run["flow"] for run in document["flow_runs"]}
    assert {run["parent"] for run in runs_of(document, "program-coordination")} == {None}
    assert {flow_of[run["parent"]] for run in runs_of(document, "project-lifecycle")} == {"program-coordination"}
    assert {flow_of[run["parent"]] for run in runs_of(document, "phase")} == {"project-lifecycle"}
    assert {run["name"] for run in runs_of(document, "project-lifecycle")} == set(PROJECTS)


def test_every_phase_at_a_gate_has_the_gate_as_two_tasks(document: Document) -> None:
    at_gates = [run for run in runs_of(document, "phase") if any(tag.startswith("gate:") for tag in run["tags"])]
    assert {run["name"].partition(" · ")[0] for run in at_gates} == set(PROJECTS)
    for run in at_gates:
        gate = next(tag.removeprefix("gate:") for tag in run["tags"] if tag.startswith("gate:"))
        assert [task["name"] for task in run["tasks"][-2:]] == [f"request review of {gate}", f"read outcome of {gate}"]


def test_each_phase_was_opened_by_one_run_only(document: Document) -> None:
    openings = [
        (run["name"], task["name"])
        for run in runs_of(document, "phase")
        for task in run["tasks"]
        if task["name"].startswith("open ")
    ]
    assert len(openings) == len(set(openings))


def test_projects_end_as_the_story_says_with_all_rounds_of_their_gates(document: Document) -> None:
    assert {project["project"]: project["state"] for project in document["projects"]} == PROJECTS
    rounds = {
        f"{project['project']} {gate['gate']}": [one["outcome"] for one in gate["rounds"]]
        for project in document["projects"]
        for gate in project["gates"]
    }
    for project in document["projects"]:
        for gate in project["gates"]:
            assert gate["outcome"] == (gate["rounds"][-1]["outcome"] if gate["rounds"] else None)
            assert gate["round"] == len(gate["rounds"])
    outcomes = [outcome for all_rounds in rounds.values() for outcome in all_rounds]
    assert {"go", "conditional_go", "recycle", "kill"} <= set(outcomes)
    assert any(all_rounds[:1] == ["recycle"] and all_rounds[-1] == "go" for all_rounds in rounds.values())


def test_all_reports_are_there(document: Document) -> None:
    files = [Path(report) for report in document["reports"]]
    assert all(file.is_file() and file.stat().st_size for file in files)
    for project in PROJECTS:
        assert {file.suffix for file in files if project in file.parts or project in file.name} >= {
            ".html",
            ".json",
            ".md",
            ".pdf",
        }


def test_the_journal_verifies_and_every_message_arrived(document: Document, performance: Performance) -> None:
    from tests.flows.carrying import table

    work = Workspace.open(performance.folder / "reports" / "data", Library.find(), system_clock)
    assert audit.verify(work).fault is None
    assert [row.id for row in table(work, "outbox") if not row.delivered] == []
    assert len({run["id"] for run in document["flow_runs"]}) == len(document["flow_runs"])
    work.database.close()


def test_the_very_processes_of_the_projects_would_have_brought_the_same_outcomes(
    document: Document, performance: Performance
) -> None:
    assert document
    work = Workspace.open(performance.folder / "reports" / "data", Library.find(), system_clock)
    seen = [one for name in ("predictive", "program") for one in replay_process(work, work.library.process(name))]
    work.database.close()
    assert {project.project for project in seen} == set(PROJECTS)
    assert {gate.verdict for project in seen for gate in project.gates} == {"same"}
