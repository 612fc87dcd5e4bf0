"""The registers: risks, issues, changes and exceptions, each line with how it ended."""

from datetime import date

from lifecycle.control.exceptions import CHOICES
from lifecycle.history import History
from lifecycle.history.control import (
    BaselineSet,
    ChangeAssessed,
    ChangeDecided,
    ChangeRaised,
    ExceptionDecided,
    ExceptionEnded,
    ExceptionRaised,
    IssueClosed,
    IssueRaised,
    RiskClosed,
    RiskRaised,
)
from lifecycle.reports import people, words
from lifecycle.value import Value

HIGH_RISK = 15
"""From this score (probability times impact) on, a risk is high."""


class RiskLine(Value):
    """A risk; `score` is probability times impact, 1 to 25."""

    number: int
    title: str
    category: str
    probability: int
    impact: int
    score: int
    response: str | None
    owner: str
    open: bool
    state: str
    note: str | None
    record: str


class IssueLine(Value):
    """An issue."""

    number: int
    title: str
    severity: str
    owner: str
    raised: date
    open: bool
    state: str
    action: str | None
    record: str


class ChangeLine(Value):
    """A change request from question to effect."""

    number: int
    title: str
    reason: str
    origin: str
    raised: date
    raised_by: str
    scope: str | None
    asked: str | None
    state: str
    decided: date | None
    decided_by: str | None
    decision_reason: str | None
    granted: str | None
    effect: str
    record: str
    decision_record: str | None


class ExceptionLine(Value):
    """A forecast that left its tolerance, what was decided, and what ended that; `subject` is empty for the project."""

    number: int
    level: str
    subject: str
    measure: str
    on: date
    forecast: str
    limit: str
    text: str
    open: bool
    state: str
    record: str
    decision_record: str | None = None


def risks(history: History) -> tuple[RiskLine, ...]:
    """All risks, the highest first, open ones before closed ones."""
    lines = [_risk(history, record) for record in history.all(RiskRaised)]
    return tuple(sorted(lines, key=lambda line: (not line.open, -line.score, line.number)))


def issues(history: History) -> tuple[IssueLine, ...]:
    """All issues in the order in which they were raised."""
    return tuple(_issue(history, record) for record in history.all(IssueRaised))


def changes(history: History) -> tuple[ChangeLine, ...]:
    """All change requests in the order in which they were raised."""
    return tuple(_change(history, record) for record in history.all(ChangeRaised))


def exceptions(history: History) -> tuple[ExceptionLine, ...]:
    """All exceptions in the order in which they were raised."""
    return tuple(_exception(history, record) for record in history.all(ExceptionRaised))


def _risk(history: History, raised: RiskRaised) -> RiskLine:
    risk = raised.risk
    end = history.last(RiskClosed, number=raised.number)
    return RiskLine(
        number=raised.number,
        title=risk.title,
        category=risk.category,
        probability=risk.probability,
        impact=risk.impact,
        score=risk.probability * risk.impact,
        response=risk.response,
        owner=people.answerable(history, risk.owner),
        open=end is None,
        state=("happened" if end.happened else "did not happen") if end else "open",
        note=end.note if end else None,
        record=(end or raised).id,
    )


def _issue(history: History, raised: IssueRaised) -> IssueLine:
    end = history.last(IssueClosed, number=raised.number)
    return IssueLine(
        number=raised.number,
        title=raised.title,
        severity=raised.severity,
        owner=people.answerable(history, raised.owner),
        raised=raised.at.date(),
        open=end is None,
        state=f"closed on {words.day(end.at)}" if end else "open",
        action=end.action if end else None,
        record=(end or raised).id,
    )


def _change(history: History, raised: ChangeRaised) -> ChangeLine:
    currency = history.charter.constraints.cost.currency
    assessed = history.last(ChangeAssessed, number=raised.number)
    decided = history.last(ChangeDecided, number=raised.number)
    return ChangeLine(
        number=raised.number,
        title=raised.title,
        reason=raised.reason,
        origin=raised.origin,
        raised=raised.at.date(),
        raised_by=people.name_of(history, raised.by),
        scope=assessed.scope if assessed else None,
        asked=_asked(assessed, currency) if assessed else None,
        state=words.VERDICTS[decided.verdict] if decided else "Undecided",
        decided=decided.at.date() if decided else None,
        decided_by=people.name_of(history, decided.by) if decided else None,
        decision_reason=decided.reason if decided else None,
        granted=_size(decided, currency) if decided and decided.verdict != "reject" else None,
        effect=_effect(history, decided),
        record=raised.id,
        decision_record=decided.id if decided else None,
    )


def _asked(assessed: ChangeAssessed, currency: str) -> str:
    weight = f", impact {assessed.impact} of 5" if assessed.impact else ""
    return f"{_size(assessed, currency)}{weight}"


def _size(step: ChangeAssessed | ChangeDecided, currency: str) -> str:
    return f"{words.money(step.cost, currency, signed=True)}, {words.days(step.days, signed=True)}"


def _effect(history: History, decided: ChangeDecided | None) -> str:
    moved = history.last(BaselineSet, source=decided.id) if decided else None
    if moved is None:
        return "Baseline unchanged"
    limits = moved.constraints
    budget = words.money(limits.cost.budget, limits.cost.currency)
    return f"Baseline {moved.number}: finish {words.day(limits.time.finish)}, budget {budget}"


def _exception(history: History, raised: ExceptionRaised) -> ExceptionLine:
    end = history.last(ExceptionEnded, number=raised.number)
    decided = history.last(ExceptionDecided, number=raised.number)
    ended = f"ended on {words.day(end.at)} by {end.cause}" if end else "open"
    return ExceptionLine(
        number=raised.number,
        level=raised.subject.level.replace("-", " "),
        subject=raised.phase or raised.activity or "",
        measure=raised.measure,
        on=raised.status_date,
        forecast=raised.forecast,
        limit=raised.limit,
        text=raised.text,
        open=end is None,
        state=f"{_decision(history, decided)}; {ended}" if decided else ended,
        record=raised.id,
        decision_record=decided.id if decided else None,
    )


def _decision(history: History, decided: ExceptionDecided) -> str:
    granted = ""
    if decided.days is not None:
        granted = f" ({words.days(decided.days)})"
    elif decided.cost is not None:
        granted = f" ({words.money(decided.cost, history.charter.constraints.cost.currency)})"
    elif decided.count is not None:
        granted = f" ({decided.count})"
    who = people.name_of(history, decided.by)
    return f"{who} decided {CHOICES[decided.choice]}{granted} on {words.day(decided.at)}: {decided.reason}"
