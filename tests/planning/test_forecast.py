"""Forecasts: what is done stays, what runs goes on, what is to come waits."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle.history import History
from lifecycle.history.control import BaselineSet
from lifecycle.history.plan import Activity, ProgressLine, Schedule
from lifecycle.planning.calendar import MONDAY_TO_FRIDAY
from lifecycle.planning.forecast import forecast, progress_so_far, status_date
from lifecycle.planning.remaining import remaining_days
from tests.builders import planned, progressed, started
from tests.planning.plans import TEXTBOOK, critical, dates, floats, work


def jan(day: int) -> date:
    return date(2026, 1, day)


def reported(activity: str, percent: float, start: int | None = None, **changes: Any) -> ProgressLine:
    """Progress in days of January; finished on that day when 100 %."""
    finish = changes.pop("finish", None)
    return ProgressLine(
        activity=activity,
        percent=percent,
        actual_start=jan(start) if start else None,
        actual_finish=jan(finish) if finish else None,
        actual_cost=Decimal(0),
        **changes,
    )


def baseline(*activities: Activity, **changes: Any) -> BaselineSet:
    found = planned(started(), *activities, **changes).baseline
    assert found
    return found


def seen_from(day: int | None, of: BaselineSet, *lines: ProgressLine, **changes: Any) -> Schedule:
    progress = {line.activity: line for line in lines}
    return forecast(of, progress, jan(day) if day else None, **changes)


CHAIN = (work("A", 5), work("B", 5, "A"), work("C", 2, "B"))
"""A in the first week, B in the second, C on the Monday and Tuesday after."""


def test_without_progress_the_forecast_is_the_plan() -> None:
    of = baseline(*TEXTBOOK)
    assert seen_from(None, of) == of.schedule


def test_without_progress_a_date_of_another_project_moves_what_hangs_on_it() -> None:
    found = seen_from(None, baseline(*CHAIN), not_before={"B": jan(14)})
    assert dates(found) == {"A": ("01-05", "01-09"), "B": ("01-14", "01-20"), "C": ("01-21", "01-22")}


def test_progress_as_planned_leaves_the_plan_as_it_is() -> None:
    of = baseline(*CHAIN)
    found = seen_from(14, of, reported("A", 100, 5, finish=9), reported("B", 60, 12))
    assert dates(found) == dates(of.schedule)
    assert found.finish == of.schedule.finish


def test_late_work_pushes_what_comes_after_it() -> None:
    found = seen_from(9, baseline(*CHAIN), reported("A", 40, 5))
    assert dates(found) == {"A": ("01-05", "01-14"), "B": ("01-15", "01-21"), "C": ("01-22", "01-23")}
    assert critical(found) == ["A", "B", "C"]


def test_early_work_pulls_what_comes_after_it() -> None:
    found = seen_from(7, baseline(*CHAIN), reported("A", 100, 5, finish=7))
    assert dates(found)["B"] == ("01-08", "01-14")


def test_remaining_days_that_somebody_knows_beat_the_percentage() -> None:
    found = seen_from(9, baseline(*CHAIN), reported("A", 40, 5, remaining=1))
    assert dates(found)["A"] == ("01-05", "01-12")


@pytest.mark.parametrize(
    ("duration", "percent", "days"),
    [(10, 70, 3), (10, 71, 3), (3, 33.3, 3), (7, 99.9, 1), (5, 0, 5), (5, 100, 0)],
)
def test_remaining_days_are_rounded_up_and_exact(duration: int, percent: float, days: int) -> None:
    assert remaining_days(work("A", duration), reported("A", percent)) == days


def test_work_that_has_not_started_waits_for_the_day_after_the_status_date() -> None:
    found = seen_from(16, baseline(work("A", 2), work("B", 1)))
    assert dates(found) == {"A": ("01-19", "01-20"), "B": ("01-19", "01-19")}
    assert found.start == jan(19)
    assert floats(found) == {"A": 0, "B": 1}


def test_a_status_date_before_the_start_changes_nothing() -> None:
    of = baseline(*CHAIN)
    assert dates(forecast(of, {}, date(2025, 12, 12))) == dates(of.schedule)


def test_done_work_keeps_its_dates_and_has_no_float() -> None:
    found = seen_from(14, baseline(work("A", 2), work("B", 9)), reported("A", 100, 6, finish=13), reported("B", 50, 5))
    assert dates(found)["A"] == ("01-06", "01-13")
    assert (found.of("A").total_float, found.of("A").critical) == (0, False)


def test_a_start_that_nobody_reported_is_taken_from_the_plan() -> None:
    found = seen_from(14, baseline(*CHAIN), reported("A", 100, finish=8), reported("B", 20))
    assert found.of("A").start == jan(5)
    assert found.of("B").start == jan(12)


def test_a_start_ahead_of_the_plan_that_nobody_reported_is_no_later_than_the_status_date() -> None:
    found = seen_from(8, baseline(*CHAIN), reported("A", 80, 5), reported("B", 20), reported("C", 100, finish=7))
    assert found.of("B").start == jan(8)
    assert dates(found)["C"] == ("01-07", "01-07")


def test_work_without_remaining_days_ends_with_the_status_date() -> None:
    found = seen_from(9, baseline(*CHAIN), reported("A", 90, 5, remaining=0))
    assert dates(found)["A"] == ("01-05", "01-09")
    assert dates(found)["B"][0] == "01-12"


def test_work_begun_on_a_free_day_and_almost_over_does_not_end_before_it_began() -> None:
    found = seen_from(11, baseline(*CHAIN), reported("A", 90, 10, remaining=0))
    assert dates(found)["A"] == ("01-10", "01-10")


def test_work_done_on_a_weekend_holds_nothing_up() -> None:
    found = seen_from(11, baseline(*CHAIN), reported("A", 100, 10, finish=11))
    assert dates(found)["A"] == ("01-10", "01-11")
    assert dates(found)["B"][0] == "01-12"


def test_running_work_no_longer_waits_to_start_but_still_to_finish() -> None:
    of = baseline(work("A", 10), work("B", 2, "A"), work("C", 2, "A FF"))
    found = seen_from(6, of, reported("A", 20, 5), reported("B", 50, 6), reported("C", 50, 6))
    assert dates(found) == {"A": ("01-05", "01-16"), "B": ("01-06", "01-07"), "C": ("01-06", "01-16")}


def test_what_hangs_on_a_start_that_has_happened_counts_from_then() -> None:
    of = baseline(work("A", 10), work("B", 3, "A SS+4"), work("C", 1, "A SF+9"))
    found = seen_from(7, of, reported("A", 10, 7))
    assert dates(found)["B"] == ("01-13", "01-15")
    assert dates(found)["C"] == ("01-19", "01-19")
    late = seen_from(16, of, reported("A", 10, 7))
    assert dates(late)["B"] == ("01-19", "01-21")
    done = seen_from(7, of, reported("A", 100, 6, finish=7))
    assert dates(done)["B"] == ("01-12", "01-14")


def test_a_milestone_reached_on_its_day_delays_nothing() -> None:
    of = baseline(work("kickoff", 0), work("A", 5, "kickoff"), work("M", 0, "A"), work("B", 1, "M"))
    assert dates(seen_from(5, of, reported("kickoff", 100, finish=5), reported("A", 20, 5))) == dates(of.schedule)
    lines = (
        reported("kickoff", 100, finish=5),
        reported("A", 100, 5, finish=9),
        reported("M", 100, finish=9),
    )
    assert dates(seen_from(9, of, *lines)) == dates(of.schedule)
    assert dates(forecast(of, {"kickoff": reported("kickoff", 100, finish=5)}, date(2026, 1, 2)))["A"][0] == "01-05"


def test_a_milestone_is_reached_or_it_is_not() -> None:
    of = baseline(work("A", 2), work("M", 0, "A"))
    found = seen_from(9, of, reported("A", 100, 5, finish=6), reported("M", 50, 6))
    assert dates(found)["M"] == ("01-12", "01-12")


def test_dates_imposed_on_the_plan_still_hold_unless_newer_ones_are_named() -> None:
    of = baseline(*CHAIN, not_before={"B": jan(21)})
    assert dates(seen_from(9, of, reported("A", 100, 5, finish=9)))["B"][0] == "01-21"
    assert dates(seen_from(9, of, reported("A", 100, 5, finish=9), not_before={"B": jan(14)}))["B"][0] == "01-14"


def test_progress_of_activities_that_the_plan_no_longer_has_is_left_out() -> None:
    of = baseline(*CHAIN)
    assert dates(seen_from(5, of, reported("old", 50, 5), reported("A", 20, 5))) == dates(of.schedule)


# What is known so far


def with_reports() -> History:
    history = planned(started(), *CHAIN)
    history = progressed(history, jan(16), reported("A", 100, finish=12), reported("B", 50))
    return progressed(history, jan(9), reported("A", 60, 6), reported("B", 10, 9))


def test_of_two_reports_the_one_of_the_later_date_counts_whenever_it_was_written() -> None:
    known = progress_so_far(with_reports())
    assert (known["A"].percent, known["B"].percent) == (100, 50)


def test_of_two_reports_of_one_date_the_later_written_counts() -> None:
    history = progressed(with_reports(), jan(16), reported("B", 40, 9))
    assert progress_so_far(history)["B"].percent == 40


def test_a_start_once_reported_stays_known() -> None:
    assert progress_so_far(with_reports())["A"].actual_start == jan(6)


def test_the_status_date_is_the_latest_reported() -> None:
    assert status_date(with_reports()) == jan(16)
    assert status_date(started()) is None
    assert progress_so_far(started()) == {}


@given(st.integers(0, 15))
@settings(max_examples=16, deadline=None)
def test_working_exactly_to_plan_never_moves_a_date(days: int) -> None:
    """On any evening, with everything done that the plan says, the forecast is the plan."""
    of = baseline(*TEXTBOOK)
    evening = MONDAY_TO_FRIDAY.day(MONDAY_TO_FRIDAY.number(jan(5)) + days)
    lines = {}
    for one in of.schedule.activities:
        length = MONDAY_TO_FRIDAY.count(one.start, one.finish)
        gone = min(length, MONDAY_TO_FRIDAY.count(one.start, evening))
        lines[one.activity] = ProgressLine(
            activity=one.activity,
            percent=100 * gone / length,
            actual_start=one.start if gone else None,
            actual_finish=one.finish if gone == length else None,
            actual_cost=Decimal(0),
            remaining=length - gone,
        )
    assert dates(forecast(of, lines, evening)) == dates(of.schedule)
