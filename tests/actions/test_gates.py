"""The walls at a gate, on the real store: each refused with its own error, and journaled."""

from datetime import date

import pytest

from lifecycle.actions import gates, people, phases, projects, registers, views
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import (
    AlreadyVoted,
    Conflict,
    EvidenceChanged,
    LifecycleError,
    NotAnApprover,
    NotReady,
    ReviewClosed,
    RuleViolation,
    SeparationOfDuties,
    TransitionNotAllowed,
)
from lifecycle.history.charter import RiskEntry
from lifecycle.history.gates import GateDecided, VoteCast
from tests import builders
from tests.workspaces import carry_on, hand_in, history, pass_second_gate, vote

HIGH_RISK = RiskEntry(title="No supplier", category="supplier", probability=5, impact=5, owner="manager")


@pytest.fixture
def work(submitted: Workspace) -> Workspace:
    """A project whose first gate waits for Sam and Cora."""
    return submitted


def refusals(work: Workspace) -> list[str | None]:
    return [entry.note for entry in views.journal_of(work, "app") if entry.action.startswith("refused")]


@pytest.mark.parametrize(
    ("person", "error", "code"),
    [
        ("ada", NotAnApprover, "not_an_approver"),
        ("paula", SeparationOfDuties, "separation_of_duties"),
        ("erik", SeparationOfDuties, "separation_of_duties"),
        ("stranger", NotAnApprover, "not_an_approver"),
    ],
)
def test_who_may_not_vote_is_refused(work: Workspace, person: str, error: type[LifecycleError], code: str) -> None:
    with pytest.raises(error):
        vote(work, "G1", person)
    assert refusals(work) == [code]
    assert history(work).all(VoteCast) == ()


def test_nobody_votes_twice(work: Workspace) -> None:
    vote(work, "G1", "sam")
    with pytest.raises(AlreadyVoted, match="already voted approve"):
        vote(work, "G1", "sam", choice="reject")
    assert refusals(work) == ["already_voted"]


def test_nobody_votes_after_the_outcome(work: Workspace) -> None:
    vote(work, "G1", "sam", choice="reject", proposal="hold")
    with pytest.raises(ReviewClosed, match="hold"):
        vote(work, "G1", "cora")
    assert refusals(work) == ["review_closed"]


def test_a_vote_on_another_dossier_is_refused(work: Workspace) -> None:
    with pytest.raises(EvidenceChanged):
        vote(work, "G1", "sam", digest="0" * 64)
    assert refusals(work) == ["evidence_changed"]


def test_new_evidence_sends_the_review_back_and_dismisses_its_votes(work: Workspace) -> None:
    vote(work, "G1", "sam")
    hand_in(work, "plan", "erik", "another plan")
    assert phases.current_step(work, "app").word == "preparing"
    with pytest.raises(EvidenceChanged):
        vote(work, "G1", "cora")
    gates.submit_gate(work, "app", "G1", "paula")
    vote(work, "G1", "cora")
    assert history(work).all(GateDecided) == ()
    assert vote(work, "G1", "sam").outcome == "go"
    assert history(work).has("app:G1:2:outcome")


def test_the_same_key_gives_the_same_answer_and_one_vote(work: Workspace) -> None:
    first = vote(work, "G1", "sam", key="k1")
    assert vote(work, "G1", "sam", key="k1") == first
    with pytest.raises(Conflict, match="another request"):
        vote(work, "G1", "sam", key="k1", choice="reject")
    assert len(history(work).all(VoteCast)) == 1


def test_a_hold_ends_with_a_new_review(work: Workspace) -> None:
    vote(work, "G1", "sam", choice="reject", proposal="hold")
    assert phases.current_step(work, "app").word == "on hold"
    gates.resume_gate(work, "app", "G1", "The budget is back.", "cora")
    assert phases.current_step(work, "app").word == "awaiting decision"
    assert history(work).has("app:G1:2")


