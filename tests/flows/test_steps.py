"""Automated steps through real flows: whatever a step does to itself, the phase goes on, its result is there once."""

import multiprocessing
import signal
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from flows.server import EmbeddedServer, flow_runs
from lifecycle.actions import audit, gates, steps, views
from lifecycle.actions.workspace import Workspace
from lifecycle.history.steps import StepFinished
from tests.automated import allow, step, with_steps
from tests.flows import carrying, doomed
from tests.flows.carrying import assert_whole, carry_on, start, table
from tests.workspaces import hand_in, history, workspace

pytestmark = pytest.mark.flows

ODD = """
import os, time
def passes(given):
    return {"passed": True, "text": f"run {given['run']}", "facts": {"seen": len(given["documents"])}}
def hangs(given):
    time.sleep(3600)
def meets(given):
    folder = given["parameters"]["folder"]
    open(os.path.join(folder, given["project"]["id"]), "w").close()
    while len(os.listdir(folder)) < 2:
        time.sleep(0.01)
    return {"passed": True, "text": "met"}
def dies(given):
    os.abort()
def raises(given):
    raise ValueError("no such scanner")
def mumbles(given):
    return {"passed": "perhaps"}
def recovers(given):
    with open(given["parameters"]["file"], "a") as tries:
        tries.write("x")
    if os.path.getsize(given["parameters"]["file"]) < 3:
        os.abort()
    return {"passed": True, "text": "at last"}
"""


def begun(folder: Path, *definitions: Any) -> Workspace:
    """A project on the small process with these steps in its first phase."""
    work = workspace(folder, with_steps(*definitions))
    allow(work, "odd", ODD)
    start(work, folder, "app")
    return work


def found(work: Workspace) -> dict[str, str]:
    return {one.step: one.text for one in history(work).all(StepFinished)}


def test_a_step_that_hangs_crashes_raises_or_answers_rubbish_is_a_failed_step_and_no_red_run(
    tmp_path: Path, server: EmbeddedServer
) -> None:
    broken = ("hangs", "dies", "raises", "mumbles")
    hangs = step("hangs", retries=0, timeout_seconds=1)
    work = begun(tmp_path, hangs, *(step(name, retries=0) for name in broken[1:]), step("passes"))
    with closing(work.database):
        assert carry_on(work, server.api_url) == ["AwaitingDecision"]
        assert found(work) == {
            "hangs": "it took longer than 1 s and was ended",
            "dies": "it was ended by signal 6 (Aborted)",
            "raises": "ValueError: no such scanner",
            "mumbles": "it has to answer with passed, text and facts; passed: Input should be a valid boolean",
            "passes": "run 1",
        }
        gaps = [gap.criterion for gap in views.why(work, "app").gaps]
        assert gaps == ["deliverable.plan", *(f"step.{name}" for name in broken)]
        mark = f"runner:{work.database.instance[:8]}-"
        mine = [run for run in flow_runs(server.api_url) if any(tag.startswith(mark) for tag in run["tags"])]
        assert mine
        assert {run["state_type"] for run in mine} == {"COMPLETED"}
        assert_whole(work)


def test_prefect_tries_a_step_that_broke_again_and_only_the_last_try_is_recorded(
    tmp_path: Path, server: EmbeddedServer
) -> None:
    tries = tmp_path / "tries"
    work = begun(tmp_path, step("recovers", parameters={"file": str(tries)}))
    with closing(work.database):
        carry_on(work, server.api_url)
        assert tries.read_text() == "xxx"
        assert [(one.run, one.text) for one in history(work).all(StepFinished)] == [(1, "at last")]


def test_a_step_runs_again_when_a_person_asks_and_when_a_document_changes(
    tmp_path: Path, server: EmbeddedServer
) -> None:
    work = begun(tmp_path, step("passes"), step("reads", run="odd:passes", documents=True))
    with closing(work.database):
        carry_on(work, server.api_url)
        assert found(work) == {"passes": "run 1"}
        steps.request_step(work, "app", "passes", "erik")
        hand_in(work, "plan", "erik")
        carry_on(work, server.api_url)
        hand_in(work, "plan", "erik", "another one")
        carry_on(work, server.api_url)
        carry_on(work, server.api_url)
        results = [(one.step, one.run, one.documents) for one in history(work).all(StepFinished)]
        assert results == [
            ("passes", 1, {}),
            ("passes", 2, {}),
            ("reads", 1, {"plan": 1}),
            ("reads", 2, {"plan": 2}),
        ]
        gates.submit_gate(work, "app", "G1", "paula")
        carry_on(work, server.api_url)
        assert_whole(work)


@pytest.mark.parametrize(("function", "when"), [("run", "after"), ("finish_step", "before"), ("finish_step", "after")])
def test_a_runner_killed_between_a_step_and_its_record_leaves_one_record(
    tmp_path: Path, server: EmbeddedServer, function: str, when: str
) -> None:
    work = begun(tmp_path, step("passes"))
    with closing(work.database):
        place = f"lifecycle.actions.steps:{function}"
        asked = (tmp_path, server.api_url, place, when)
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(doomed.PRELOADED))
        runner = context.Process(target=doomed.deliver_until_death, args=asked)
        runner.start()
        runner.join(60)
        assert runner.exitcode == -signal.SIGKILL, "the point was not reached"
        assert any(not row.delivered for row in table(work, "outbox"))
        carry_on(work, server.api_url)
        assert [one.run for one in history(work).all(StepFinished)] == [1]
        assert audit.verify(work).fault is None
        assert_whole(work)


def test_a_step_beside_another_project_does_not_hold_it_up(tmp_path: Path, server: EmbeddedServer) -> None:
    """The runner waits for a step in a thread of its own: each of these two waits for the other one to begin."""
    here = tmp_path / "here"
    here.mkdir()
    work = begun(tmp_path, step("meets", retries=0, timeout_seconds=60, parameters={"folder": str(here)}))
    with closing(work.database):
        carrying.start(work, tmp_path, "web")
        carry_on(work, server.api_url)
        for project in ("app", "web"):
            assert [one.text for one in history(work, project).all(StepFinished)] == ["met"]
