"""A project through its actions: from charter to closure, and every wall on the way."""

from pathlib import Path
from typing import Any

import pytest

from lifecycle.actions import audit, gates, phases, projects, registers, views
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import (
    BadInput,
    ClosureBlocked,
    Conflict,
    DefinitionError,
    NotAuthorised,
    NotFound,
    TransitionNotAllowed,
)
from lifecycle.history.closing import PersonReleased, ProjectClosed
from lifecycle.history.control import BaselineSet
from lifecycle.process.definition import ProcessDefinition
from tests import builders
from tests.workspaces import carry_on, charter_file, hand_in, history, vote, workspace


@pytest.fixture
def work(started: Workspace) -> Workspace:
    """A project that has begun: Paula prepares gate G1."""
    return started


def test_a_project_goes_from_its_charter_to_its_closure(work: Workspace) -> None:
    hand_in(work, "plan", "erik")
    gates.submit_gate(work, "app", None, "paula")
    vote(work, "G1", "sam")
    assert vote(work, "G1", "cora").outcome == "go"
    assert history(work).last(BaselineSet) is not None
    carry_on(work)
    hand_in(work, "app", "erik")
    projects.judge_deliverable(work, "app", deliverable="app", by="cora")
    hand_in(work, "test-report", "erik")
    gates.submit_gate(work, "app", "G2", "paula")
    vote(work, "G2", "sam")
    assert vote(work, "G2", "ada").outcome == "go"
    carry_on(work)
    projects.hand_over(work, "app", "app", to="cora", by="paula")
    hand_in(work, "final-report", "paula")
    assert phases.request_review(work, "app", "G3").state == "awaiting decision"
    assert vote(work, "G3", "sam").outcome == "go"
    carry_on(work)
    closed = history(work).last(ProjectClosed)
    assert closed is not None
    assert not closed.premature
    assert len(history(work).all(PersonReleased)) == len(builders.PEOPLE)
    assert [line.state for line in views.project_list(work)] == ["closed"]
    assert views.inbox(work, None) == ()
    assert audit.verify(work).fault is None


def test_nothing_of_the_next_phase_begins_before_the_gate_is_decided(work: Workspace) -> None:
    hand_in(work, "plan", "erik")
    gates.submit_gate(work, "app", "G1", "paula")
    vote(work, "G1", "sam")
    carry_on(work)
    assert not history(work).has("app:execution:1")
    with pytest.raises(TransitionNotAllowed, match="has not begun"):
        hand_in(work, "app", "erik")


def test_a_refused_attempt_is_journaled_and_changes_nothing(work: Workspace) -> None:
    before = history(work).records
    with pytest.raises(NotAuthorised):
        gates.submit_gate(work, "app", "G1", "erik")
    assert history(work).records == before
    last = views.journal_of(work, "app")[-1]
    assert (last.actor, last.action, last.note) == ("erik", "refused submit gate", "not_authorised")
    assert audit.verify(work).fault is None


def test_a_project_is_started_once(work: Workspace, tmp_path: Path) -> None:
    with pytest.raises(Conflict, match="There is a project 'app' already"):
        projects.start_project(work, charter_file(tmp_path), "sam")


def test_a_project_whose_gate_nobody_could_decide_is_not_started(tmp_path: Path) -> None:
    work = workspace(tmp_path)
    people = tuple(person for person in builders.PEOPLE if person.id != "sam")
    with pytest.raises(BadInput, match="cannot be started"):
        projects.start_project(work, charter_file(tmp_path, builders.charter(people=people)), "paula")
    assert views.project_list(work) == ()


