"""Phases, gates and deliverables say what holds now, and which record says so."""

from typing import Any

import pytest

from lifecycle.history import History
from lifecycle.history.work import DocumentDrafted, HandedOver
from lifecycle.process.definition import GateDefinition
from lifecycle.progress import next_step
from lifecycle.status import DeliverableStatus, GateStatus, PhaseStatus, RoundStatus
from lifecycle.status.strip import GateState, deliverables, gates, phases
from tests.builders import (
    START,
    closed,
    decided,
    definition,
    finished,
    gate,
    judged,
    lesson,
    opened,
    phase,
    prepared,
    released,
    requested,
    started,
    stopped,
    submitted,
)


def phase_states(history: History) -> dict[str, str]:
    return {one.phase: one.state for one in phases(history)}


def gate_states(history: History) -> dict[str, str]:
    return {one.gate: one.state for one in gates(history, next_step(history))}


def state_of(history: History, name: str) -> tuple[str, int, str | None]:
    one = next(one for one in deliverables(history) if one.deliverable == name)
    return one.state, one.version, one.record


# Phases


def test_before_the_first_phase_everything_is_to_come() -> None:
    assert set(phase_states(started()).values()) == {"to come"}
    assert phases(started())[0] == PhaseStatus(
        phase="planning", title="Planning", beside=None, state="to come", attempt=0, opened=None, record=None
    )


def test_an_open_phase_takes_those_beside_it_along() -> None:
    history = opened(decided(started(), "G1"), "execution")
    assert phase_states(history) == {
        "planning": "passed",
        "execution": "open",
        "control": "open",
        "closing": "to come",
    }
    control = phases(history)[2]
    assert (control.beside, control.attempt, control.opened) == ("execution", 1, START.date())
    assert control.record == "app:control:1"


def test_a_phase_is_passed_once_its_last_gate_is() -> None:
    assert phase_states(decided(started(), "G1"))["planning"] == "passed"


def test_a_repeated_phase_shows_its_attempt() -> None:
    history = opened(decided(started(), "G1", "recycle"), "planning", 2)
    planning = phases(history)[0]
    assert (planning.state, planning.attempt, planning.record) == ("open", 2, "app:planning:2")


def test_a_stopped_project_skips_what_it_never_did() -> None:
    history = opened(decided(started(), "G1"), "execution")
    early = phase_states(stopped(history))
    assert early == {"planning": "passed", "execution": "skipped", "control": "skipped", "closing": "open"}


def test_between_the_kill_and_the_early_closing_only_that_is_to_come() -> None:
    history = decided(started(), "G1", "kill")
    assert phase_states(history) == {
        "planning": "open",
        "execution": "skipped",
        "control": "skipped",
        "closing": "to come",
    }


def test_a_closed_project_has_passed_its_closing_phase() -> None:
    assert set(phase_states(finished()).values()) == {"passed"}


def test_a_phase_without_gates_is_passed_by_the_next_one() -> None:
    process = definition(phase("ideas"), *definition().phases)
    history = opened(started(process=process), "ideas")
    assert phase_states(history)["ideas"] == "open"
    assert phase_states(opened(history, "planning"))["ideas"] == "passed"


# Gates


def test_a_gate_goes_from_to_come_to_passed() -> None:
    history = started()
    assert gate_states(history)["G1"] == "to come"
    history = prepared(history, "G1")
    assert gate_states(history)["G1"] == "preparing"
    assert gate_states(requested(history, "G1"))["G1"] == "awaiting decision"
    assert gate_states(decided(started(), "G1"))["G1"] == "passed"
    assert gate_states(decided(started(), "G1"))["G2"] == "to come"


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("conditional_go", "passed"), ("hold", "on hold"), ("recycle", "recycled"), ("kill", "killed")],
)
def test_an_outcome_shows_on_the_strip_with_its_record(outcome: str, state: GateState) -> None:
    history = decided(started(), "G1", outcome)
    assert gates(history, next_step(history))[0] == GateStatus(
        gate="G1",
        title="Gate G1",
        phase="planning",
        state=state,
        outcome=outcome,
        round=1,
        decided=START.date(),
        record="app:G1:1:outcome",
        rounds=(RoundStatus(round=1, outcome=outcome, decided=START.date()),),
    )


