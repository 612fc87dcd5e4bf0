"""The whole picture: composed, complete, and pointing at its records."""

from datetime import date
from decimal import Decimal
from typing import Any

from lifecycle.control.changes import raise_change
from lifecycle.control.tolerances import exceptions
from lifecycle.history import SYSTEM
from lifecycle.history.charter import RiskEntry
from lifecycle.history.control import IssueRaised, PlanSubmitted, RiskRaised
from lifecycle.history.plan import ProgressLine
from lifecycle.planning.network import schedule
from lifecycle.status import colour, status
from tests.builders import (
    START,
    activity,
    decided,
    finished,
    opened,
    plan,
    planned,
    progressed,
    started,
)

TODAY = date(2026, 1, 15)
COMMON: dict[str, Any] = {"project": "app", "at": START, "by": "paula"}


def test_a_project_that_just_started_has_a_picture() -> None:
    found = status(started(program="digital"), TODAY)
    assert (found.project, found.title, found.as_of, found.program) == ("app", "App", TODAY, "digital")
    assert (found.state, found.phase) == ("open phase", None)
    assert (found.baseline, found.schedule, found.forecast, found.forecast_finish) == (None,) * 4
    assert (found.days_late, found.value, found.forecast_cost) == (None, None, None)
    assert (found.activities, found.activities_done) == (0, 0)
    assert [len(part) for part in (found.phases, found.gates, found.deliverables)] == [4, 3, 6]
    assert found.awaited == ()


def test_a_submitted_plan_is_followed_until_there_is_a_baseline() -> None:
    drawn = plan(activity("A", 5))
    dates = schedule(drawn, date(2026, 1, 5))
    history = opened(started()).and_then(PlanSubmitted(**COMMON, number=1, plan=drawn, schedule=dates))
    found = status(history, TODAY)
    assert (found.baseline, found.schedule, found.forecast) == (None, dates, dates)
    assert (found.activities, found.forecast_cost, found.value) == (1, Decimal(1000), None)


def test_a_running_project_shows_forecast_and_earned_value() -> None:
    history = opened(planned(decided(started(), "G1"), activity("A", 5), activity("B", 5, "A")), "execution")
    lines = ProgressLine(activity="A", percent=60, actual_cost=Decimal(900), actual_start=date(2026, 1, 5))
    found = status(progressed(history, date(2026, 1, 14), lines), TODAY)
    assert (found.state, found.phase, found.baseline) == ("preparing", "execution", 1)
    assert found.schedule and found.schedule.finish == date(2026, 1, 16)
    assert found.forecast and found.forecast.finish == found.forecast_finish == date(2026, 1, 23)
    assert found.days_late == (date(2026, 1, 23) - date(2026, 6, 30)).days
    assert found.value and found.value.ev == Decimal(600)
    assert found.forecast_cost == found.value.eac == Decimal(3000)
    assert (found.activities, found.activities_done) == (2, 0)


def test_a_forecast_that_is_past_is_amber_until_somebody_reports() -> None:
    history = opened(planned(decided(started(), "G1"), activity("A", 5)), "execution")
    on_time, after = status(history, date(2026, 1, 9)), status(history, date(2026, 4, 1))
    assert on_time.forecast_finish == date(2026, 1, 9)
    assert colour(history, on_time) == ("green", "on track")
    assert colour(history, after) == ("amber", "the forecast of 2026-01-09 is past; nothing was reported yet")
    begun = ProgressLine(activity="A", percent=60, actual_cost=Decimal(900), actual_start=date(2026, 1, 5))
    reported = progressed(history, date(2026, 1, 14), begun)
    assert colour(reported, status(reported, date(2026, 4, 1)))[1] == (
        "the forecast of 2026-01-16 is past; nothing was reported since 2026-01-14"
    )


def test_dates_of_other_projects_move_the_forecast_and_not_the_schedule() -> None:
    history = planned(opened(started()), activity("A", 5))
    found = status(history, TODAY, not_before={"A": date(2026, 2, 2)})
    assert found.schedule and found.schedule.finish == date(2026, 1, 9)
    assert found.forecast_finish == date(2026, 2, 6)


def test_a_phase_held_back_by_another_project_shows_in_the_state() -> None:
    assert status(decided(started(), "G1"), TODAY, ("api",)).state == "awaiting predecessor"


def test_what_is_open_is_named_by_its_records() -> None:
    history = opened(planned(decided(started(), "G1", "conditional_go"), activity("A", 5)), "execution")
    risk = RiskEntry(title="Late", category="delay", probability=1, impact=1, owner="manager")
    history = history.and_then(
        raise_change(history, "More", reason="Asked for.", by="cora", now=START),
        RiskRaised(**COMMON, number=1, risk=risk),
        IssueRaised(**COMMON, number=1, title="Stuck", severity="low", owner="manager"),
    )
    late = date(2027, 1, 1)
    breach = exceptions(progressed(history, TODAY), TODAY, forecast_finish=late, eac=None, now=START, by=SYSTEM)
    found = status(history.and_then(*breach), TODAY)
    assert found.open_conditions[0] == "app:G1:1:condition:1"
    assert found.open_changes == ("app:change:1",)
    assert found.open_risks == ("app:risk:1",)
    assert found.open_issues == ("app:issue:1",)
    assert found.open_exceptions == ("app:exception:1",)
    assert {one.what for one in found.awaited} == {"submit", "clear condition", "assess change"}


def test_a_finished_project_is_closed_and_waits_for_nobody() -> None:
    found = status(finished(), TODAY)
    assert (found.state, found.awaited) == ("closed", ())
    assert {one.state for one in found.gates} == {"passed"}
