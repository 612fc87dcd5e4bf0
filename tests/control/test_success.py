"""The verdict at the end: time, cost, scope and criteria, each figure with its record."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lifecycle.control.success import Sourced, verdict
from lifecycle.history import History
from lifecycle.history.charter import ScopeLimit
from lifecycle.history.closing import ProjectClosed, SuccessJudged
from lifecycle.history.plan import ProgressLine
from tests.builders import (
    START,
    activity,
    charter,
    constraints,
    decided,
    judged,
    opened,
    planned,
    progressed,
    started,
    stopped,
    submitted,
)


def spent(history: History, on: date, cost: int, finish: date | None = None, activity: str = "A") -> History:
    percent = 100 if finish else 50
    line = ProgressLine(activity=activity, percent=percent, actual_finish=finish, actual_cost=Decimal(cost))
    return progressed(history, on, line)


def accepted(history: History) -> History:
    return judged(submitted(history, "app", "erik"), "app", "cora")


def judged_used(history: History, met: bool = True) -> History:
    return history.and_then(
        SuccessJudged(project="app", at=START, by="sam", criterion="used", met=met, evidence="1,200 users.")
    )


def closed_on(history: History, day: date) -> History:
    at = START.replace(year=day.year, month=day.month, day=day.day)
    return history.and_then(ProjectClosed(project="app", at=at, by="sam", premature=False, journal_head="0" * 64))


def executing(**changes: Any) -> History:
    history = started(charter(**changes))
    return opened(planned(opened(history), activity("A", 5), activity("B", 5, "A")), "execution")


def perfect() -> History:
    """Done on time, for 90,000 of 100,000, with its product accepted and its criterion met."""
    history = spent(executing(), date(2026, 6, 1), 50_000, date(2026, 5, 29))
    history = spent(history, date(2026, 6, 5), 40_000, date(2026, 6, 4), "B")
    return judged_used(accepted(history))


def test_a_success_holds_on_all_four_counts() -> None:
    found = verdict(closed_on(perfect(), date(2026, 6, 30)))
    assert found.word == "success"
    assert (found.time.within, found.cost.within, found.scope.within, found.criteria_met) == (True,) * 4


def test_each_figure_carries_the_record_it_came_from() -> None:
    found = verdict(closed_on(perfect(), date(2026, 6, 30)))
    assert found.time.planned == Sourced(value=date(2026, 6, 30), record="app")
    assert found.time.approved == Sourced(value=date(2026, 6, 30), record="app:baseline:1")
    assert found.time.actual == Sourced(value=date(2026, 6, 30), record="app:closure")
    assert found.cost.original == Sourced(value=Decimal(100_000), record="app")
    assert found.cost.approved == Sourced(value=Decimal(100_000), record="app:baseline:1")
    assert found.cost.actual == Sourced(value=Decimal(90_000), record="app:progress:2")
    assert found.scope.total == Sourced(value=1, record="app")
    assert found.scope.accepted == Sourced(value=1, record="app:app:v1:acceptance")
    assert [(one.criterion, one.met, one.record) for one in found.criteria] == [("used", True, "app:success:used")]


def test_before_the_closure_the_last_actual_finish_counts() -> None:
    found = verdict(perfect()).time
    assert found.actual == Sourced(value=date(2026, 6, 4), record="app:progress:2")
    assert found.days_late == -26


@pytest.mark.parametrize(("day", "late", "within"), [(10, 10, True), (11, 11, False)])
def test_lateness_is_held_against_the_tolerance(day: int, late: int, within: bool) -> None:
    found = verdict(closed_on(perfect(), date(2026, 7, day)))
    assert (found.time.days_late, found.time.within) == (late, within)
    assert found.word == ("success" if within else "partial")


@pytest.mark.parametrize(("cost", "within"), [(110_000, True), (110_001, False)])
def test_cost_is_held_against_the_tolerance(cost: int, within: bool) -> None:
    found = verdict(spent(executing(), date(2026, 6, 1), cost)).cost
    assert (found.over, found.limit, found.within) == (Decimal(cost - 100_000), Decimal(110_000), within)


def test_the_newest_line_of_an_activity_is_its_cost() -> None:
    history = spent(executing(), date(2026, 6, 8), 700)
    history = spent(history, date(2026, 6, 1), 900)
    found = verdict(history).cost.actual
    assert found == Sourced(value=Decimal(700), record="app:progress:1")


def test_limits_moved_by_a_change_are_the_approved_ones() -> None:
    history = executing()
    baseline = history.baseline
    assert baseline
    wider = constraints(time=baseline.constraints.time.model_copy(update={"finish": date(2026, 8, 31)}))
    moved = history.and_then(baseline.model_copy(update={"number": 2, "constraints": wider}))
    found = verdict(moved).time
    assert found.planned == Sourced(value=date(2026, 6, 30), record="app")
    assert found.approved == Sourced(value=date(2026, 8, 31), record="app:baseline:2")


def test_what_is_not_known_counts_as_not_reached() -> None:
    found = verdict(started())
    assert found.word == "failure"
    assert (found.time.actual, found.time.days_late, found.time.within) == (None, None, False)
    assert (found.cost.actual, found.cost.over, found.cost.within) == (None, None, False)
    assert found.time.approved.record == "app"
    assert found.scope.missing == ("app",)
    assert found.scope.accepted == Sourced(value=0, record="app")
    assert [(one.met, one.record) for one in found.criteria] == [(None, "app")]


def test_scope_may_miss_as_many_products_as_its_tolerance_says() -> None:
    limits = constraints().model_copy(update={"scope": ScopeLimit(statement="An app.", tolerance_items=1)})
    assert verdict(executing(constraints=limits)).scope.within
    assert not verdict(executing()).scope.within


def test_a_criterion_not_met_makes_a_success_partial() -> None:
    found = verdict(judged_used(closed_on(perfect(), date(2026, 6, 30)), met=False))
    assert (found.word, found.criteria_met) == ("partial", False)


def test_a_stopped_project_is_neither_success_nor_failure() -> None:
    assert verdict(stopped(perfect())).word == "stopped early"
    assert verdict(decided(perfect(), "G2", "kill")).word == "stopped early"