def test_a_hold_that_ends_with_gaps_goes_back_to_the_submitter(work: Workspace) -> None:
    vote(work, "G1", "sam", choice="reject", proposal="hold")
    registers.add_risk(work, "app", HIGH_RISK, "erik")
    gates.resume_gate(work, "app", "G1", "The budget is back.", "cora")
    assert phases.current_step(work, "app").word == "preparing"
    assert not history(work).has("app:G1:2")
    with pytest.raises(NotReady):
        gates.submit_gate(work, "app", "G1", "paula")


def test_a_hold_ends_though_its_submitter_has_left(work: Workspace) -> None:
    vote(work, "G1", "sam", choice="reject", proposal="hold")
    people.assign_person(work, "app", builders.person("petra", "manager"), "Takes over.", "sam")
    people.remove_person(work, "app", "paula", "Elsewhere.", "sam")
    gates.resume_gate(work, "app", "G1", "The budget is back.", "cora")
    assert phases.current_step(work, "app").word == "preparing"
    assert gates.submit_gate(work, "app", "G1", "petra").round == 2


def test_work_goes_on_beside_a_gate_that_the_engine_cannot_submit(executing: Workspace) -> None:
    """The sponsor alone decides G3 and wrote what it is about: nobody can decide it, and everybody is told why."""
    pass_second_gate(executing)
    hand_in(executing, "final-report", "sam")
    registers.record_lesson(executing, "app", "Late tests.", recommendation="Test early.", by="erik")
    assert phases.current_step(executing, "app").word == "preparing"
    (gap,) = views.why(executing, "app").gaps
    assert (gap.text, gap.persons) == ("Enough persons may vote", ("paula",))
    assert "Sam S. (is an author of 'Final report')" in gap.detail
    hand_in(executing, "final-report", "paula", "Written anew.")
    assert phases.current_step(executing, "app").word == "awaiting decision"


def test_a_recycle_opens_a_new_attempt_and_keeps_the_first_round(work: Workspace) -> None:
    vote(work, "G1", "sam", choice="reject", proposal="recycle")
    carry_on(work)
    assert history(work).has("app:planning:2")
    gates.submit_gate(work, "app", None, "paula")
    vote(work, "G1", "sam")
    assert vote(work, "G1", "cora").round == 2
    assert [o.outcome for o in history(work).all(GateDecided)] == ["recycle", "go"]


def test_a_condition_follows_the_project_and_blocks_the_next_gate(work: Workspace) -> None:
    condition = {"text": "Write the tests.", "owner": "erik", "due": date(2026, 2, 27)}
    vote(work, "G1", "sam", choice="approve_with_conditions", conditions=[condition])
    assert vote(work, "G1", "cora").outcome == "conditional_go"
    carry_on(work)
    hand_in(work, "app", "erik")
    projects.judge_deliverable(work, "app", deliverable="app", by="cora")
    hand_in(work, "test-report", "erik")
    gates.submit_gate(work, "app", "G2", "paula")
    with pytest.raises(RuleViolation, match=r"G1\.1\.1"):
        vote(work, "G2", "sam")
    gates.clear_condition(work, "app", name="G1.1.1", evidence="Seen.", by="sam")
    vote(work, "G2", "sam")
    assert vote(work, "G2", "ada").outcome == "go"


def test_a_withdrawn_gate_is_prepared_again(work: Workspace) -> None:
    gates.withdraw_gate(work, "app", "G1", "paula")
    assert phases.current_step(work, "app").word == "preparing"
    with pytest.raises(TransitionNotAllowed):
        gates.withdraw_gate(work, "app", "G3", "paula")


def test_the_gate_is_shown_with_all_that_is_needed_to_decide(work: Workspace) -> None:
    vote(work, "G1", "sam")
    view = views.gate_view(work, "app", None)
    assert (view.gate.id, view.state, [v.by for v in view.votes]) == ("G1", "awaiting decision", ["sam"])
    assert view.review is not None
    assert {seat.person for seat in view.review.seats} == {"sam", "cora"}
    assert [item.person for item in views.inbox(work, None) if item.what == "decide"] == ["cora"]
