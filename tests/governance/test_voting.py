"""One vote: who may, on what, saying what, and what follows."""

from datetime import date

import pytest

from lifecycle.errors import (
    AlreadyVoted,
    EvidenceChanged,
    NotAnApprover,
    NotFound,
    ReviewClosed,
    RuleViolation,
    SeparationOfDuties,
    TransitionNotAllowed,
)
from lifecycle.governance import conditions, review, voting, waivers
from lifecycle.history import SYSTEM, History
from lifecycle.history.gates import Choice, ConditionSet, GateDecided, Proposal, VoteCast
from lifecycle.progress import AwaitDecision, CloseProject, OnHold, OpenPhase, next_step
from tests.builders import (
    FACTS,
    PEOPLE,
    START,
    at_g1,
    ballot,
    charter,
    cleared,
    condition,
    day,
    decided,
    definition,
    gate,
    opened,
    person,
    phase,
    prepared,
    requested,
    started,
    stopped,
    submitted,
    voted,
)


def at_g2() -> History:
    return requested(prepared(decided(started(), "G1"), "G2"), "G2")


# Votes and outcomes


def test_a_vote_names_person_role_reason_moment_and_dossier() -> None:
    history = at_g1()
    (vote,) = voting.cast(history, ballot("G1", "sam", reason="It pays off."), day(2))
    assert isinstance(vote, VoteCast)
    assert (vote.by, vote.role, vote.reason, vote.at) == ("sam", "sponsor", "It pays off.", day(2))
    open_review = history.open_review("G1")
    assert open_review
    assert vote.digest == open_review.digest
    assert isinstance(next_step(history.and_then(vote)), AwaitDecision)


def test_the_vote_that_meets_the_policy_brings_the_outcome() -> None:
    vote, outcome = voting.cast(voted(at_g1(), "G1", "sam"), ballot("G1", "cora"), day(2))
    assert isinstance(outcome, GateDecided)
    assert (outcome.id, outcome.outcome, outcome.by) == ("app:G1:1:outcome", "go", "cora")
    assert outcome.digest == vote.digest  # type: ignore[attr-defined]


def test_a_go_leads_to_the_next_phase() -> None:
    assert next_step(decided(started(), "G1")) == OpenPhase(phase="execution", attempt=1)


def test_a_go_at_the_last_gate_leads_to_the_closure() -> None:
    history = decided(decided(decided(started(), "G1"), "G2"), "G3")
    assert next_step(history) == CloseProject(phase="closing")


def test_conditions_of_all_approvers_are_numbered_through_and_follow_the_project() -> None:
    history = voted(
        at_g1(),
        "G1",
        "sam",
        "approve_with_conditions",
        conditions=(condition(), condition("ada", "Draw it.")),
    )
    history = voted(history, "G1", "cora", "approve_with_conditions", conditions=(condition(text="Ask users."),))
    stated = [(c.name, c.by, c.owner, c.text) for c in history.all(ConditionSet)]
    assert stated == [
        ("G1.1.1", "sam", "erik", "Write the tests."),
        ("G1.1.2", "sam", "ada", "Draw it."),
        ("G1.1.3", "cora", "erik", "Ask users."),
    ]
    assert history.open_conditions == history.all(ConditionSet)
    assert next_step(history) == OpenPhase(phase="execution", attempt=1)


def test_one_condition_makes_the_go_conditional_whoever_else_approves() -> None:
    history = voted(at_g1(), "G1", "sam", "approve_with_conditions", conditions=(condition(),))
    outcome = voted(history, "G1", "cora").last(GateDecided)
    assert outcome
    assert outcome.outcome == "conditional_go"


def test_conditions_of_a_gate_that_was_refused_are_not_set() -> None:
    history = voted(at_g1(), "G1", "cora", "approve_with_conditions", conditions=(condition(),))
    history = voted(history, "G1", "sam", "reject", proposal="hold")
    assert history.all(ConditionSet) == ()
    assert isinstance(next_step(history), OnHold)


@pytest.mark.parametrize(
    ("proposal", "outcome"), [(None, "hold"), ("hold", "hold"), ("recycle", "recycle"), ("kill", "kill")]
)
def test_a_refusal_ends_as_proposed_and_holds_without_a_proposal(proposal: Proposal | None, outcome: str) -> None:
    decision = voted(at_g1(), "G1", "sam", "reject", proposal=proposal).last(GateDecided)
    assert decision
    assert decision.outcome == outcome


