"""Running automated steps: only what the organisation allows, recorded once, asked for again by people."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lifecycle.actions import audit, gates, migration, phases, projects, registers, steps, views
from lifecycle.actions.migration import Destination
from lifecycle.actions.workspace import Workspace
from lifecycle.automation.children import Answer
from lifecycle.errors import TransitionNotAllowed
from lifecycle.history.gates import ReviewRequested, ReviewReturned
from lifecycle.history.steps import StepFinished, StepRequested
from lifecycle.process.definition import StepDefinition
from lifecycle.process.renaming import with_new_names
from tests.automated import allow, step, with_steps
from tests.builders import definition, execution, gate, planning, wind_up
from tests.workspaces import carry_on, charter_file, hand_in, history, workspace

ODD = """
def scan(given):
    told = (given["project"]["id"], given["phase"], given["attempt"], given["run"], given["parameters"]["depth"])
    return {"passed": True, "text": repr(told), "facts": {"lessons": given["facts"]["lessons.recorded"]}}
def read(given):
    return {"passed": True, "text": open(given["documents"][0]["path"]).read()}
"""
SCAN = step("scan", parameters={"depth": 3})
READ = step("read", documents=True)
FINE = Answer(passed=True, text="fine")
FAILED = Answer(passed=False, text="two holes")


def begun(folder: Path, *definitions: StepDefinition) -> Workspace:
    work = workspace(folder, with_steps(*definitions))
    allow(work, "odd", ODD)
    projects.start_project(work, charter_file(folder), "sam")
    phases.open_phase(work, "app", "planning", 1)
    return work


@pytest.fixture
def scanning(tmp_path: Path) -> Iterator[Workspace]:
    work = begun(tmp_path, SCAN)
    yield work
    work.database.close()


@pytest.fixture
def reading(tmp_path: Path) -> Iterator[Workspace]:
    work = begun(tmp_path, READ)
    yield work
    work.database.close()


def test_a_step_is_told_of_the_project_and_its_result_is_recorded(scanning: Workspace) -> None:
    carry_on(scanning)
    (one,) = history(scanning).all(StepFinished)
    assert (one.passed, one.text) == (True, "('app', 'planning', 1, 1, 3)")
    assert one.facts == {"lessons": 0}
    assert steps.due(scanning, "app") == ()


def test_a_result_is_recorded_once(scanning: Workspace) -> None:
    (due,) = steps.due(scanning, "app")
    assert steps.finish_step(scanning, "app", due, FINE)
    before = views.journal_of(scanning, None)
    steps.finish_step(scanning, "app", due, FAILED)
    assert views.journal_of(scanning, None) == before


def test_nothing_is_recorded_of_a_step_that_its_project_lost_by_a_move_meanwhile(
    scanning: Workspace, tmp_path: Path
) -> None:
    """The step is called otherwise since, and runs once more under its new name."""
    (due,) = steps.due(scanning, "app")
    new = with_new_names(with_steps(SCAN), {("step", "scan"): "look"}).model_copy(update={"version": "2"})
    file = tmp_path / "second.yaml"
    file.write_text(new.model_dump_json(exclude_none=True))
    migration.request_migration(scanning, "app", Destination(str(file)), "Better.", "paula")
    migration.confirm_migration(scanning, "app", "sam")
    assert steps.finish_step(scanning, "app", due, FINE)
    assert history(scanning).all(StepFinished) == ()
    assert [one.step.id for one in steps.due(scanning, "app")] == ["look"]


def test_what_a_step_found_goes_along_under_its_new_name(reading: Workspace, tmp_path: Path) -> None:
    hand_in(reading, "plan", "erik")
    (due,) = steps.due(reading, "app")
    steps.finish_step(reading, "app", due, FINE)
    names = {("step", "read"): "look", ("deliverable", "plan"): "project-plan"}
    new = with_new_names(with_steps(READ), names).model_copy(update={"version": "2"})
    file = tmp_path / "second.yaml"
    file.write_text(new.model_dump_json(exclude_none=True))
    migration.request_migration(reading, "app", Destination(str(file)), "Better.", "paula")
    migration.confirm_migration(reading, "app", "sam")
    (found,) = history(reading).all(StepFinished)
    assert (found.id, found.step, found.documents) == ("app:planning:1:step:read:1", "look", {"project-plan": 1})
    assert steps.due(reading, "app") == ()
    assert audit.verify(reading).fault is None


def test_nothing_is_recorded_in_a_project_that_was_closed_meanwhile(tmp_path: Path) -> None:
    work = begun(tmp_path, SCAN.model_copy(update={"advisory": True}))
    (due,) = steps.due(work, "app")
    projects.stop_project(work, "app", "Not needed.", "sam")
    carry_on(work)
    hand_in(work, "final-report", "paula")
    registers.record_lesson(work, "app", "Ask.", recommendation="Ask early.", by="erik")
    projects.release_people(work, "app", (), "paula")
    projects.close_project(work, "app", "paula")
    steps.finish_step(work, "app", due, FINE)
    assert history(work).all(StepFinished) == ()
    work.database.close()


@pytest.mark.parametrize(
    ("run", "text"),
    [
        ("os:system", "the organisation does not allow 'os:system'; add its module to steps: allowed in"),
        ("oddly:scan", "the organisation does not allow 'oddly:scan'"),
        ("odd.deep:scan", "'odd.deep:scan' cannot be imported: No module named 'odd.deep'"),
        ("lifecycle.steps.documents:nothing", "'lifecycle.steps.documents:nothing' cannot be imported"),
    ],
)
def test_what_is_not_allowed_or_not_there_is_a_failed_step(tmp_path: Path, run: str, text: str) -> None:
    work = begun(tmp_path, SCAN.model_copy(update={"run": run}))
    carry_on(work)
    (one,) = history(work).all(StepFinished)
    assert (one.passed, one.text[: len(text)]) == (False, text)
    assert "step.scan" in [gap.criterion for gap in views.why(work, "app").gaps]
    work.database.close()


def test_without_an_organisation_only_the_engines_own_steps_run(scanning: Workspace) -> None:
    (scanning.library.config / "organisation.yaml").unlink()
    assert not scanning.library.organisation.allows("odd:scan")
    assert scanning.library.organisation.allows("lifecycle.steps.documents:complete")
    assert not scanning.library.organisation.allows("lifecycle.stepsister:complete")


def test_a_document_that_is_handed_in_lets_the_step_run_that_reads_it(reading: Workspace) -> None:
    assert steps.due(reading, "app") == ()
    hand_in(reading, "plan", "erik", "first")
    hand_in(reading, "plan", "erik", "second")
    assert [one.id for one in history(reading).all(StepRequested)] == ["app:planning:1:step:read:1:request"]
    carry_on(reading)
    assert [(one.run, one.text, one.documents) for one in history(reading).all(StepFinished)] == [
        (1, "second", {"plan": 2})
    ]


def test_a_document_that_is_handed_in_while_the_step_runs_lets_it_run_again(reading: Workspace) -> None:
    hand_in(reading, "plan", "erik", "first")
    (due,) = steps.due(reading, "app")
    hand_in(reading, "plan", "erik", "second")
    steps.finish_step(reading, "app", due, FINE)
    assert [one.run for one in history(reading).all(StepRequested)] == [1, 2]
    assert audit.verify(reading).fault is None


def test_a_result_that_turns_sends_an_open_review_back_and_one_that_does_not_leaves_it(scanning: Workspace) -> None:
    carry_on(scanning)
    hand_in(scanning, "plan", "erik")
    gates.submit_gate(scanning, "app", "G1", "paula")
    for answer, returned in ((FINE, 0), (FAILED, 1)):
        steps.request_step(scanning, "app", "scan", "erik")
        (due,) = steps.due(scanning, "app")
        assert history(scanning).open_review("G1")
        steps.finish_step(scanning, "app", due, answer)
        assert len(history(scanning).all(ReviewReturned)) == returned


def test_a_gate_of_the_engine_is_submitted_with_the_result_that_it_lacked(tmp_path: Path) -> None:
    gates_ = (gate("G1", "customer", "sponsor", request="automatic"),)
    work = workspace(tmp_path, definition(planning(steps=(SCAN,), gates=gates_), execution(), wind_up()))
    allow(work, "odd", ODD)
    projects.start_project(work, charter_file(tmp_path), "sam")
    phases.open_phase(work, "app", "planning", 1)
    hand_in(work, "plan", "erik")
    assert history(work).all(ReviewRequested) == ()
    carry_on(work)
    assert history(work).open_review("G1")
    work.database.close()


def test_a_person_lets_a_step_run_again_and_not_twice_at_once(scanning: Workspace) -> None:
    carry_on(scanning)
    asked = steps.request_step(scanning, "app", "scan", "erik")
    assert (asked.id, asked.by) == ("app:planning:1:step:scan:2:request", "erik")
    with pytest.raises(TransitionNotAllowed, match="about to run already"):
        steps.request_step(scanning, "app", "scan", "ada")
    carry_on(scanning)
    assert [one.run for one in history(scanning).all(StepFinished)] == [1, 2]
    with scanning.look() as store:
        causes = [row.id for row in store.rows()]
    assert "app:planning:1:step:scan:2:request" in causes
    assert audit.verify(scanning).fault is None


def test_the_list_says_what_each_step_found(tmp_path: Path) -> None:
    work = begun(tmp_path, SCAN, READ.model_copy(update={"advisory": True}))
    assert [(one.step, one.gate, one.result, one.run) for one in steps.step_list(work, "app")] == [
        ("scan", "G1", "unknown", 0),
        ("read", "G1", "unknown", 0),
    ]
    carry_on(work)
    scan, _ = steps.step_list(work, "app")
    assert (scan.result, scan.run, scan.runs, scan.owner) == ("met", 1, "odd:scan", "engineer")
    work.database.close()
