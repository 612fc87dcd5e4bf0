"""A forecast beyond tolerance raises one exception per measure, and ends it when it is back."""

from datetime import date
from decimal import Decimal

import pytest

from lifecycle.control.tolerances import breaches, cost_limit, exceptions, open_exceptions, time_limit
from lifecycle.history import SYSTEM, History
from lifecycle.history.charter import TimeLimit
from lifecycle.history.control import ExceptionEnded, ExceptionRaised
from lifecycle.history.plan import ProgressLine
from tests.builders import activity, closed, constraints, day, decided, planned, progressed, started

LIMIT = date(2026, 7, 10)
"""30 June plus ten days; the cost limit is 110,000 EUR."""
STATUS = date(2026, 1, 9)


def running() -> History:
    history = planned(started(), activity("A", 5))
    return progressed(history, STATUS, ProgressLine(activity="A", percent=10, actual_cost=Decimal(1)))


def checked(
    history: History, finish: date | None = LIMIT, eac: str | None = "110000.00"
) -> tuple[ExceptionRaised | ExceptionEnded, ...]:
    found = exceptions(
        history,
        STATUS,
        forecast_finish=finish,
        eac=Decimal(eac) if eac else None,
        now=day(4),
        by=SYSTEM,
    )
    return tuple(one for one in found if isinstance(one, ExceptionRaised | ExceptionEnded))


def test_limits_are_the_approved_figures_plus_tolerance() -> None:
    assert time_limit(constraints()) == LIMIT
    assert cost_limit(constraints()) == Decimal("110000.00")


def test_a_tolerance_never_leaves_the_calendar() -> None:
    late = TimeLimit(start=date(2026, 1, 5), finish=date(9999, 12, 30), tolerance_days=10)
    assert time_limit(constraints(time=late)) == date.max


def test_a_forecast_on_the_limit_is_no_breach() -> None:
    assert checked(running()) == ()
    assert breaches(constraints(), None, None) == {}


def test_one_day_beyond_the_limit_raises_an_exception_in_words() -> None:
    (raised,) = checked(running(), finish=date(2026, 7, 11))
    assert raised.id == "app:exception:1"
    assert isinstance(raised, ExceptionRaised)
    assert (raised.measure, raised.forecast, raised.limit) == ("time", "2026-07-11", "2026-07-10")
    assert raised.status_date == STATUS
    assert raised.text == (
        "The forecast finish 2026-07-11 is 1 day beyond the limit 2026-07-10 (approved 2026-06-30 plus 10 days)."
    )


def test_one_cent_beyond_the_limit_raises_an_exception_in_words() -> None:
    (raised,) = checked(running(), eac="110000.01")
    assert isinstance(raised, ExceptionRaised)
    assert (raised.measure, raised.forecast, raised.limit) == ("cost", "110000.01 EUR", "110000.00 EUR")
    assert "0.01 EUR beyond the limit" in raised.text


def test_both_measures_can_break_at_once() -> None:
    found = checked(running(), finish=date(2026, 8, 1), eac="200000")
    assert [one.id for one in found] == ["app:exception:1", "app:exception:2"]


def test_an_open_exception_is_not_raised_again() -> None:
    history = running().and_then(*checked(running(), finish=date(2026, 8, 1)))
    assert checked(history, finish=date(2026, 9, 1)) == ()
    assert [one.number for one in open_exceptions(history)] == [1]


def test_a_forecast_that_comes_back_ends_the_exception_and_names_the_report() -> None:
    history = running().and_then(*checked(running(), finish=date(2026, 8, 1)))
    (ended,) = checked(history)
    assert ended.id == "app:exception:1:ended"
    assert isinstance(ended, ExceptionEnded)
    assert ended.cause == "app:progress:1"
    assert open_exceptions(history.and_then(ended)) == ()


def test_a_new_baseline_ends_the_exception_that_it_covers() -> None:
    history = running().and_then(*checked(running(), finish=date(2026, 8, 1)))
    baseline = history.baseline
    assert baseline
    history = history.and_then(baseline.model_copy(update={"number": 2}))
    (ended,) = checked(history)
    assert isinstance(ended, ExceptionEnded)
    assert ended.cause == "app:baseline:2"


def test_an_exception_may_come_back_under_a_new_number() -> None:
    history = running().and_then(*checked(running(), finish=date(2026, 8, 1)))
    history = history.and_then(*checked(history))
    assert [one.id for one in checked(history, finish=date(2026, 8, 1))] == ["app:exception:2"]


def test_one_measure_can_end_while_the_other_begins() -> None:
    history = running().and_then(*checked(running(), finish=date(2026, 8, 1)))
    assert [one.id for one in checked(history, eac="200000")] == ["app:exception:1:ended", "app:exception:2"]


@pytest.mark.parametrize("unknown", [{"finish": None}, {"eac": None}])
def test_what_has_no_forecast_breaks_no_limit(unknown: dict[str, None]) -> None:
    assert checked(running(), **unknown) == ()


def test_without_a_baseline_there_is_nothing_to_depart_from() -> None:
    assert checked(started(), finish=date(2026, 8, 1)) == ()


def test_nothing_is_raised_after_the_closure() -> None:
    history = running()
    for gate in history.definition.gates:
        history = decided(history, gate.id)
    assert checked(closed(history), finish=date(2026, 8, 1)) == ()
