"""Exceptions decided: by whom, once, and what follows from each choice."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lifecycle.control.exceptions import Expected, Resolution, decide, undecided, unplanned, unsettled
from lifecycle.control.tolerances import cost_limit, exceptions, open_exceptions, time_limit
from lifecycle.errors import BadInput, Conflict, NotAuthorised, NotFound, TransitionNotAllowed
from lifecycle.history import SYSTEM, History
from lifecycle.history.charter import CostLimit
from lifecycle.history.control import ExceptionDecided, ExceptionEnded, ExceptionRaised
from tests.builders import START, activity, charter, constraints, planned, progressed, started, stopped

LATE = date(2026, 7, 31)
DEAR = Decimal(120_000)


def noticed(history: History, finish: date | None = LATE, eac: Decimal | None = None) -> History:
    """A forecast comes in, and what it calls for is written."""
    history = progressed(history, date(2026, 2, 2))
    found = exceptions(history, date(2026, 2, 2), forecast_finish=finish, eac=eac, now=START, by=SYSTEM)
    return history.and_then(*found)


def late() -> History:
    return noticed(planned(started(), activity("A1", 10)))


def dear(**limits: Any) -> History:
    history = planned(started(charter(constraints=constraints(**limits))), activity("A1", 10))
    return noticed(history, None, DEAR)


def decided(
    history: History, choice: str, finish: date | None = LATE, eac: Decimal | None = None, **more: Any
) -> History:
    number = open_exceptions(history)[0].number
    said = Resolution.model_validate({"by": "sam", "choice": choice, "reason": "Read it.", **more})
    expected = Expected(finish=finish, cost=eac)
    return history.and_then(decide(history, number, resolution=said, now=START, may=("sam",), expected=expected))


def test_more_time_is_in_force_at_once_and_ends_the_exception_by_the_decision() -> None:
    history = decided(late(), "more-tolerance", days=40)
    assert (time_limit(history.constraints), cost_limit(history.constraints)) == (
        date(2026, 8, 9),
        Decimal("110000.00"),
    )
    after = noticed(history)
    assert open_exceptions(after) == ()
    ended = after.last(ExceptionEnded)
    assert ended is not None


def test_the_end_by_a_decision_names_the_decision() -> None:
    history = decided(late(), "more-tolerance", days=40)
    found = exceptions(history, date(2026, 2, 2), forecast_finish=LATE, eac=None, now=START, by=SYSTEM)
    assert [one.cause for one in found if isinstance(one, ExceptionEnded)] == ["app:exception:1:decision"]


@pytest.mark.parametrize("budget", [Decimal(100_000), Decimal(70_000), Decimal("99999.97")])
def test_more_money_is_that_much_beyond_the_budget_to_the_cent(budget: Decimal) -> None:
    history = dear(cost=CostLimit(budget=budget))
    more = DEAR - budget + Decimal("0.01")
    assert cost_limit(decided(history, "more-tolerance", None, DEAR, cost=more).constraints) == DEAR + Decimal("0.01")


def test_a_tolerance_is_never_more_than_the_budget() -> None:
    granted = ExceptionDecided(
        project="app",
        at=START,
        by="sam",
        number=1,
        choice="more-tolerance",
        reason="Yes.",
        forecast="x",
        cost=Decimal(500),
    )
    assert cost_limit(granted.widened(constraints(cost=CostLimit(budget=Decimal(100))))) == 200
    assert cost_limit(granted.widened(constraints(cost=CostLimit(budget=Decimal(0))))) == 0


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"days": 20}, "That is not enough"),
        ({}, "say the tolerance from now on with --days"),
        ({"days": 40, "cost": 5}, "about time"),
    ],
)
def test_a_tolerance_fits_its_exception_and_covers_the_forecast(more: dict[str, Any], why: str) -> None:
    with pytest.raises(BadInput, match=why):
        decided(late(), "more-tolerance", **more)


def test_a_tolerance_goes_with_more_tolerance_only() -> None:
    with pytest.raises(BadInput, match="goes with more-tolerance"):
        decided(late(), "no-action", days=5)


def test_an_exception_plan_holds_on_until_the_baseline_has_moved() -> None:
    history = decided(late(), "exception-plan")
    assert undecided(history) == ()
    assert unplanned(history) == unsettled(history) == open_exceptions(history)
    assert open_exceptions(noticed(history, date(2026, 6, 30))) == ()


def test_no_action_leaves_it_open_and_settled_until_the_forecast_gets_worse() -> None:
    history = decided(late(), "no-action")
    assert (len(open_exceptions(history)), undecided(history), unsettled(history)) == (1, (), ())
    assert noticed(history).all(ExceptionRaised) == history.all(ExceptionRaised)
    assert noticed(history, date(2026, 7, 20)).all(ExceptionRaised) == history.all(ExceptionRaised)
    worse = noticed(history, date(2026, 8, 1))
    assert [one.number for one in unsettled(worse)] == [2]
    assert worse.last(ExceptionEnded, number=1) is not None


def test_what_is_decided_is_the_newest_forecast_not_the_one_that_raised_it() -> None:
    history = decided(late(), "no-action", finish=date(2026, 9, 1))
    assert noticed(history, date(2026, 8, 15)).all(ExceptionRaised) == history.all(ExceptionRaised)
    back = decided(late(), "no-action", finish=date(2026, 6, 1))
    assert back.all(ExceptionDecided)[0].forecast == LATE.isoformat()


def test_a_worse_forecast_of_cost_is_compared_as_money() -> None:
    history = decided(dear(), "no-action", None, DEAR)
    assert len(noticed(history, None, Decimal(1_200_000)).all(ExceptionRaised)) == 2
    assert len(noticed(history, None, Decimal(115_000)).all(ExceptionRaised)) == 1


def test_an_exception_is_decided_once() -> None:
    with pytest.raises(Conflict, match=r"On exception 1 Sam S\. decided no action on 2026-01-05: Read it\."):
        decided(decided(late(), "no-action"), "close")


def test_only_those_who_may_decide_it() -> None:
    said = Resolution(by="paula", choice="no-action", reason="It is nothing.")
    expected = Expected(finish=LATE, cost=None)
    with pytest.raises(NotAuthorised, match=r"Paula P\. may not decide exception 1\. Those who may: Sam S\."):
        decide(late(), 1, resolution=said, now=START, may=("sam",), expected=expected)
    with pytest.raises(NotAuthorised, match="nobody in the project"):
        decide(late(), 1, resolution=said, now=START, may=(), expected=expected)


def test_what_is_over_or_never_was_is_not_decided() -> None:
    said = Resolution(by="sam", choice="no-action", reason="It is nothing.")
    expected = Expected(finish=LATE, cost=None)
    with pytest.raises(NotFound):
        decide(late(), 2, resolution=said, now=START, may=("sam",), expected=expected)
    for history in (noticed(late(), date(2026, 6, 1)), stopped(late())):
        with pytest.raises(TransitionNotAllowed, match="is over"):
            decide(history, 1, resolution=said, now=START, may=("sam",), expected=expected)
