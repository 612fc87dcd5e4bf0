"""Only a gate or an approved change sets a baseline, and each only once."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lifecycle.errors import TransitionNotAllowed
from lifecycle.history import History
from lifecycle.history.control import ChangeAssessed, ChangeDecided, PlanSubmitted
from lifecycle.history.gates import GateDecided
from lifecycle.history.plan import Activity
from lifecycle.planning.baseline import of_change, of_gate
from lifecycle.planning.network import schedule
from tests.builders import day, decided, planned, started
from tests.planning.plans import MONDAY, dates, plan, work

A, B = work("A", 5), work("B", 5, "A")


def drawn(history: History, *activities: Activity) -> History:
    """A plan is handed in."""
    record = PlanSubmitted(
        project=history.project,
        at=day(0),
        by="paula",
        number=history.next_number(PlanSubmitted),
        plan=plan(*activities),
        schedule=schedule(plan(*activities), MONDAY),
    )
    return history.and_then(record)


def outcome(history: History) -> GateDecided:
    found = history.last(GateDecided)
    assert found
    return found


def ruled(
    history: History, verdict: str = "accept", cost: int = 500, days: int = 7, **impact: Any
) -> tuple[History, ChangeDecided]:
    """Change 1 is assessed and decided on 12 January; `impact` may bring a plan."""
    common: dict[str, Any] = {"project": history.project, "number": 1, "cost": Decimal(cost), "days": days}
    assessed = ChangeAssessed(at=day(6), by="erik", version=1, scope="More.", **common, **impact)
    decision = ChangeDecided.model_validate(
        {"at": day(7), "by": "sam", "verdict": verdict, "reason": "Worth it.", **common}
    )
    return history.and_then(assessed, decision), decision


def test_a_passed_gate_makes_the_newest_plan_the_baseline() -> None:
    history = decided(drawn(drawn(started(), A), A, B), "G1")
    found = of_gate(history, outcome(history))
    assert found
    assert found.id == "app:baseline:1"
    assert (found.source, found.by, found.at) == (
        outcome(history).id,
        outcome(history).by,
        outcome(history).at,
    )
    assert found.plan == plan(A, B)
    assert dates(found.schedule)["B"] == ("01-12", "01-16")
    assert found.constraints == history.charter.constraints


@pytest.mark.parametrize("word", ["hold", "recycle"])
def test_a_gate_that_was_not_passed_sets_none(word: str) -> None:
    history = decided(drawn(started(), A), "G1", word)
    assert of_gate(history, outcome(history)) is None


def test_a_gate_that_is_not_about_the_plan_sets_none() -> None:
    history = decided(decided(drawn(started(), A), "G1"), "G2")
    assert of_gate(history, outcome(history)) is None


def test_a_gate_without_a_plan_cannot_set_one() -> None:
    through = decided(started(), "G1")
    history = History(record for record in through.records if not isinstance(record, PlanSubmitted))
    with pytest.raises(TransitionNotAllowed, match="app has no plan"):
        of_gate(history, outcome(history))


def test_asking_a_gate_twice_gives_the_same_baseline() -> None:
    history = decided(drawn(started(), A), "G1")
    first = of_gate(history, outcome(history))
    assert first
    assert of_gate(history.and_then(first), outcome(history)) is first


def test_an_accepted_change_moves_finish_and_budget_and_keeps_the_dates() -> None:
    history, decision = ruled(planned(started(), A, B))
    found = of_change(history, decision)
    assert found
    assert (found.number, found.source, found.by) == (2, "app:change:1:decision", "sam")
    assert found.constraints.time.finish == date(2026, 7, 7)
    assert found.constraints.time.tolerance_days == 10
    assert found.constraints.cost.budget == Decimal(100_500)
    assert (found.plan, found.schedule) == (plan(A, B), history.baseline and history.baseline.schedule)


def test_a_change_brings_its_own_plan_whose_new_work_waits_for_the_decision() -> None:
    longer, extra = work("A", 7), work("X", 2)
    history, decision = ruled(planned(started(), A, B), "modify", plan=plan(longer, B, extra))
    found = of_change(history, decision)
    assert found
    assert dates(found.schedule) == {
        "A": ("01-05", "01-13"),
        "B": ("01-14", "01-20"),
        "X": ("01-12", "01-13"),
    }


def test_dates_of_other_projects_hold_for_a_change_too() -> None:
    before = planned(started(), A, B, not_before={"B": date(2026, 1, 21)})
    history, decision = ruled(before, plan=plan(A, B, work("X", 2), work("Y", 1)))
    kept = of_change(history, decision)
    moved = of_change(history, decision, not_before={"B": date(2026, 1, 14), "X": date(2026, 1, 20), "Y": MONDAY})
    assert kept and moved
    assert dates(kept.schedule)["B"][0] == "01-21"
    assert dates(moved.schedule)["B"][0] == "01-14"
    assert dates(moved.schedule)["X"][0] == "01-20"
    assert dates(moved.schedule)["Y"][0] == "01-12"


def test_a_rejected_change_moves_nothing() -> None:
    history, decision = ruled(planned(started(), A), "reject", cost=0, days=0)
    assert of_change(history, decision) is None


def test_a_change_without_a_baseline_has_nothing_to_move() -> None:
    history, decision = ruled(drawn(started(), A))
    with pytest.raises(TransitionNotAllowed, match="no baseline"):
        of_change(history, decision)


def test_asking_a_change_twice_gives_the_same_baseline() -> None:
    history, decision = ruled(planned(started(), A))
    first = of_change(history, decision)
    assert first
    assert of_change(history.and_then(first), decision) is first


def test_the_plan_that_counts_is_the_newest_submitted_or_approved() -> None:
    assert started().current_plan is None
    history, decision = ruled(planned(started(), A))
    changed = of_change(history, decision)
    assert changed
    assert history.and_then(changed).current_plan is changed
    assert drawn(history.and_then(changed), B.model_copy(update={"links": ()})).current_plan is not changed
