"""Earned value agrees with tables worked by hand."""

from datetime import date
from decimal import Decimal

import pytest

from lifecycle.control.earned_value import EarnedValue, cost_forecast, earned_value, measure
from lifecycle.history.control import BaselineSet
from lifecycle.history.plan import Activity, ProgressLine
from lifecycle.planning.calendar import MONDAY_TO_FRIDAY, WorkingCalendar
from tests.builders import activity, planned, started

D = Decimal
MIDWEEK = date(2026, 1, 14)
"""The Wednesday of the second week."""


def baseline(*activities: Activity) -> BaselineSet:
    found = planned(started(), *activities).baseline
    assert found
    return found


def at(percent: float, cost: str) -> ProgressLine:
    return ProgressLine(activity="any", percent=percent, actual_cost=D(cost))


def reported(**lines: ProgressLine) -> dict[str, ProgressLine]:
    return {name: line.model_copy(update={"activity": name}) for name, line in lines.items()}


THREE_WEEKS = (
    activity("A", 5, cost=D(10_000)),
    activity("B", 5, "A", cost=D(20_000)),
    activity("C", 5, "B", cost=D(30_000)),
)


def test_a_project_behind_and_too_dear_worked_by_hand() -> None:
    """PV: all of A and three of B's five days. EV: all of A, 40 % of B. AC: as reported."""
    found = measure(baseline(*THREE_WEEKS), reported(A=at(100, "11000"), B=at(40, "9000")), MIDWEEK, MONDAY_TO_FRIDAY)
    assert found == EarnedValue(
        status_date=MIDWEEK,
        bac=D("60000.00"),
        pv=D("22000.00"),
        ev=D("18000.00"),
        ac=D("20000.00"),
        cv=D("-2000.00"),
        sv=D("-4000.00"),
        cpi=D("0.9000"),
        spi=D("0.8182"),
        eac=D("66666.67"),
        etc=D("46666.67"),
        vac=D("-6666.67"),
        tcpi=D("1.0500"),
        percent_complete=D("30.00"),
        percent_spent=D("33.33"),
    )
    assert cost_forecast(found) == D("66666.67")


@pytest.mark.parametrize(
    ("bac", "pv", "ev", "ac", "expected"),
    [
        # on plan
        (100, 50, 50, 50, {"cpi": "1", "spi": "1", "eac": "100", "etc": "50", "vac": "0", "tcpi": "1"}),
        # nothing begun, nothing due: no index is defined
        (100, 0, 0, 0, {"cpi": None, "spi": None, "eac": None, "etc": None, "vac": None, "tcpi": "1"}),
        # money spent, nothing earned
        (100, 20, 0, 10, {"cpi": "0", "spi": "0", "eac": None, "etc": None, "vac": None, "tcpi": "1.1111"}),
        # earned for nothing
        (100, 20, 10, 0, {"cpi": None, "spi": "0.5", "eac": None, "tcpi": "0.9"}),
        # the whole budget spent before the end: no performance brings it back
        (100, 100, 80, 100, {"cpi": "0.8", "eac": "125", "tcpi": None, "percent_spent": "100"}),
        # done
        (100, 100, 100, 90, {"eac": "90", "etc": "0", "vac": "10", "tcpi": "0", "percent_complete": "100"}),
        # a plan without costs
        (0, 0, 0, 0, {"percent_complete": None, "percent_spent": None, "tcpi": None}),
        # the estimate is taken from the exact index, not from the rounded one
        (1_000_000, 0, 3, 1, {"cpi": "3", "eac": "333333.33"}),
    ],
)
def test_formulas_and_what_they_leave_undefined(
    bac: int, pv: int, ev: int, ac: int, expected: dict[str, str | None]
) -> None:
    found = earned_value(MIDWEEK, D(bac), D(pv), D(ev), D(ac)).model_dump()
    assert {name: found[name] for name in expected} == {
        name: None if text is None else D(text) for name, text in expected.items()
    }


@pytest.mark.parametrize(("ev", "ac", "expected"), [(0, 0, 100), (0, 30, 130), (20, 0, 80), (50, 60, 120)])
def test_the_cost_forecast_falls_back_on_the_plan_while_there_is_no_index(ev: int, ac: int, expected: int) -> None:
    assert cost_forecast(earned_value(MIDWEEK, D(100), D(50), D(ev), D(ac))) == D(expected)


@pytest.mark.parametrize(
    ("day", "pv"),
    [
        (date(2026, 1, 4), "0.00"),
        (date(2026, 1, 5), "2000.00"),
        (date(2026, 1, 9), "10000.00"),
        (date(2026, 1, 11), "10000.00"),  # a Sunday earns nothing
        (date(2026, 1, 12), "14000.00"),
        (date(2027, 1, 1), "60000.00"),
    ],
)
def test_planned_value_grows_by_the_working_day(day: date, pv: str) -> None:
    assert measure(baseline(*THREE_WEEKS), {}, day, MONDAY_TO_FRIDAY).pv == D(pv)


def test_holidays_of_the_calendar_earn_nothing() -> None:
    calendar = WorkingCalendar(holidays=frozenset({date(2026, 1, 6)}))
    assert measure(baseline(*THREE_WEEKS), {}, date(2026, 1, 7), calendar).pv == D("5000.00")


def test_a_milestone_falls_due_on_its_day() -> None:
    of = baseline(activity("A", 2, cost=D(0)), activity("M", 0, "A", cost=D(500)))
    assert measure(of, {}, date(2026, 1, 5), MONDAY_TO_FRIDAY).pv == D(0)
    assert measure(of, {}, date(2026, 1, 6), MONDAY_TO_FRIDAY).pv == D(500)


def test_money_spent_on_dropped_work_stays_spent() -> None:
    progress = reported(A=at(50, "100"), dropped=at(100, "900"))
    found = measure(baseline(*THREE_WEEKS), progress, MIDWEEK, MONDAY_TO_FRIDAY)
    assert (found.ev, found.ac) == (D(5000), D(1000))


def test_percentages_are_taken_as_written_and_money_is_rounded_once() -> None:
    of = baseline(activity("A", 3, cost=D("100.01")), activity("B", 3, cost=D("100.01")))
    found = measure(of, reported(A=at(33.3, "0"), B=at(33.3, "0")), date(2026, 1, 5), MONDAY_TO_FRIDAY)
    assert found.ev == D("66.61")  # 2 x 33.30333
    assert found.pv == D("66.67")  # 2 x 33.33667
    assert found.sv == found.ev - found.pv
