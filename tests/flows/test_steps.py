"""Automated steps as real Prefect tasks: tried again, ended, killed with their runner, and recorded once."""

import multiprocessing
import signal
from pathlib import Path
from typing import Any

import pytest

from flows.server import EmbeddedServer
from lifecycle.actions import projects, steps
from lifecycle.actions.workspace import Workspace
from lifecycle.history.gates import ReviewRequested
from lifecycle.history.steps import StepFinished
from lifecycle.process.definition import StepDefinition
from tests import workspaces
from tests.builders import definition, execution, planning, step, wind_up
from tests.flows import doomed
from tests.flows.carrying import assert_whole, carry_on
from tests.workspaces import charter_file, hand_in, history

pytestmark = pytest.mark.flows

HERE = "tests.broken_steps"


def begun(folder: Path, *own: StepDefinition) -> Workspace:
    """A project with these steps has started, and nobody told the flows yet."""
    work = workspaces.workspace(folder, definition(planning(steps=own), execution(), wind_up()))
    (work.library.config / "organisation.yaml").write_text("steps: {allowed: [tests]}\n")
    projects.start_project(work, charter_file(folder), "sam")
    return work


def results(work: Workspace) -> dict[str, StepFinished]:
    return {one.step: one for one in history(work).all(StepFinished)}


def test_steps_run_with_their_phase_and_no_way_of_breaking_makes_a_red_run(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    """A step killed, hanging, or raving is what it found, after the tries it was given."""
    tries = tmp_path / "tries"
    once: dict[str, Any] = {"retries": 1, "retry_delay_seconds": 0}
    work = begun(
        tmp_path,
        step("good", f"{HERE}:good", parameters={"passes": True}),
        step("hang", f"{HERE}:hang", timeout_seconds=1, **once, parameters={"place": str(tmp_path / "child")}),
        step("vanish", f"{HERE}:vanish", **once, parameters={"place": str(tries)}),
        step("rave", f"{HERE}:unknown", retries=0),
    )
    assert carry_on(work, server.api_url) == ["AwaitingDecision"]
    found = results(work)
    assert {name: (one.passed, one.tries) for name, one in found.items()} == {
        "good": (True, 1),
        "hang": (False, 2),
        "vanish": (False, 2),
        "rave": (False, 1),
    }
    assert "took longer than 1 s" in found["hang"].text
    assert "ended by SIGKILL" in found["vanish"].text
    assert tries.read_text() == "tried\n" * 2
    assert_whole(work)

    assert carry_on(work, server.api_url) == []
    assert results(work) == found
    steps.request_step(work, "app", "good", "erik")
    assert carry_on(work, server.api_url) == ["AwaitingDecision"]
    assert results(work)["good"].run == 2
    assert len(history(work).all(StepFinished)) == 5
    work.database.close()


def test_what_is_handed_in_sets_the_step_in_motion_and_its_result_opens_the_gate(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    first = planning(steps=(step("links", after="hand-in"),))
    automatic = first.gates[0].model_copy(update={"request": "automatic", "criteria": ()})
    work = workspaces.workspace(
        tmp_path, definition(first.model_copy(update={"gates": (automatic,)}), execution(), wind_up())
    )
    projects.start_project(work, charter_file(tmp_path), "sam")
    carry_on(work, server.api_url)
    assert not results(work)

    hand_in(work, "plan", "erik", "[gone](#nowhere)")
    carry_on(work, server.api_url)
    assert not results(work)["links"].passed
    assert not history(work).all(ReviewRequested)

    hand_in(work, "plan", "erik", "# Plan")
    carry_on(work, server.api_url)
    assert results(work)["links"].passed
    assert [one.gate for one in history(work).all(ReviewRequested)] == ["G1"]
    assert_whole(work)
    work.database.close()


@pytest.mark.parametrize(
    ("place", "when"),
    [
        ("lifecycle.automation.running:answer", "before"),
        ("lifecycle.automation.running:answer", "after"),
        ("lifecycle.actions.steps:carry_out", "after"),
    ],
)
def test_a_runner_killed_around_a_step_leaves_one_result(
    place: str, when: str, server: EmbeddedServer, tmp_path: Path
) -> None:
    """R-11: between the step and its record it runs twice and is recorded once."""
    work = begun(tmp_path, step("scan", f"{HERE}:good"))
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(doomed.PRELOADED))
    runner = context.Process(target=doomed.deliver_until_death, args=(tmp_path, server.api_url, place, when))
    runner.start()
    runner.join(60)
    assert runner.exitcode == -signal.SIGKILL, "the point was not reached"

    assert carry_on(work, server.api_url) == ["AwaitingDecision"]
    assert [one.id for one in history(work).all(StepFinished)] == ["app:planning:1:step:scan:1"]
    assert_whole(work)
    work.database.close()
