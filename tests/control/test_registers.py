"""What is open in the registers, and what weighs most."""

from typing import Any

from lifecycle.control.registers import (
    exposure,
    high_issues,
    high_risks,
    open_issues,
    open_risks,
    unanswered,
)
from lifecycle.history import History
from lifecycle.history.charter import RiskEntry
from lifecycle.history.control import IssueClosed, IssueRaised, RiskClosed, RiskRaised
from tests.builders import START, started

COMMON: dict[str, Any] = {"project": "app", "at": START, "by": "paula"}


def entry(probability: int, impact: int, response: str | None = None) -> RiskEntry:
    return RiskEntry(
        title="Late",
        category="delay",
        probability=probability,
        impact=impact,
        response=response,
        owner="manager",
    )


def with_risks(*entries: RiskEntry) -> History:
    return started().and_then(*(RiskRaised(**COMMON, number=n, risk=one) for n, one in enumerate(entries, 1)))


def test_exposure_is_probability_times_impact() -> None:
    assert exposure(entry(3, 5)) == 15


def test_a_risk_is_high_from_fifteen_on() -> None:
    history = with_risks(entry(3, 5), entry(2, 5), entry(4, 4), entry(5, 5))
    assert [one.number for one in high_risks(history)] == [1, 3, 4]


def test_a_closed_risk_is_neither_open_nor_high() -> None:
    history = with_risks(entry(5, 5), entry(1, 1))
    history = history.and_then(RiskClosed(**COMMON, number=1, happened=False, note="Over."))
    assert [one.number for one in open_risks(history)] == [2]
    assert high_risks(history) == ()


def test_high_risks_without_a_response_are_named() -> None:
    history = with_risks(entry(5, 5, "Hire."), entry(5, 5), entry(1, 1))
    assert [one.number for one in unanswered(history)] == [2]


def test_issues_are_open_until_settled() -> None:
    issues: list[IssueRaised] = [
        IssueRaised(**COMMON, number=1, title="Stuck", severity="high", owner="manager"),
        IssueRaised(**COMMON, number=2, title="Slow", severity="low", owner="manager"),
        IssueRaised(**COMMON, number=3, title="Down", severity="high", owner="manager"),
    ]
    history = started().and_then(*issues, IssueClosed(**COMMON, number=1, action="Done."))
    assert [one.number for one in open_issues(history)] == [2, 3]
    assert [one.number for one in high_issues(history)] == [3]
