"""The registers of risks and issues: what is open, and what weighs most."""

from lifecycle.history import History
from lifecycle.history.charter import RiskEntry
from lifecycle.history.control import IssueClosed, IssueRaised, RiskClosed, RiskRaised

HIGH = 15
"""From this product of probability and impact (1 to 25) on, a risk is high."""


def exposure(risk: RiskEntry) -> int:
    """Probability times impact, from 1 to 25."""
    return risk.probability * risk.impact


def open_risks(history: History) -> tuple[RiskRaised, ...]:
    """The risks that may still happen, oldest first."""
    over = {record.number for record in history.all(RiskClosed)}
    return tuple(record for record in history.all(RiskRaised) if record.number not in over)


def high_risks(history: History) -> tuple[RiskRaised, ...]:
    """The open risks that are high."""
    return tuple(record for record in open_risks(history) if exposure(record.risk) >= HIGH)


def unanswered(history: History) -> tuple[RiskRaised, ...]:
    """The high risks for which nobody has planned a response."""
    return tuple(record for record in high_risks(history) if not record.risk.response)


def open_issues(history: History) -> tuple[IssueRaised, ...]:
    """The issues that nobody has settled, oldest first."""
    settled = {record.number for record in history.all(IssueClosed)}
    return tuple(record for record in history.all(IssueRaised) if record.number not in settled)


def high_issues(history: History) -> tuple[IssueRaised, ...]:
    """The open issues of high severity."""
    return tuple(record for record in open_issues(history) if record.severity == "high")
