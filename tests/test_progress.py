"""What comes next: every kind of step, and whose turn it is."""

import pytest

from lifecycle.governance import closing, review
from lifecycle.history import History
from lifecycle.progress import (
    AwaitClosing,
    AwaitDecision,
    AwaitPredecessor,
    CloseProject,
    Ended,
    OnHold,
    OpenPhase,
    PrepareGate,
    gate_at,
    gate_meant,
    next_phase,
    next_round,
    next_step,
    passed,
    standing,
)
from tests.builders import (
    START,
    decided,
    definition,
    execution,
    finished,
    gate,
    lesson,
    opened,
    planning,
    prepared,
    released,
    requested,
    started,
    stopped,
    submitted,
    voted,
    wind_up,
)

TWO_GATES = definition(planning(), execution(gates=(gate("G2", "sponsor"), gate("G2b", "customer"))), wind_up())


def waiting() -> History:
    """Gate G1 is submitted."""
    return requested(prepared(started(), "G1"), "G1")


def test_a_project_begins_with_its_first_phase() -> None:
    assert next_step(started()) == OpenPhase(phase="planning", attempt=1)


def test_an_open_phase_prepares_its_gate() -> None:
    step = PrepareGate(phase="planning", attempt=1, gate="G1", round=1)
    assert next_step(opened(started())) == step
    assert next_step(prepared(started(), "G1")) == step


def test_a_submitted_gate_waits_for_its_approvers() -> None:
    step = AwaitDecision(phase="planning", attempt=1, gate="G1", round=1)
    assert next_step(waiting()) == step
    assert next_step(voted(waiting(), "G1", "sam")) == step


def test_a_withdrawn_gate_is_prepared_for_another_round() -> None:
    withdrawn = waiting().and_then(review.withdraw(waiting(), "G1", "paula", START))
    assert next_step(withdrawn) == PrepareGate(phase="planning", attempt=1, gate="G1", round=2)


@pytest.mark.parametrize("outcome", ["go", "conditional_go"])
def test_a_passed_gate_lets_the_next_phase_begin(outcome: str) -> None:
    through = decided(started(), "G1", outcome)
    assert next_step(through) == OpenPhase(phase="execution", attempt=1)
    assert passed(through, "G1", 1)


def test_a_recycled_phase_begins_again_and_its_gate_has_another_round() -> None:
    sent_back = decided(started(), "G1", "recycle")
    assert next_step(sent_back) == OpenPhase(phase="planning", attempt=2)
    assert not passed(sent_back, "G1", 1)
    again = opened(sent_back, attempt=2)
    assert next_step(again) == PrepareGate(phase="planning", attempt=2, gate="G1", round=2)


def test_a_held_gate_waits_until_it_is_resumed() -> None:
    held = decided(started(), "G1", "hold")
    assert next_step(held) == OnHold(phase="planning", attempt=1, gate="G1", round=1)
    resumed = held.and_then(review.resume(held, "G1", "cora", "The budget is back.", START))
    assert next_step(resumed) == PrepareGate(phase="planning", attempt=1, gate="G1", round=2)


def test_a_phase_passes_its_gates_one_after_the_other() -> None:
    history = decided(decided(started(process=TWO_GATES), "G1"), "G2")
    assert next_step(history) == PrepareGate(phase="execution", attempt=1, gate="G2b", round=1)
    assert next_step(decided(history, "G2b")) == OpenPhase(phase="closing", attempt=1)


def test_a_recycle_at_a_later_gate_repeats_the_earlier_ones() -> None:
    recycled = decided(decided(decided(started(process=TWO_GATES), "G1"), "G2"), "G2b", "recycle")
    again = opened(recycled, "execution", attempt=2)
    assert next_step(again) == PrepareGate(phase="execution", attempt=2, gate="G2", round=2)


def test_a_phase_that_waits_for_other_projects_names_what_it_waits_for() -> None:
    step = AwaitPredecessor(phase="planning", dependencies=("D1", "D2"))
    assert next_step(started(), ("D2", "D1")) == step
    assert next_step(decided(started(), "G1"), ("D1",)) == AwaitPredecessor(phase="execution", dependencies=("D1",))


def test_what_is_open_already_waits_for_nobody() -> None:
    assert next_step(opened(started()), ("D1",)) == next_step(opened(started()))
    recycled = decided(started(), "G1", "recycle")
    assert next_step(recycled, ("D1",)) == OpenPhase(phase="planning", attempt=2)


def test_after_the_last_gate_the_project_is_closed_by_the_engine() -> None:
    through = decided(decided(decided(started(), "G1"), "G2"), "G3")
    assert next_step(through) == CloseProject(phase="closing")
    assert next_phase(through) is None
    assert next_step(finished()) == Ended(word="closed")


def test_the_gate_of_today_is_the_first_one_before_the_first_run_and_the_last_one_at_the_end() -> None:
    one = decided(started(), "G1")
    assert [gate_meant(h) for h in (started(), opened(started()), one, finished())] == ["G1", "G1", "G2", "G3"]


def test_where_a_project_stands_is_said_in_words() -> None:
    through = decided(decided(decided(started(), "G1"), "G2"), "G3")
    assert [standing(next_step(history)) for history in (started(), opened(started()), through, finished())] == [
        "planning is opened by the next run: phasegate worker",
        "G1, preparing",
        "closed by the next run: phasegate worker",
        "closed",
    ]


def test_a_killed_project_is_wound_up_in_its_closing_phase() -> None:
    killed = decided(started(), "G1", "kill")
    assert next_step(killed) == OpenPhase(phase="closing", attempt=1, premature=True)
    early = opened(killed, "closing", premature=True)
    assert next_step(early) == AwaitClosing(phase="closing", attempt=1)


def test_a_project_that_never_began_can_be_stopped() -> None:
    history = started().and_then(closing.stop(started(), "sam", "No longer wanted.", START))
    assert next_step(history) == OpenPhase(phase="closing", attempt=1, premature=True)


def test_a_project_stopped_while_closing_closes_early_in_a_new_attempt() -> None:
    late = opened(decided(decided(started(), "G1"), "G2"), "closing")
    killed = decided(late, "G3", "kill")
    assert next_step(killed) == OpenPhase(phase="closing", attempt=2, premature=True)


def test_a_stopped_project_ends_early() -> None:
    history = released(lesson(submitted(stopped(opened(started())), "final-report", "paula")))
    ended = history.and_then(closing.close(history, "paula", START, "0" * 64))
    assert next_step(ended) == Ended(word="closed early")


def test_only_a_step_at_a_gate_has_one() -> None:
    at_gates = (opened(started()), waiting(), decided(started(), "G1", "hold"))
    assert [gate_at(next_step(history)) for history in at_gates] == ["G1"] * 3
    between = (started(), stopped(opened(started())), finished())
    assert [gate_at(next_step(history)) for history in between] == [None] * 3


def test_rounds_count_on_and_phases_follow_each_other() -> None:
    assert [next_round(started(), "G1"), next_round(waiting(), "G1")] == [1, 2]
    assert [next_phase(started()), next_phase(opened(started()))] == ["planning", "execution"]
