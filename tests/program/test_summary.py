"""One project as its program sees it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lifecycle.governance import review
from lifecycle.history import History
from lifecycle.history.charter import RiskEntry
from lifecycle.history.control import ExceptionRaised, RiskRaised
from lifecycle.history.plan import ProgressLine
from lifecycle.program import ProjectSummary, objective_of, summary
from lifecycle.status import status
from tests.builders import (
    START,
    activity,
    decided,
    finished,
    opened,
    planned,
    prepared,
    program_charter,
    progressed,
    requested,
    started,
    stopped,
    voted,
)

TODAY = date(2026, 2, 2)
EARLY = date(2026, 1, 12)
"""While the small plan, which ends four days later, has not come to its end."""


def of(history: History, **changes: Any) -> ProjectSummary:
    """The summary, after some figures of the status were changed."""
    return summary(history, status(history, TODAY).model_copy(update=changes), "growth")


def risky(history: History, *scores: tuple[int, int]) -> History:
    for number, (probability, impact) in enumerate(scores, start=1):
        risk = RiskEntry(
            title=f"Risk {number}", category="delay", probability=probability, impact=impact, owner="manager"
        )
        history = history.and_then(RiskRaised(project=history.project, at=START, by="paula", number=number, risk=risk))
    return history


def exceptional(history: History) -> History:
    raised = ExceptionRaised(
        project=history.project,
        at=START,
        by="paula",
        number=1,
        measure="time",
        status_date=TODAY,
        forecast="2026-09-01",
        limit="2026-07-10",
        text="The finish is 53 days beyond the tolerance.",
    )
    return history.and_then(raised)


def test_a_summary_carries_names_figures_and_gates() -> None:
    history = planned(opened(started()), activity("A1", 20, cost=Decimal(4000)))
    history = progressed(
        history,
        date(2026, 1, 16),
        ProgressLine(activity="A1", percent=50, actual_start=date(2026, 1, 5), actual_cost=Decimal(2000)),
    )
    found = of(history)
    assert (found.project, found.title, found.manager, found.objective) == (
        "app",
        "App",
        "Paula P.",
        "growth",
    )
    assert (found.state, found.phase) == ("preparing", "planning")
    assert [gate.gate for gate in found.gates] == ["G1", "G2", "G3"]
    assert (found.percent_complete, found.spi, found.cpi) == (Decimal(50), Decimal(1), Decimal(1))
    money = (found.actual_cost, found.forecast_cost, found.budget)
    assert money == (Decimal(2000), Decimal(4000), Decimal(100_000))
    assert (found.planned_finish, found.forecast_finish) == (date(2026, 1, 30), date(2026, 1, 30))
    assert (found.approved_finish, found.currency) == (date(2026, 6, 30), "EUR")


def test_before_there_is_a_plan_figures_are_unknown() -> None:
    found = of(opened(started()))
    assert (found.percent_complete, found.spi, found.actual_cost, found.planned_finish) == (None,) * 4
    assert (found.rag, found.reason) == ("green", "on track")


def test_what_is_awaited_names_the_person() -> None:
    assert any(line.startswith("Paula P.: ") for line in of(opened(started())).awaited)


def test_a_waiting_gate_says_since_when_and_for_whom() -> None:
    history = voted(requested(prepared(started(), "G1"), "G1"), "G1", "sam")
    (waiting,) = of(history).waiting
    assert (waiting.gate, waiting.record, waiting.persons) == ("G1", "app:G1:1", ("Cora C.",))
    assert (waiting.submitted, waiting.due) == (date(2026, 1, 5), date(2026, 1, 10))
    assert (waiting.days, waiting.overdue) == (28, True)


def test_decisions_are_told_apart_from_other_things_that_are_awaited() -> None:
    assert of(opened(started())).decisions == ()
    (needed, other) = of(requested(prepared(started(), "G1"), "G1")).decisions
    assert {needed.person, other.person} == {"Sam S.", "Cora C."}
    assert needed.due == date(2026, 1, 10)
    assert of(decided(started(), "G1", "hold")).decisions


def test_a_stopped_project_waits_for_no_gate() -> None:
    assert of(stopped(requested(prepared(started(), "G1"), "G1"))).waiting == ()


def test_open_risks_carry_their_score_and_owner() -> None:
    found = of(risky(started(), (5, 3), (2, 2)))
    assert [(risk.record, risk.score, risk.owner) for risk in found.risks] == [
        ("app:risk:1", 15, "Paula P."),
        ("app:risk:2", 4, "Paula P."),
    ]
    assert found.high_risks == 1


@pytest.mark.parametrize(
    ("changes", "rag", "words"),
    [
        ({"days_late": 0, "forecast_cost": Decimal(100_000)}, "green", "on track"),
        ({"days_late": -5}, "green", "on track"),
        ({"days_late": 4}, "amber", "4 days late, inside the tolerance of 10"),
        ({"forecast_cost": Decimal(104_000)}, "amber", "4,000 EUR over budget, inside the tolerance of 10 %"),
        ({"forecast_finish": date(2026, 7, 20), "days_late": 20}, "red", "2026"),
        ({"forecast_cost": Decimal(120_000)}, "red", "EUR"),
    ],
)
def test_lateness_and_cost_colour_a_project_by_its_tolerance(changes: dict[str, Any], rag: str, words: str) -> None:
    found = of(opened(started()), **changes)
    assert found.rag == rag
    assert words in found.reason


def test_late_and_over_are_both_said() -> None:
    reason = of(opened(started()), days_late=4, forecast_cost=Decimal(104_000)).reason
    assert "4 days late" in reason
    assert "; 4,000 EUR over budget" in reason


def test_an_open_exception_makes_it_red_and_is_told_once() -> None:
    found = of(exceptional(opened(started())), forecast_finish=date(2026, 9, 1), days_late=63)
    assert (found.rag, found.reason) == ("red", "exception: The finish is 53 days beyond the tolerance.")
    assert found.exceptions == ("The finish is 53 days beyond the tolerance.",)


def test_a_project_on_hold_is_red_until_it_is_resumed() -> None:
    history = decided(started(), "G1", "hold")
    assert (of(history).rag, of(history).reason) == ("red", "on hold")
    resumed = history.and_then(review.resume(history, "G1", "sam", "Money is there.", START))
    assert of(resumed, as_of=EARLY).rag == "green"


def test_a_killed_and_a_stopped_project_are_red() -> None:
    assert of(decided(started(), "G1", "kill")).reason == "killed at G1"
    assert of(stopped(opened(started()))).reason == "stopped: No longer wanted."


def test_a_repeated_attempt_is_amber() -> None:
    history = opened(decided(started(), "G1", "recycle"), attempt=2)
    early = of(history, as_of=EARLY)
    assert (early.rag, early.reason) == ("amber", "planning is in attempt 2")
    assert of(opened(decided(history, "G1"), "execution"), as_of=EARLY).rag == "green"


def test_a_closed_project_is_green() -> None:
    assert (of(finished()).rag, of(finished()).state) == ("green", "closed")


def test_a_project_serves_the_objective_that_the_charter_names() -> None:
    program = program_charter(projects=("backend", "web-site"))
    assert objective_of(program, "web-site") == "web-site-objective"
    assert objective_of(program, "web") is None