def test_a_recycle_opens_the_next_attempt_and_a_kill_the_early_closing() -> None:
    assert next_step(decided(started(), "G1", "recycle")) == OpenPhase(phase="planning", attempt=2)
    assert next_step(decided(started(), "G1", "kill")) == OpenPhase(phase="closing", attempt=1, premature=True)


def test_abstaining_leaves_the_review_open_while_others_can_decide_it() -> None:
    history = voted(at_g2(), "G2", "ada", "abstain")
    assert history.open_review("G2")
    assert voted(voted(history, "G2", "sam"), "G2", "cora").open_review("G2") is None


# Status


def test_a_gate_that_was_not_submitted_cannot_be_voted_on() -> None:
    with pytest.raises(TransitionNotAllowed, match=r"G1 was not submitted yet \(now: G1, preparing\)"):
        voted(prepared(started(), "G1"), "G1", "sam")
    with pytest.raises(NotFound, match="no gate 'G9'"):
        voted(at_g1(), "G9", "sam")


def test_a_vote_after_the_outcome_is_told_what_was_decided_by_whom_and_when() -> None:
    with pytest.raises(ReviewClosed, match=r"decided: go on 2026-01-05, settled by the vote of Cora C."):
        voted(decided(started(), "G1"), "G1", "sam")


def test_the_outcome_goes_before_every_other_refusal() -> None:
    for outsider in ("sam", "paula", "nobody"):
        with pytest.raises(ReviewClosed):
            voted(decided(started(), "G1"), "G1", outsider, digest="f" * 64)


def test_a_project_stopped_beside_the_gate_takes_no_vote() -> None:
    with pytest.raises(TransitionNotAllowed, match=r"stopped by Sam S."):
        voted(stopped(at_g1()), "G1", "sam")


def test_a_new_round_starts_with_empty_votes() -> None:
    history = voted(at_g1(), "G1", "sam")
    history = submitted(history, "plan", "paula")
    history = requested(history.and_then(*review.stale(history, FACTS, START)), "G1")
    assert voted(voted(history, "G1", "sam"), "G1", "cora").open_review("G1") is None


# Evidence


def test_a_vote_on_another_dossier_than_the_current_one_is_refused() -> None:
    with pytest.raises(EvidenceChanged, match="another one than you read"):
        voted(at_g1(), "G1", "sam", digest="f" * 64)


def test_a_vote_naming_the_current_dossier_counts() -> None:
    history = at_g1()
    current = history.open_review("G1")
    assert current
    assert voted(history, "G1", "sam", digest=current.digest).all(VoteCast)


def test_a_vote_on_evidence_that_changed_since_is_refused_with_the_difference() -> None:
    with pytest.raises(EvidenceChanged, match="plan changed: version 1 became version 2 by erik"):
        voted(submitted(at_g1(), "plan", "erik"), "G1", "sam")


def test_a_vote_on_a_review_that_went_stale_is_refused_with_the_difference() -> None:
    history = submitted(at_g1(), "plan", "erik")
    history = history.and_then(*review.stale(history, FACTS, START))
    with pytest.raises(EvidenceChanged, match="went back to its submitter"):
        voted(history, "G1", "sam")


# Who


@pytest.mark.parametrize("outsider", ["erik", "ada", "nobody", SYSTEM])
def test_who_holds_no_seat_is_no_approver(outsider: str) -> None:
    with pytest.raises(NotAnApprover, match=r"no approver of G1. Those who may vote: Sam S., Cora C."):
        voted(at_g1(), "G1", outsider)


def test_the_submitter_may_not_vote() -> None:
    with pytest.raises(SeparationOfDuties, match=r"Paula P. submitted G1. Nobody judges their own work"):
        voted(at_g1(), "G1", "paula")
    approver = charter(people=(person("paula", "manager", "customer"), *PEOPLE[1:]))
    with pytest.raises(SeparationOfDuties, match="submitted G1"):
        voted(requested(prepared(started(approver), "G1"), "G1"), "G1", "paula")


def test_the_author_of_a_pinned_deliverable_may_not_vote() -> None:
    history = submitted(prepared(decided(started(), "G1"), "G2"), "test-report", "ada")
    with pytest.raises(SeparationOfDuties, match=r"Ada A. is an author of 'Test report'"):
        voted(requested(history, "G2"), "G2", "ada")


def test_the_author_of_an_optional_deliverable_may_not_vote_either() -> None:
    history = submitted(prepared(decided(started(), "G1"), "G2"), "quality-log", "ada")
    with pytest.raises(SeparationOfDuties, match="Quality log"):
        voted(requested(history, "G2"), "G2", "ada")


