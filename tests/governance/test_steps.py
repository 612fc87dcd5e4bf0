"""Automated steps: when they are due, and what they say about their gate."""

from typing import Any

import pytest

from lifecycle.errors import NotAuthorised, NotFound, TransitionNotAllowed
from lifecycle.governance import review, steps, waivers
from lifecycle.governance.readiness import findings, gaps
from lifecycle.history import SYSTEM, History
from lifecycle.history.steps import StepFinished
from lifecycle.process.definition import StepDefinition
from lifecycle.process.expansion import expand
from lifecycle.progress import next_step
from lifecycle.status import awaited, facts
from tests.builders import (
    FACTS,
    START,
    criterion,
    decided,
    definition,
    execution,
    gate,
    opened,
    phase,
    planning,
    prepared,
    requested,
    started,
    step,
    stopped,
    submitted,
    wind_up,
)

SCAN = step("scan", title="Scan", facts={"holes": "holes found"})


def begun(*own: StepDefinition) -> History:
    """The planning is open and has these steps."""
    return opened(started(process=definition(planning(steps=own or (SCAN,)), execution(), wind_up())))


def ran(history: History, passed: bool = True, step: str = "scan", **changes: Any) -> History:
    """The step that is due runs."""
    due = next(run for run in steps.due(history) if run.step.id == step)
    found = StepFinished(
        **({"text": "Looked.", "facts": {"holes": 0 if passed else 3}} | changes),
        project=history.project,
        at=START,
        by=SYSTEM,
        phase=due.phase,
        attempt=due.attempt,
        step=due.step.id,
        run=due.run,
        tries=1,
        passed=passed,
        evidence=steps.evidence(history, due.gate),
    )
    return history.and_then(found)


def asked(history: History, by: str = "erik", step: str = "scan") -> History:
    return history.and_then(steps.request(history, step, by, START))


def called(history: History) -> History:
    return history.and_then(*steps.called_for(history, START))


def due(history: History) -> list[tuple[str, int, str, int]]:
    return [(run.phase, run.attempt, run.step.id, run.run) for run in steps.due(history)]


def result(history: History, gate: str = "G1", name: str = "scan") -> tuple[str, str]:
    found = next(one for one in findings(history, gate, FACTS) if one.criterion == f"step.{name}")
    return found.result, found.detail


def test_a_step_is_due_once_when_its_phase_was_opened() -> None:
    assert due(begun()) == [("planning", 1, "scan", 1)]
    assert due(ran(begun())) == []
    assert due(started(process=begun().definition)) == []


def test_a_step_of_a_phase_beside_another_is_due_with_that() -> None:
    control = phase("control", beside="execution", steps=(SCAN,))
    process = definition(planning(), execution(), control, wind_up())
    history = decided(started(process=process), "G1")
    assert due(opened(history, "execution")) == [("control", 1, "scan", 1)]
    assert result(ran(opened(history, "execution")), "G2") == ("met", "Looked.")


def test_a_further_attempt_of_the_phase_runs_it_anew() -> None:
    again = opened(ran(begun()), attempt=2)
    assert due(again) == [("planning", 2, "scan", 1)]
    assert result(again) == ("not met", "it has not run yet")


def test_nothing_runs_once_the_project_was_stopped() -> None:
    history = stopped(begun())
    assert due(history) == []
    assert steps.called_for(history, START) == ()


def test_a_failed_step_is_a_gap_of_its_owner_and_waits_in_the_inbox() -> None:
    history = ran(prepared(begun(), "G1"), passed=False, text="3 holes")
    (gap,) = gaps(findings(history, "G1", FACTS))
    assert (gap.text, gap.owner, gap.detail, gap.read) == (
        "Scan has passed",
        "engineer",
        "3 holes",
        {"run": 1, "holes": 3},
    )
    items = [one for one in awaited(history, next_step(history), START.date()) if one.what == "see to step"]
    assert [(one.person, one.subject, one.text) for one in items] == [("erik", "scan", "See to Scan: 3 holes")]


def test_a_step_that_has_not_run_is_a_gap_and_waits_for_nobody() -> None:
    history = begun()
    assert result(history) == ("not met", "it has not run yet")
    assert not [one for one in awaited(history, next_step(history), START.date()) if one.what == "see to step"]