def refused_products(folder: Path, process: ProcessDefinition, **asked: Any) -> list[str]:
    product = builders.deliverable("shed", "engineer", "customer", product=True).model_copy(update=asked)
    work = workspace(folder, process)
    file = folder / "charter.yaml"
    plain = builders.charter(plan=None).model_dump_json(exclude_none=True, exclude_defaults=True)
    item = product.model_dump_json(exclude_none=True, exclude_defaults=True)
    file.write_text(f'{plain[:-1]},\n"deliverables":\n  [{item}]}}\n')
    with pytest.raises(DefinitionError) as refusal:
        projects.start_project(work, file, "sam")
    assert views.project_list(work) == ()
    assert {problem.line for problem in refusal.value.problems} == {3}
    return [problem.message for problem in refusal.value.problems]


def test_a_product_that_no_gate_would_ask_for_keeps_the_project_from_starting(tmp_path: Path) -> None:
    process = builders.definition()
    assert refused_products(tmp_path / "1", process, id="final-report") == [
        "the process has a deliverable 'final-report' of its own; give the product another id"
    ]
    assert refused_products(tmp_path / "2", process, gate="S9") == [
        "gate 'S9' does not end the phase that receives the products; name one of: G2"
    ]
    assert refused_products(tmp_path / "3", process, gate="G3", id="plan") == [
        "the process has a deliverable 'plan' of its own; give the product another id",
        "gate 'G3' does not end the phase that receives the products; name one of: G2",
    ]
    nowhere = builders.definition(builders.planning(), builders.execution(products=False), builders.wind_up())
    assert refused_products(tmp_path / "4", nowhere) == [
        "no phase of 'small' receives products, so no gate would ask for 'shed'; leave it out, or name another process"
    ]


def test_an_unplannable_plan_keeps_the_project_from_starting(tmp_path: Path) -> None:
    work = workspace(tmp_path)
    file = charter_file(tmp_path)
    (tmp_path / "plan.csv").write_text(
        "id,name,wbs,duration,predecessors,owner,cost\nA1,One,1,5,A2,engineer,1\nA2,Two,1,5,A1,engineer,1\n"
    )
    with pytest.raises(BadInput, match=r"A1 -> A2 -> A1|A2 -> A1 -> A2"):
        projects.start_project(work, file, "sam")
    assert views.project_list(work) == ()


def test_a_stopped_project_is_wound_up_and_closed_early(work: Workspace) -> None:
    projects.stop_project(work, "app", "No longer wanted.", "sam")
    carry_on(work)
    with pytest.raises(ClosureBlocked, match="no lesson"):
        projects.close_project(work, "app", "paula")
    registers.record_lesson(work, "app", "Ask first.", recommendation="Ask customers earlier.", by="erik")
    hand_in(work, "final-report", "paula")
    released = projects.release_people(work, "app", (), "paula")
    assert len(released) == len(builders.PEOPLE) == len(history(work).all(PersonReleased))
    assert projects.close_project(work, "app", "paula").premature
    assert phases.current_step(work, "app").word == "closed early"
    with pytest.raises(TransitionNotAllowed, match="closed"):
        hand_in(work, "final-report", "paula")


def test_a_result_is_judged_once(work: Workspace) -> None:
    projects.judge_success(work, "app", criterion="used", met=True, evidence="1,204 users", by="cora")
    with pytest.raises(TransitionNotAllowed, match="judged met by Cora"):
        projects.judge_success(work, "app", criterion="used", met=False, evidence="", by="sam")
    with pytest.raises(NotFound, match="success criterion"):
        projects.judge_success(work, "app", criterion="loved", met=True, evidence="x", by="sam")


def test_a_deliverable_without_draft_needs_a_file(work: Workspace, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no draft of 'plan'"):
        projects.submit_deliverable(work, "app", deliverable="plan", by="erik")
    with pytest.raises(FileNotFoundError):
        projects.submit_deliverable(work, "app", deliverable="plan", by="erik", file=tmp_path / "nothing.md")


def test_why_names_every_gap_and_who_owes_it(work: Workspace) -> None:
    why = views.why(work, "app")
    assert (why.state, why.gate) == ("preparing", "G1")
    assert [(gap.criterion, gap.persons) for gap in why.gaps] == [("deliverable.plan", ("paula",))]
    assert views.inbox(work, "paula")[0].what == "submit"