def test_a_person_with_two_seats_worth_of_roles_votes_once() -> None:
    both = charter(people=(*PEOPLE, person("zoe", "sponsor", "customer")))
    history = voted(requested(prepared(started(both), "G1"), "G1"), "G1", "zoe")
    with pytest.raises(AlreadyVoted, match=r"Zoe Z. already voted approve at G1, round 1, on 2026-01-05"):
        voted(history, "G1", "zoe", "reject")


# Conditions of earlier gates


def test_a_gate_is_not_decided_while_an_earlier_condition_is_open() -> None:
    history = requested(prepared(decided(started(), "G1", "conditional_go"), "G2"), "G2")
    with pytest.raises(RuleViolation, match=r"G2 cannot be decided .* G1.1.1 \(Erik E.: Write the tests.\)") as no:
        voted(history, "G2", "sam")
    assert no.value.code == "rule_violation"


def test_once_cleared_or_waived_the_gate_is_decided() -> None:
    history = requested(prepared(decided(started(), "G1", "conditional_go"), "G2"), "G2")
    history = cleared(history, "G1.1.1")
    history = history.and_then(conditions.waive(history, "G1.1.2", "sam", "Small.", START))
    assert voted(history, "G2", "sam").all(VoteCast)


# What a vote may say


def test_approving_with_conditions_takes_a_condition() -> None:
    with pytest.raises(RuleViolation, match="takes at least one condition"):
        voted(at_g1(), "G1", "sam", "approve_with_conditions")


@pytest.mark.parametrize("choice", ["approve", "reject", "abstain"])
def test_conditions_go_with_no_other_choice(choice: Choice) -> None:
    with pytest.raises(RuleViolation, match=f"not with {choice}"):
        voted(at_g1(), "G1", "sam", choice, conditions=(condition(),))


@pytest.mark.parametrize("choice", ["approve", "abstain"])
def test_a_proposal_goes_with_reject_only(choice: Choice) -> None:
    with pytest.raises(RuleViolation, match="goes with reject"):
        voted(at_g1(), "G1", "sam", choice, proposal="kill")


def test_the_last_gate_takes_no_conditions() -> None:
    history = requested(prepared(decided(decided(started(), "G1"), "G2"), "G3"), "G3", SYSTEM)
    with pytest.raises(RuleViolation, match="G3 is the last gate"):
        voted(history, "G3", "sam", "approve_with_conditions", conditions=(condition(),))


def test_a_condition_is_owned_by_a_person_of_the_project() -> None:
    with pytest.raises(RuleViolation, match="nobody does not"):
        voted(at_g1(), "G1", "sam", "approve_with_conditions", conditions=(condition("nobody"),))


def test_a_condition_is_not_due_in_the_past() -> None:
    late = ballot("G1", "sam", "approve_with_conditions", conditions=(condition(due=date(2026, 1, 6)),))
    assert voting.cast(at_g1(), late, day(1))
    with pytest.raises(RuleViolation, match="due in the past"):
        voting.cast(at_g1(), late, day(2))


def test_a_condition_that_nobody_could_clear_is_not_set() -> None:
    process = definition(
        phase("work", gates=(gate("G1", "sponsor"),)),
        phase("closing", closing=True, gates=(gate("G2", "sponsor"),)),
    )
    history = requested(opened(started(process=process), "work"), "G1")
    with pytest.raises(RuleViolation, match=r"Sam S., the only approver"):
        voted(history, "G1", "sam", "approve_with_conditions", conditions=(condition("sam"),))


def test_a_phase_is_recycled_no_oftener_than_its_gate_allows() -> None:
    history = requested(prepared(opened(decided(started(), "G1", "recycle"), attempt=2), "G1"), "G1")
    with pytest.raises(RuleViolation, match=r"attempted 2 time\(s\) and G1 allows 2.* hold or kill"):
        voted(history, "G1", "sam", "reject", proposal="recycle")
    assert voted(history, "G1", "sam", "reject", proposal="kill").stopped


def test_rounds_that_went_back_do_not_count_as_attempts() -> None:
    history = at_g1()
    for _ in range(3):
        history = requested(history.and_then(review.withdraw(history, "G1", "paula", START)), "G1")
    assert voted(history, "G1", "sam", "reject", proposal="recycle").last(GateDecided, outcome="recycle")


def test_a_waived_gap_does_not_hold_back_the_vote() -> None:
    history = prepared(started(), "G1")
    waiver = waivers.waive(history, "G1", criterion="responses", by="sam", reason="Small.", now=START)
    history = history.and_then(waiver)
    history = history.and_then(review.request(history, "G1", "paula", START, {}))
    assert voting.cast(history, ballot("G1", "sam"), START)