def test_an_advisory_step_is_shown_and_holds_nothing_back() -> None:
    history = ran(prepared(begun(step("scan", advisory=True)), "G1"), passed=False)
    assert result(history)[0] == "not met"
    assert gaps(findings(history, "G1", FACTS)) == ()
    assert not [one for one in awaited(history, next_step(history), START.date()) if one.what == "see to step"]


def test_the_failure_of_a_step_can_be_waived() -> None:
    history = ran(prepared(begun(), "G1"), passed=False)
    waiver = waivers.waive(history, "G1", criterion="step.scan", by="sam", reason="Known.", now=START)
    history = history.and_then(waiver)
    assert result(history)[0] == "waived"
    assert not [one for one in awaited(history, next_step(history), START.date()) if one.what == "see to step"]


def test_a_step_runs_after_each_hand_in_once_all_is_in() -> None:
    history = begun(step("scan", after="hand-in"))
    assert called(history) is not history
    assert due(called(history)) == []
    assert result(history) == ("not met", "it has not run on what is handed in now")

    first = called(submitted(history, "plan", "paula"))
    assert due(first) == [("planning", 1, "scan", 1)]
    assert steps.called_for(first, START) == ()

    seen = ran(first)
    assert result(seen)[0] == "met"
    assert steps.called_for(seen, START) == ()

    second = submitted(seen, "plan", "paula")
    assert result(second) == ("not met", "it has not run on what is handed in now")
    assert due(called(second)) == [("planning", 1, "scan", 2)]


def test_anybody_in_the_project_may_have_a_step_run_again_and_asking_twice_asks_once() -> None:
    history = asked(ran(begun()))
    assert due(history) == [("planning", 1, "scan", 2)]
    assert steps.request(history, "scan", "cora", START).by == "erik"
    assert due(ran(history, passed=False)) == []


def test_who_is_not_in_the_project_may_not() -> None:
    with pytest.raises(NotAuthorised, match="does not belong"):
        asked(begun(), by="zoe")


def test_a_step_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound, match="There is no automated step 'skan'"):
        asked(begun(), step="skan")


def test_a_step_whose_gate_was_passed_runs_no_more() -> None:
    history = decided(ran(begun()), "G1")
    with pytest.raises(TransitionNotAllowed, match="its gate was passed"):
        asked(history)


def test_a_step_whose_result_has_changed_makes_an_open_review_stale() -> None:
    history = asked(requested(ran(prepared(begun(), "G1")), "G1"))
    assert review.stale(ran(history), FACTS, START) == ()
    (returned,) = review.stale(ran(history, passed=False), FACTS, START)
    assert returned.difference == ("'Scan has passed' was met and is now not met.",)


def test_an_advisory_step_whose_result_has_changed_leaves_the_review_alone() -> None:
    history = asked(requested(ran(prepared(begun(step("scan", advisory=True)), "G1")), "G1"))
    assert review.stale(ran(history, passed=False), FACTS, START) == ()


def test_criteria_may_ask_what_a_step_has_found() -> None:
    own = criterion("few-holes", "step.scan.passed && step.scan.holes < 1")
    first = planning(steps=(SCAN,), gates=(gate("G1", "sponsor", criteria=(own,)),))
    history = opened(started(process=definition(first, execution(), wind_up())))

    def answer(history: History) -> str:
        known = facts(history, START.date())
        return next(one.result for one in findings(history, "G1", known) if one.criterion == "few-holes")

    assert answer(history) == "unknown"
    assert answer(ran(history)) == "met"
    assert answer(ran(history, passed=False)) == "not met"
    assert answer(ran(history, facts={})) == "unknown"


def test_a_criterion_of_a_stage_means_the_step_of_that_stage() -> None:
    stage = execution(
        repeat="as often as needed", products=False, steps=(step("scan", gate="G2", facts={"holes": "n"}),)
    )
    process = expand(definition(planning(), stage, wind_up()), {"execution": 2})
    first = ran(opened(decided(started(process=process), "G1"), "execution-1"))
    assert facts(first, START.date())["step.scan.holes"] == 0
    second = opened(decided(first, "G2-1"), "execution-2")
    assert due(second) == [("execution-2", 1, "scan", 1)]
    assert facts(second, START.date())["step.scan.holes"] is None
