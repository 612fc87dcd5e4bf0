"""A review's life around its votes."""

from datetime import date

import pytest

from lifecycle.errors import (
    EvidenceChanged,
    NotAuthorised,
    NotFound,
    NotReady,
    ReviewClosed,
    SeparationOfDuties,
    TransitionNotAllowed,
)
from lifecycle.governance import closing, review, staffing, voting
from lifecycle.history import SYSTEM, History
from lifecycle.progress import AwaitDecision, OnHold, PrepareGate, next_step
from lifecycle.value import digest
from tests.builders import (
    FACTS,
    PEOPLE,
    START,
    activity,
    at_g1,
    ballot,
    charter,
    closed,
    day,
    decided,
    drawn_up,
    finished,
    judged,
    lesson,
    opened,
    person,
    prepared,
    released,
    requested,
    started,
    stopped,
    submitted,
    voted,
)


def at_g3() -> History:
    """Everything of the last gate is ready."""
    return prepared(decided(decided(started(), "G1"), "G2"), "G3")


# Requesting


def test_submitting_freezes_dossier_roster_and_policy() -> None:
    request = review.request(prepared(started(), "G1"), "G1", "paula", day(3), FACTS)
    assert request.id == "app:G1:1"
    assert (request.phase, request.attempt, request.policy) == ("planning", 1, "all")
    assert request.digest == digest(request.dossier)
    assert [seat.person for seat in request.seats] == ["sam", "cora"]
    assert request.due == date(2026, 1, 13)


def test_moments_are_kept_without_fractions_of_a_second() -> None:
    request = review.request(prepared(started(), "G1"), "G1", "paula", START.replace(microsecond=7), FACTS)
    assert request.at == START


def test_a_gate_with_gaps_is_refused_and_every_gap_names_its_owner() -> None:
    with pytest.raises(NotReady) as refusal:
        review.request(opened(started()), "G1", "paula", START, {})
    assert "Plan is submitted: not met (nothing was submitted yet); Manager: Paula P." in str(refusal.value)
    assert "responses is fine: unknown (not known: risks.high_without_response)" in str(refusal.value)
    assert "pace" not in str(refusal.value)


def test_a_gate_may_be_submitted_while_an_earlier_condition_is_open() -> None:
    history = prepared(decided(started(), "G1", "conditional_go"), "G2")
    assert isinstance(next_step(requested(history, "G2")), AwaitDecision)


@pytest.mark.parametrize("stranger", ["erik", "nobody", SYSTEM])
def test_only_the_manager_submits_a_gate(stranger: str) -> None:
    with pytest.raises(NotAuthorised, match=r"may not submit G1: that takes the role Manager \(Paula P\.\)"):
        review.request(prepared(started(), "G1"), "G1", stranger, START, FACTS)


def test_the_engine_submits_an_automatic_gate_and_the_manager_may_too() -> None:
    assert review.request(at_g3(), "G3", SYSTEM, START, FACTS).by == SYSTEM
    assert review.request(at_g3(), "G3", "paula", START, FACTS).by == "paula"


def test_a_gate_is_not_submitted_twice_nor_before_its_time() -> None:
    with pytest.raises(
        TransitionNotAllowed, match=r"G1 is not in preparation \(now: G1, awaiting decision\); withdraw it first"
    ):
        requested(at_g1(), "G1")
    with pytest.raises(TransitionNotAllowed, match=r"G2 is not in preparation \(now: G1, preparing\)"):
        requested(prepared(started(), "G1"), "G2")
    with pytest.raises(TransitionNotAllowed, match="now: planning is opened by the next run: phasegate worker"):
        requested(started(), "G1")
    with pytest.raises(TransitionNotAllowed, match="now: closed"):
        requested(finished(), "G3")
    with pytest.raises(NotFound):
        requested(started(), "G9")


def test_a_project_that_winds_up_has_no_gate() -> None:
    with pytest.raises(TransitionNotAllowed, match="closing early"):
        requested(stopped(prepared(started(), "G1")), "G3")


def test_a_gate_that_could_not_be_decided_is_not_submitted() -> None:
    history = submitted(drawn_up(at_g1_open(), activity("A1", 5)), "plan", "sam")
    only_sam = charter(people=(PEOPLE[0], person("sam", "sponsor", "customer"), *PEOPLE[3:]))
    history = History((started(only_sam).records[0], *history.records[1:]))
    with pytest.raises(SeparationOfDuties, match="Sam S"):
        requested(history, "G1")


