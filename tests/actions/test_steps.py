"""Automated steps as actions: allowed or not, carried out, recorded once, asked for again."""

from pathlib import Path

import pytest

from lifecycle.actions import audit, gates, projects, steps, views
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import BadInput, StepBroken
from lifecycle.history.gates import ReviewReturned
from lifecycle.history.steps import StepFinished, StepRequested
from lifecycle.process.definition import StepDefinition
from tests.builders import definition, execution, planning, step, wind_up
from tests.workspaces import carry_on, charter_file, hand_in, history, workspace

HERE = "tests.broken_steps"
GOOD = step("scan", f"{HERE}:good", title="Scan")


def allowed(work: Workspace, *modules: str) -> None:
    (work.library.config / "organisation.yaml").write_text(f"steps: {{allowed: [{', '.join(modules)}]}}\n")


def begun(folder: Path, *own: StepDefinition) -> Workspace:
    """A project whose planning has these steps is open."""
    work = workspace(folder, definition(planning(steps=own), execution(), wind_up()))
    allowed(work, "tests")
    projects.start_project(work, charter_file(folder), "sam")
    carry_on(work)
    return work


def carried_out(work: Workspace, tried: int = 1) -> StepFinished | None:
    for due in steps.steps_due(work, "app"):
        steps.carry_out(work, "app", due, tried)
    return history(work).last(StepFinished)


def test_what_a_step_found_is_recorded_once(tmp_path: Path) -> None:
    work = begun(tmp_path, GOOD)
    (due,) = steps.steps_due(work, "app")
    assert steps.carry_out(work, "app", due, 1)
    assert not steps.carry_out(work, "app", due, 1)
    (found,) = history(work).all(StepFinished)
    assert (found.id, found.passed, found.text, found.tries) == (
        "app:planning:1:step:scan:1",
        True,
        "Looked at all.",
        1,
    )
    assert found.facts == {"documents": 0, "attempt": 1, "note": "scan"}
    assert audit.verify(work).fault is None


def test_who_is_overtaken_while_a_step_runs_records_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = begun(tmp_path, GOOD)
    (due,) = steps.steps_due(work, "app")
    real = steps._answered

    def overtaken(*asked: object) -> object:
        monkeypatch.undo()
        assert steps.carry_out(work, "app", due, 1)
        return real(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(steps, "_answered", overtaken)
    assert not steps.carry_out(work, "app", due, 1)
    assert len(history(work).all(StepFinished)) == 1


def test_a_step_sees_copies_of_what_was_handed_in_and_no_evidence(tmp_path: Path) -> None:
    work = begun(tmp_path, step("links", after="hand-in"))
    assert steps.steps_due(work, "app") == ()
    hand_in(work, "plan", "erik", "# Plan\n\n[see](#nowhere)\n")
    assert history(work).last(StepRequested, by="phasegate")
    found = carried_out(work)
    assert found is not None
    assert (found.passed, found.facts) == (False, {"documents": 1, "broken": 1})
    assert found.text == "1 times a link that leads nowhere in 1 document: Plan: #nowhere"
    hand_in(work, "plan", "erik", "# Plan\n")
    assert [one.state for one in steps.steps_of(work, "app")] == ["to run"]
    again = carried_out(work)
    assert again is not None
    assert (again.run, again.passed) == (2, True)


def test_a_step_is_given_the_drafts_and_does_without_evidence_that_is_kept_elsewhere(tmp_path: Path) -> None:
    work = begun(tmp_path, step("links", after="hand-in"))
    work.files.write_draft(work.files.draft("app", "planning-1/plan.md"), "# Plan")
    hand_in(work, "plan", "erik")
    for place in (work.files.data / "evidence").rglob("*"):
        if place.is_file():
            place.unlink()
    found = carried_out(work)
    assert found is not None
    assert found.facts["documents"] == 0


def test_a_step_that_breaks_is_tried_again_and_at_last_has_failed(tmp_path: Path) -> None:
    work = begun(tmp_path, step("scan", f"{HERE}:crash", retries=1))
    with pytest.raises(StepBroken, match="no scanner here"):
        carried_out(work, tried=1)
    assert history(work).last(StepFinished) is None
    found = carried_out(work, tried=2)
    assert found is not None
    assert (found.passed, found.tries, found.output) == (False, 2, None)
    assert found.text == "It could not be carried out: it crashed: ValueError: no scanner here."
    assert [gap.criterion for gap in views.why(work, "app").gaps if "step" in gap.criterion] == ["step.scan"]


def test_a_step_that_the_organisation_has_forbidden_since_does_not_run(tmp_path: Path) -> None:
    work = begun(tmp_path, GOOD)
    allowed(work)
    found = carried_out(work, tried=3)
    assert found is not None
    assert not found.passed
    assert f"The step {HERE}:good is not allowed by the organisation" in found.text


@pytest.mark.parametrize(
    ("run", "why"),
    [
        ("os:getcwd", "The step os:getcwd is not allowed by the organisation. Whoever answers for it writes `os` into"),
        ("lifecycle.actions.erasure:erase_person", "lifecycle.actions.erasure:erase_person is not allowed"),
        (f"{HERE}:missing", f"The step {HERE}:missing cannot be imported: AttributeError"),
    ],
)
def test_a_project_with_a_step_that_cannot_run_is_not_started(run: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        begun(tmp_path, step("scan", run))
    assert why in str(refused.value)


def test_asking_for_a_run_twice_changes_nothing(tmp_path: Path) -> None:
    work = begun(tmp_path, GOOD)
    carried_out(work)
    first = steps.request_step(work, "app", "scan", "erik")
    assert steps.request_step(work, "app", "scan", "cora") == first
    assert len(history(work).all(StepRequested)) == 1
    found = carried_out(work)
    assert found is not None
    assert found.run == 2


def test_an_open_review_goes_back_when_a_step_has_failed_since(tmp_path: Path) -> None:
    work = begun(tmp_path, step("links", after="opening"))
    carried_out(work)
    hand_in(work, "plan", "erik", "# Plan\n\n[see](#nowhere)\n")
    gates.submit_gate(work, "app", "G1", "paula")
    steps.request_step(work, "app", "links", "erik")
    carried_out(work)
    returned = history(work).last(ReviewReturned)
    assert returned is not None
    assert returned.difference == ("'Links has passed' was met and is now not met.",)
    assert [one.state for one in steps.steps_of(work, "app")] == ["failed"]
    assert audit.verify(work).fault is None
