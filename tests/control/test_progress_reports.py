"""Progress is recorded once, during execution, about known activities, with dates that can be."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lifecycle.control.progress_reports import record
from lifecycle.errors import BadInput, NotFound, TransitionNotAllowed
from lifecycle.history import History
from lifecycle.history.control import ProgressReported
from lifecycle.history.plan import ProgressLine
from tests.builders import (
    activity,
    day,
    definition,
    execution,
    opened,
    phase,
    planned,
    planning,
    started,
    stopped,
    wind_up,
)

FRIDAY = date(2026, 1, 9)
NOW = day(11)


def executing() -> History:
    return opened(planned(opened(started()), activity("A", 5), activity("B", 5, "A")), "execution")


def line(activity: str = "A", percent: float = 40, **changes: Any) -> ProgressLine:
    return ProgressLine(activity=activity, percent=percent, **({"actual_cost": Decimal(100)} | changes))


def reported(history: History, *lines: ProgressLine, on: date = FRIDAY) -> ProgressReported:
    return record(history, on, lines or (line(),), "paula", NOW)


def jan(day: int) -> date:
    return date(2026, 1, day)


def test_where_no_gate_sets_a_baseline_the_refusal_says_so() -> None:
    gates = (planning().gates[0].model_copy(update={"baseline": False}),)
    process = definition(planning(gates=gates), execution(), wind_up())
    with pytest.raises(TransitionNotAllowed, match=r"No gate of its process makes a plan the baseline"):
        reported(opened(started(process=process)))


def test_a_report_becomes_a_record() -> None:
    found = reported(executing(), line(actual_start=jan(5)), line("B", 0))
    assert (found.id, found.by, found.at, found.status_date) == ("app:progress:1", "paula", NOW, FRIDAY)
    assert [one.activity for one in found.lines] == ["A", "B"]


def test_the_same_report_again_is_the_record_there_is() -> None:
    first = reported(executing())
    history = executing().and_then(first)
    assert reported(history) is first
    later = reported(history, line(percent=60), on=jan(10))
    assert later.number == 2
    assert reported(history.and_then(later)) is first


def test_a_correction_can_be_corrected_back() -> None:
    history = executing().and_then(reported(executing()))
    history = history.and_then(reported(history, line(percent=50)))
    assert reported(history).number == 3


def test_a_correction_of_another_activity_leaves_a_report_as_it_is() -> None:
    history = executing().and_then(reported(executing()))
    history = history.and_then(reported(history, line("B", 5)))
    assert reported(history).number == 1


def test_progress_and_cost_may_go_back() -> None:
    history = executing().and_then(reported(executing()))
    assert reported(history, line(percent=10, actual_cost=Decimal(1)), on=jan(10)).number == 2


def test_progress_needs_a_baseline() -> None:
    with pytest.raises(TransitionNotAllowed, match="has no baseline yet"):
        reported(opened(started(), "execution"))


def test_progress_belongs_to_execution() -> None:
    before = planned(opened(started()), activity("A", 5))
    with pytest.raises(TransitionNotAllowed, match="reported during Execution; App is in Planning"):
        reported(before)
    with pytest.raises(TransitionNotAllowed, match="App is in Closing"):
        reported(stopped(executing()))
    with pytest.raises(TransitionNotAllowed, match="App has not begun"):
        reported(planned(started(), activity("A", 5)))


def test_a_process_without_products_has_no_place_for_progress() -> None:
    process = definition(planning(), phase("execution"), wind_up())
    history = opened(planned(started(process=process), activity("A", 5)), "execution")
    with pytest.raises(TransitionNotAllowed, match="reported during no phase"):
        reported(history)


def test_unknown_activities_are_refused_with_those_meant() -> None:
    history = opened(planned(started(), activity("build-1", 5), activity("test", 5)), "execution")
    with pytest.raises(NotFound, match=r"'bild-1'\. Known: build-1\.$"):
        reported(history, line("bild-1"))
    with pytest.raises(NotFound, match=r"Known: build-1, test\.$"):
        reported(history, line("zzz"))


def test_a_report_says_something_and_says_it_once() -> None:
    with pytest.raises(BadInput, match="no lines"):
        record(executing(), FRIDAY, (), "paula", NOW)
    with pytest.raises(BadInput, match="twice about A"):
        reported(executing(), line(), line(percent=50))


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        (jan(17), "The status date 2026-01-17 lies in the future; today is 2026-01-16."),
        (jan(4), "The status date 2026-01-04 lies before the project's start on 2026-01-05."),
    ],
)
def test_the_status_date_lies_between_start_and_today(on: date, sentence: str) -> None:
    with pytest.raises(BadInput) as refused:
        reported(executing(), on=on)
    assert str(refused.value) == sentence


def test_today_and_the_first_day_will_do() -> None:
    assert reported(executing(), on=NOW.date()).status_date == NOW.date()
    assert reported(executing(), on=jan(5)).status_date == jan(5)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"percent": 100}, "A is at 100 % and has no actual finish."),
        ({"percent": 90, "actual_finish": jan(8)}, "A has an actual finish and stands at 90 %."),
        (
            {"percent": 100, "actual_finish": jan(8), "remaining": 2},
            "A has an actual finish and 2 remaining days.",
        ),
        (
            {"percent": 100, "actual_start": jan(7), "actual_finish": jan(6)},
            "A finished on 2026-01-06, before its actual start on 2026-01-07.",
        ),
        ({"actual_start": jan(12)}, "A has an actual start on 2026-01-12, after the status date 2026-01-09."),
        (
            {"percent": 100, "actual_finish": jan(12)},
            "A has an actual finish on 2026-01-12, after the status date 2026-01-09.",
        ),
    ],
)
def test_lines_that_contradict_themselves_are_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadInput) as refused:
        reported(executing(), line(**changes))
    assert str(refused.value).startswith(sentence)


def test_a_finish_before_a_start_reported_earlier_is_refused() -> None:
    history = executing().and_then(reported(executing(), line(actual_start=jan(7))))
    with pytest.raises(BadInput, match="before its actual start on 2026-01-07"):
        reported(history, line(percent=100, actual_finish=jan(6)))


def test_a_finish_with_nothing_remaining_is_fine() -> None:
    assert reported(executing(), line(percent=100, actual_finish=jan(6), remaining=0)).number == 1


def test_everything_wrong_is_reported_at_once() -> None:
    with pytest.raises(BadInput) as refused:
        reported(executing(), line(percent=100), line("B", actual_start=jan(15)), on=jan(4))
    assert len(str(refused.value).splitlines()) == 3
