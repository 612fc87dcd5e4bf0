"""Exceptions and changes in reports: what was decided, by whom, and which record holds the tolerance in force."""

from decimal import Decimal

import pytest

from lifecycle.control.changes import Impact, assess, raise_change
from lifecycle.history import History
from lifecycle.history.control import ExceptionDecided, ExceptionEnded, ExceptionRaised
from lifecycle.reports import registers
from lifecycle.reports.limits import present_limits
from lifecycle.status import status
from tests.builders import START, activity, planned, started


def raised(measure: str, **granted: object) -> History:
    """An exception that more tolerance ended."""
    about = {"project": "app", "at": START, "number": 1}
    breach = {"measure": measure, "status_date": START.date(), "forecast": "F", "limit": "L", "text": "Beyond."}
    decision = {"choice": "more-tolerance", "reason": "A strike", "forecast": "F", **granted}
    return planned(started(), activity("A1", 10)).and_then(
        ExceptionRaised.model_validate({**about, "by": "phasegate", **breach}),
        ExceptionDecided.model_validate({**about, "by": "sam", **decision}),
        ExceptionEnded.model_validate({**about, "by": "phasegate", "cause": "app:exception:1:decision"}),
    )


@pytest.mark.parametrize(
    ("measure", "granted", "said"),
    [("time", {"days": 30}, "30 days"), ("cost", {"cost": Decimal(25_000)}, "EUR 25,000")],
)
def test_a_tolerance_granted_is_told_with_its_record(measure: str, granted: dict[str, object], said: str) -> None:
    history = raised(measure, **granted)
    (line,) = registers.exceptions(history)
    assert line.state.replace("\u00a0", " ") == (
        f"Sam S. decided more tolerance ({said}) on 5 January 2026: A strike; "
        "ended on 5 January 2026 by app:exception:1:decision"
    )
    time, cost, _ = present_limits(history, status(history, START.date()))
    found = {"time": time.tolerance, "cost": cost.tolerance}
    other = "cost" if measure == "time" else "time"
    assert (found[measure].record, found[other].record) == ("app:exception:1:decision", "app:baseline:1")
    assert found[measure].text.replace("\u00a0", " ") == ("30 days" if measure == "time" else "25 %")


def test_the_impact_of_a_change_is_told_once_it_was_assessed() -> None:
    history = planned(started(), activity("A1", 10))
    history = history.and_then(raise_change(history, "Blue", reason="Nicer", by="cora", now=START))
    effect = Impact(scope="Colour", cost=Decimal(0), days=0)
    plain = history.and_then(assess(history, 1, effect, "erik", START))
    weighed = plain.and_then(assess(plain, 1, effect.model_copy(update={"impact": 3}), "erik", START))
    assert "impact" not in str(registers.changes(plain)[0].asked)
    assert str(registers.changes(weighed)[0].asked).endswith(", impact 3 of 5")