def test_a_gate_in_its_next_attempt_is_prepared_again_and_keeps_its_outcome() -> None:
    history = opened(decided(started(), "G1", "recycle"), "planning", 2)
    first = gates(history, next_step(history))[0]
    assert (first.state, first.outcome, first.round) == ("preparing", "recycle", 1)


def test_an_undecided_gate_names_its_review() -> None:
    history = requested(prepared(started(), "G1"), "G1")
    first = gates(history, next_step(history))[0]
    assert (first.record, first.round, first.outcome, first.decided) == ("app:G1:1", 1, None, None)
    assert first.rounds == (RoundStatus(round=1),)


def two_gates(**changes: Any) -> tuple[GateDefinition, ...]:
    return gate("D1", "sponsor", **changes), gate("D2", "sponsor", **changes)


def test_the_later_gate_of_a_phase_is_to_come_until_the_earlier_is_passed() -> None:
    closing_phase = definition().closing_phase
    process = definition(phase("design", gates=two_gates()), closing_phase)
    history = decided(started(process=process), "D1")
    assert gate_states(history) == {"D1": "passed", "D2": "preparing", "G3": "to come"}
    recycled = decided(history, "D2", "recycle")
    assert gate_states(recycled) == {"D1": "passed", "D2": "recycled", "G3": "to come"}
    assert gate_states(opened(recycled, "design", 2)) == {"D1": "preparing", "D2": "to come", "G3": "to come"}


# Deliverables


def test_a_deliverable_goes_from_not_due_to_handed_over() -> None:
    history = started()
    assert state_of(history, "app") == ("not due", 0, None)
    history = opened(history, "execution")
    assert state_of(history, "app") == ("missing", 0, None)
    assert state_of(history, "quality-log") == ("missing", 0, None)
    history = history.and_then(
        DocumentDrafted(
            project="app",
            at=START,
            by="phasegate",
            phase="execution",
            attempt=1,
            deliverable="app",
            file="execution-1/app.md",
            sha256="0" * 64,
        )
    )
    assert state_of(history, "app") == ("draft", 0, "app:execution:1:document:app")
    history = submitted(history, "app", "erik")
    assert state_of(history, "app") == ("submitted", 1, "app:app:v1")
    history = judged(history, "app", "cora", send_back=True, reason="Too slow.")
    assert state_of(history, "app") == ("sent back", 1, "app:app:v1:acceptance")
    history = submitted(history, "app", "erik")
    assert state_of(history, "app") == ("submitted", 2, "app:app:v2")
    history = judged(history, "app", "cora")
    assert state_of(history, "app") == ("accepted", 2, "app:app:v2:acceptance")
    history = history.and_then(HandedOver(project="app", at=START, by="paula", deliverable="app", to="cora"))
    assert state_of(history, "app") == ("handed over", 2, "app:app:handover")


def test_a_deliverable_is_described_by_its_definition() -> None:
    assert deliverables(started())[0] == DeliverableStatus(
        deliverable="plan",
        title="Plan",
        phase="planning",
        owner="manager",
        product=False,
        optional=False,
        state="not due",
        version=0,
        record=None,
    )


def test_a_stopped_project_owes_only_what_is_due_in_any_case() -> None:
    history = stopped(opened(started(), "execution"))
    states = {one.deliverable: one.state for one in deliverables(history)}
    assert states["app"] == "not due"
    assert states["final-report"] == "missing"


def test_an_early_closure_leaves_no_phase_open() -> None:
    history = released(lesson(submitted(stopped(opened(started())), "final-report", "paula")))
    ended = closed(history, "paula")
    assert phase_states(ended)["closing"] == "passed"
    assert phase_states(ended)["execution"] == "skipped"