def at_g1_open() -> History:
    return opened(started())


# Withdrawing


def test_the_submitter_withdraws_and_the_next_round_begins_empty() -> None:
    history = voted(at_g1(), "G1", "sam")
    history = history.and_then(review.withdraw(history, "G1", "paula", day(1)))
    assert next_step(history) == PrepareGate(phase="planning", attempt=1, gate="G1", round=2)
    again = requested(history, "G1").open_review("G1")
    assert again
    assert history.votes(again) == ()


def test_nobody_else_withdraws() -> None:
    with pytest.raises(NotAuthorised, match=r"who submitted G1 may withdraw it: Paula P."):
        review.withdraw(at_g1(), "G1", "sam", START)


def test_the_manager_withdraws_what_the_engine_submitted() -> None:
    history = requested(at_g3(), "G3", SYSTEM)
    with pytest.raises(NotAuthorised):
        review.withdraw(history, "G3", "sam", START)
    assert review.withdraw(history, "G3", "paula", START).cause == "withdrawn"


def test_nothing_is_withdrawn_before_submission_nor_after_the_outcome() -> None:
    with pytest.raises(TransitionNotAllowed, match="G1 was not submitted yet"):
        review.withdraw(opened(started()), "G1", "paula", START)
    with pytest.raises(ReviewClosed, match="go on 2026-01-05, settled by the vote of Cora C"):
        review.withdraw(decided(started(), "G1"), "G1", "paula", START)


def test_a_manager_takes_back_what_somebody_submitted_who_is_manager_no_more() -> None:
    member = person("petra", "manager")
    history = at_g1()
    history = history.and_then(staffing.assign(history, member, "sam", "Takes over.", START))
    history = history.and_then(staffing.leave(history, "paula", "sam", "Elsewhere.", START))
    assert review.withdraw(history, "G1", "petra", START).by == "petra"


# By the engine


def test_the_engine_does_not_put_before_the_approvers_once_more_what_they_sent_back() -> None:
    recycled = opened(voted(requested(at_g3(), "G3", SYSTEM), "G3", "sam", "reject", proposal="recycle"), "closing", 2)
    assert isinstance(next_step(recycled), PrepareGate)
    assert review.request_automatically(recycled, "G3", START, FACTS) == ()
    assert review.request(recycled, "G3", "paula", START, FACTS).round == 2
    (again,) = review.request_automatically(submitted(recycled, "final-report", "paula"), "G3", START, FACTS)
    assert (again.by, again.round) == (SYSTEM, 2)


def test_the_engine_does_not_submit_again_what_was_withdrawn_until_it_changed() -> None:
    history = requested(at_g3(), "G3", SYSTEM)
    history = history.and_then(review.withdraw(history, "G3", "paula", START))
    assert review.request_automatically(history, "G3", START, FACTS) == ()
    (again,) = review.request_automatically(submitted(history, "final-report", "paula"), "G3", START, FACTS)
    assert again.round == 2


def test_the_engine_leaves_alone_what_nobody_could_decide() -> None:
    history = submitted(at_g3(), "final-report", "sam")
    assert review.request_automatically(history, "G3", START, FACTS) == ()
    with pytest.raises(SeparationOfDuties, match="an author of 'Final report'"):
        review.request(history, "G3", "paula", START, FACTS)


# Going stale


def test_a_review_goes_stale_when_a_pinned_deliverable_changes() -> None:
    history = submitted(voted(at_g1(), "G1", "sam"), "plan", "erik")
    (returned,) = review.stale(history, FACTS, day(2))
    assert (returned.by, returned.cause) == (SYSTEM, "stale")
    assert returned.difference == ("plan changed: version 1 became version 2 by erik.",)
    assert isinstance(next_step(history.and_then(returned)), PrepareGate)


def test_a_review_goes_stale_when_a_mandatory_figure_turns() -> None:
    assert review.stale(at_g1(), {**FACTS, "risks.high_without_response": 3}, START)
    assert review.stale(at_g1(), {}, START)


def test_a_review_goes_stale_when_what_it_pins_is_sent_back() -> None:
    assert review.stale(judged(at_g1(), "plan", "sam", send_back=True, reason="Thin."), FACTS, START)


def test_a_review_goes_stale_when_the_plan_it_would_make_the_baseline_is_exchanged() -> None:
    history = drawn_up(voted(at_g1(), "G1", "sam"), activity("X1", 90))
    (returned,) = review.stale(history, FACTS, day(2))
    assert returned.difference == ("The plan that becomes the baseline changed.",)


