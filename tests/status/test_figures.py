"""Every fact of the catalogue is there, with the right figure and the right type."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from lifecycle.control.changes import raise_change
from lifecycle.control.tolerances import exceptions
from lifecycle.history import SYSTEM, History
from lifecycle.history.charter import CostLimit, RiskEntry, TimeLimit
from lifecycle.history.closing import LessonRecorded, SuccessJudged
from lifecycle.history.control import IssueRaised, PlanSubmitted, RiskRaised
from lifecycle.history.gates import Fact
from lifecycle.history.plan import Activity, ProgressLine
from lifecycle.history.work import HandedOver
from lifecycle.planning.network import schedule
from lifecycle.process.facts import FACTS
from lifecycle.status import facts
from lifecycle.status.colour import is_red
from tests.builders import (
    START,
    activity,
    charter,
    constraints,
    decided,
    definition,
    finished,
    judged,
    opened,
    plan,
    planned,
    program_charter,
    progressed,
    released,
    started,
    stopped,
    submitted,
)

TODAY = START.date()
COMMON: dict[str, Any] = {"project": "app", "at": START, "by": "paula"}
TYPES: dict[str, type | tuple[type, ...]] = {"bool": bool, "int": int, "number": (int, float)}


def picked(history: History, *names: str, **changes: Any) -> list[Fact]:
    found = facts(history, TODAY, **changes)
    return [found[name] for name in names]


def running(*lines: ProgressLine, on: date = date(2026, 1, 14)) -> History:
    """A for 10,000 in the first week, B for 20,000 in the second, then a milestone."""
    history = planned(
        opened(started()),
        activity("A", 5, cost=Decimal(10_000)),
        activity("B", 5, "A", cost=Decimal(20_000)),
        activity("M", 0, "B", cost=Decimal(0)),
    )
    history = opened(history, "execution")
    return progressed(history, on, *lines) if lines else history


def line(name: str, percent: float, cost: int, finish: date | None = None) -> ProgressLine:
    return ProgressLine(activity=name, percent=percent, actual_finish=finish, actual_cost=Decimal(cost))


A_DONE = line("A", 100, 12_000, date(2026, 1, 9))


def risky(history: History, response: str | None = None) -> History:
    risk = RiskEntry(title="Late", category="delay", probability=5, impact=5, response=response, owner="manager")
    number = history.next_number(RiskRaised)
    return history.and_then(RiskRaised(**COMMON, number=number, risk=risk))


@pytest.mark.parametrize(
    "history",
    [
        started(),
        running(),
        running(A_DONE),
        finished(),
        stopped(opened(started())),
        started(program_charter(projects=("a",))),
    ],
)
def test_every_fact_of_the_catalogue_has_its_type_or_is_unknown(history: History) -> None:
    found = facts(history, TODAY)
    assert set(found) == set(FACTS)
    wrong = {
        name: value
        for name, value in found.items()
        if value is not None and not isinstance(value, TYPES[FACTS[name].type])
    }
    assert wrong == {}


def test_facts_do_not_move_with_the_day() -> None:
    history = running(A_DONE)
    assert facts(history, TODAY) == facts(history, TODAY + timedelta(days=100))


def test_limits_are_known_from_the_start() -> None:
    names = ("project.budget", "project.cost_limit", "project.time_tolerance_days")
    assert picked(started(), *names) == [100_000.0, 110_000.0, 10]


def test_what_a_plan_would_tell_is_unknown_without_one() -> None:
    names = (
        "project.days_late",
        "project.forecast_cost",
        "plan.finish_within_limit",
        "plan.cost_within_budget",
    )
    assert picked(started(), *names) == [None] * 4
    assert picked(started(), "plan.submitted", "plan.activities", "project.attempt") == [False, 0, None]


def test_earned_value_is_unknown_before_the_first_report() -> None:
    names = ("project.cpi", "project.spi", "project.percent_complete", "project.percent_spent")
    assert picked(running(), *names) == [None] * 4
    assert picked(running(), "project.forecast_cost", "project.days_late") == [30_000.0, -165]


def test_earned_value_after_a_report() -> None:
    """PV 10,000 + 3/5 of 20,000; EV 10,000 + 4,000; AC 16,000; B still needs four days after 14 January."""
    history = running(A_DONE, line("B", 20, 4_000))
    assert picked(history, "project.cpi", "project.spi") == [0.875, 0.6364]
    assert picked(history, "project.percent_complete", "project.percent_spent") == [46.67, 53.33]
    assert picked(history, "project.forecast_cost") == [34_285.71]
    assert picked(history, "project.days_late") == [(date(2026, 1, 20) - date(2026, 6, 30)).days]


def test_dates_of_other_projects_count() -> None:
    history = running()
    moved = picked(history, "project.days_late", not_before={"B": date(2026, 7, 1)})
    assert moved == [(date(2026, 7, 7) - date(2026, 6, 30)).days]


def test_the_attempt_is_that_of_the_phase() -> None:
    assert picked(opened(opened(started()), "planning", 2), "project.attempt") == [2]


def drawn(history: History, *activities: Activity) -> History:
    submitted_plan = PlanSubmitted(
        **COMMON,
        number=1,
        plan=plan(*activities),
        schedule=schedule(plan(*activities), history.charter.constraints.time.start),
    )
    return history.and_then(submitted_plan)


@pytest.mark.parametrize(
    ("time", "cost", "expected"),
    [
        (date(2026, 1, 16), 2000, [True, True]),
        (date(2026, 1, 7), 2000, [True, True]),  # the tolerance of two days included
        (date(2026, 1, 6), 1999, [False, False]),  # the budget has none
    ],
)
def test_a_plan_is_held_against_time_with_tolerance_and_against_the_budget(
    time: date, cost: int, expected: list[Fact]
) -> None:
    limits = constraints(
        time=TimeLimit(start=date(2026, 1, 5), finish=time, tolerance_days=2),
        cost=CostLimit(budget=Decimal(cost), tolerance_percent=Decimal(50)),
    )
    history = drawn(started(charter(constraints=limits)), activity("A", 3), activity("B", 2, "A"))
    assert picked(history, "plan.finish_within_limit", "plan.cost_within_budget") == expected
    assert picked(history, "plan.submitted", "plan.activities", "plan.baselined") == [True, 2, False]


def test_activities_whose_role_nobody_holds_are_unassigned() -> None:
    history = drawn(started(), activity("A", 1), activity("B", 1, owner="tester"))
    assert picked(history, "plan.unassigned") == [1]


def test_a_baseline_is_a_fact() -> None:
    assert picked(running(), "plan.baselined") == [True]


def test_deliverables_are_those_of_the_phase_and_beside_it_that_it_cannot_do_without() -> None:
    names = [f"deliverables.{name}" for name in ("required", "missing", "accepted", "unaccepted")]
    assert picked(started(), *names) == [0, 0, 0, 0]
    history = opened(started(), "execution")
    assert picked(history, *names) == [2, 2, 0, 2]
    history = submitted(submitted(history, "app", "erik"), "manual", "erik")
    assert picked(history, *names) == [2, 1, 0, 2]
    assert picked(judged(history, "app", "cora"), *names) == [2, 1, 1, 1]


def test_a_stopped_project_counts_what_it_owes_in_any_case() -> None:
    process = definition()
    history = stopped(opened(started(process=process), "execution"))
    assert picked(history, "deliverables.required") == [1]


def test_products_are_counted_over_the_whole_project() -> None:
    names = ("products.total", "products.accepted", "products.handed_over")
    assert picked(started(), *names) == [1, 0, 0]
    history = judged(submitted(opened(started(), "execution"), "app", "erik"), "app", "cora")
    assert picked(history, *names) == [1, 1, 0]
    history = history.and_then(HandedOver(**COMMON, deliverable="app", to="cora"))
    assert picked(history, *names) == [1, 1, 1]


def test_registers_are_counted() -> None:
    history = risky(risky(running(A_DONE), "Hire."))
    issues: dict[str, Any] = {"title": "Stuck", "owner": "manager"}
    history = history.and_then(
        IssueRaised(**COMMON, number=1, severity="high", **issues),
        IssueRaised(**COMMON, number=2, severity="low", **issues),
        LessonRecorded(**COMMON, number=1, text="Late.", recommendation="Early."),
        raise_change(history, "More", reason="Asked for.", by="cora", now=START),
        *exceptions(history, TODAY, forecast_finish=date(2027, 1, 1), eac=None, now=START, by=SYSTEM),
    )
    assert picked(history, "risks.open", "risks.high", "risks.high_without_response") == [2, 2, 1]
    assert picked(history, "issues.open", "issues.high") == [2, 1]
    assert picked(history, "changes.undecided", "exceptions.open", "lessons.recorded") == [1, 1, 1]


def test_open_conditions_are_counted() -> None:
    history = decided(started(), "G1", "conditional_go")
    assert picked(history, "conditions.open") == [len(history.open_conditions)]
    assert len(history.open_conditions) > 0


def test_success_and_people_are_counted() -> None:
    assert picked(started(), "success.criteria", "success.judged", "success.met") == [1, 0, 0]
    assert picked(started(), "people.total", "people.released") == [5, 0]
    history = released(started()).and_then(
        SuccessJudged(**COMMON, criterion="used", met=False, evidence="Nobody."),
        SuccessJudged(**COMMON, criterion="other", met=True, evidence="Not asked for."),
    )
    assert picked(history, "success.criteria", "success.judged", "success.met") == [1, 1, 0]
    assert picked(history, "people.total", "people.released") == [5, 5]


def test_activities_and_milestones_done_are_counted() -> None:
    names = ("activities.total", "activities.done", "milestones.done")
    assert picked(running(A_DONE), *names) == [3, 1, 0]
    both = running(A_DONE, line("M", 100, 0, date(2026, 1, 14)), line("gone", 100, 0, date(2026, 1, 9)))
    assert picked(both, *names) == [3, 2, 1]


def test_projects_are_counted_in_a_program_only() -> None:
    names = ("program.projects", "program.projects_closed", "program.projects_red")
    assert picked(started(), *names) == [None, None, None]
    program = started(program_charter(projects=("a", "b", "c", "d")))
    assert picked(program, *names) == [4, 0, 0]
    members = [finished(), running(line("A", 10, 12_000)), running()]
    assert picked(program, *names, members=members) == [4, 1, 1]


def test_a_project_is_red_when_it_ended_early_is_held_or_is_beyond_a_tolerance() -> None:
    assert not is_red(started())
    assert not is_red(running(A_DONE))
    assert not is_red(finished())
    assert is_red(stopped(running(A_DONE)))
    assert is_red(decided(started(), "G1", "hold"))
    assert is_red(running(line("A", 10, 12_000)))
    raised = exceptions(running(A_DONE), TODAY, forecast_finish=date(2027, 1, 1), eac=None, now=START, by=SYSTEM)
    assert is_red(running(A_DONE).and_then(*raised))