def test_another_plan_moves_no_review_of_a_gate_that_sets_no_baseline() -> None:
    history = requested(prepared(decided(started(), "G1"), "G2"), "G2")
    assert review.stale(drawn_up(history, activity("X1", 90)), FACTS, day(2)) == ()


def test_a_review_stays_open_while_figures_only_tick() -> None:
    assert review.stale(at_g1(), {**FACTS, "project.percent_complete": 3.0}, day(9)) == ()


def test_a_decided_review_does_not_go_stale() -> None:
    assert review.stale(submitted(decided(started(), "G1"), "plan", "erik"), FACTS, START) == ()


def test_nothing_goes_stale_in_a_project_that_has_ended() -> None:
    assert review.stale(finished(), {}, START) == ()
    assert review.stale(at_g1().and_then(closing.stop(at_g1(), "sam", "Over.", START)), {}, START) == ()


def test_a_stale_review_is_no_longer_waiting_and_says_what_changed() -> None:
    history = submitted(at_g1(), "plan", "erik")
    history = history.and_then(*review.stale(history, FACTS, START))
    with pytest.raises(EvidenceChanged, match="went back to its submitter: plan changed: version 1 became"):
        review.waiting(history, "G1")


# Resuming


def test_an_approver_resumes_a_hold_and_the_gate_is_prepared_again() -> None:
    history = decided(started(), "G1", "hold")
    assert isinstance(next_step(history), OnHold)
    history = history.and_then(review.resume(history, "G1", "cora", "Money is there.", day(40)))
    assert next_step(history) == PrepareGate(phase="planning", attempt=1, gate="G1", round=2)


def test_only_what_is_on_hold_is_resumed() -> None:
    with pytest.raises(TransitionNotAllowed, match="G1 is not on hold"):
        review.resume(at_g1(), "G1", "sam", "Now.", START)
    history = decided(started(), "G1", "hold")
    with pytest.raises(TransitionNotAllowed, match=r"G2 is not on hold \(now: G1, on hold\)"):
        review.resume(history, "G2", "sam", "Now.", START)


def test_only_the_gate_s_approvers_resume_it() -> None:
    with pytest.raises(NotAuthorised, match=r"Erik E\. may not resume G1: .*Customer or Sponsor"):
        review.resume(decided(started(), "G1", "hold"), "G1", "erik", "Now.", START)


def test_the_submitter_does_not_resume_even_as_an_approver() -> None:
    people = (person("paula", "manager", "customer"), *PEOPLE[1:])
    history = decided(started(charter(people=people)), "G1", "hold")
    with pytest.raises(SeparationOfDuties, match=r"Paula P. submitted G1"):
        review.resume(history, "G1", "paula", "Now.", START)


# Waiting


def test_a_withdrawn_review_names_who_withdrew_it_and_when() -> None:
    history = at_g1().and_then(review.withdraw(at_g1(), "G1", "paula", day(1)))
    with pytest.raises(ReviewClosed, match=r"G1 round 1 was withdrawn by Paula P. on 2026-01-06"):
        review.waiting(history, "G1")


def test_a_stopped_project_s_review_waits_no_longer() -> None:
    with pytest.raises(TransitionNotAllowed, match=r"stopped by Sam S. on 2026-01-05; G1 is not decided any more"):
        review.waiting(stopped(at_g1()), "G1")


def test_a_stopped_project_s_review_stays_closed_after_its_closing() -> None:
    history = released(lesson(submitted(stopped(at_g1()), "final-report", "paula")))
    with pytest.raises(TransitionNotAllowed, match="stopped"):
        review.waiting(closed(history, "paula"), "G1")


def test_no_later_gate_moves_before_an_outcome() -> None:
    """R-38: the flows and commands ask the same functions."""
    history = at_g1()
    with pytest.raises(TransitionNotAllowed):
        review.request(history, "G2", "paula", START, FACTS)
    with pytest.raises(TransitionNotAllowed):
        voting.cast(history, ballot("G2", "ada"), START)
    assert history.phase
    assert history.phase.phase == "planning"


def test_a_figure_that_other_projects_moved_stops_the_vote() -> None:
    """R-44: in a program, where the change was written elsewhere."""
    review.require_unmoved(at_g1(), "G1", FACTS)
    with pytest.raises(EvidenceChanged, match="'responses is fine' was met and is now unknown"):
        review.require_unmoved(at_g1(), "G1", {})
