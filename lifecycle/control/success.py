"""Was the project a success? On time, within budget, according to scope, and by its own criteria."""

from datetime import date
from decimal import Decimal
from typing import Generic, Literal, TypeVar

from lifecycle.control.tolerances import cost_limit, time_limit
from lifecycle.history import History
from lifecycle.history.closing import SuccessJudged
from lifecycle.history.control import ProgressReported
from lifecycle.history.work import DeliverableJudged
from lifecycle.process.definition import DeliverableDefinition
from lifecycle.value import Value

T = TypeVar("T")
Word = Literal["success", "partial", "failure", "stopped early"]


class Sourced(Value, Generic[T]):
    """A figure and the id of the record that it came from."""

    value: T
    record: str


class TimeVerdict(Value):
    """Planned (charter), approved (baseline) and actual finish; lateness and tolerance in calendar days.

    `actual` is the closure, or the last actual finish as long as there is none; None when neither is known.
    """

    planned: Sourced[date]
    approved: Sourced[date]
    actual: Sourced[date] | None
    days_late: int | None
    tolerance_days: int
    within: bool


class CostVerdict(Value):
    """Original (charter) and approved (baseline) budget, actual cost, the difference, and the tolerance."""

    original: Sourced[Decimal]
    approved: Sourced[Decimal]
    actual: Sourced[Decimal] | None
    over: Decimal | None
    tolerance_percent: Decimal
    limit: Decimal
    within: bool


class ScopeVerdict(Value):
    """How many products there should be and are; `missing` names those not accepted."""

    total: Sourced[int]
    accepted: Sourced[int]
    missing: tuple[str, ...]
    tolerance_items: int
    within: bool


class CriterionVerdict(Value):
    """One success criterion: met or not, None when nobody has judged it; `record` says so."""

    criterion: str
    met: bool | None
    record: str


class SuccessVerdict(Value):
    """The verdict: a success holds on all four counts, a failure on none, a partial success on some."""

    word: Word
    time: TimeVerdict
    cost: CostVerdict
    scope: ScopeVerdict
    criteria: tuple[CriterionVerdict, ...]
    criteria_met: bool


def verdict(history: History) -> SuccessVerdict:
    """Judge a project by its records. What is not known counts as not reached."""
    time, cost, scope = _time(history), _cost(history), _scope(history)
    criteria = tuple(_criterion(history, one.id) for one in history.charter.success_criteria)
    met = all(one.met for one in criteria)
    return SuccessVerdict(
        word="stopped early" if history.stopped else _word(time.within, cost.within, scope.within, met),
        time=time,
        cost=cost,
        scope=scope,
        criteria=criteria,
        criteria_met=met,
    )


def _word(*counts: bool) -> Word:
    if all(counts):
        return "success"
    return "partial" if any(counts) else "failure"


def _limits_record(history: History) -> str:
    """The id of the record that holds the limits in force."""
    return history.baseline.id if history.baseline else history.started.id


def _time(history: History) -> TimeVerdict:
    limits, actual = history.constraints, _actual_finish(history)
    return TimeVerdict(
        planned=Sourced(value=history.charter.constraints.time.finish, record=history.started.id),
        approved=Sourced(value=limits.time.finish, record=_limits_record(history)),
        actual=actual,
        days_late=(actual.value - limits.time.finish).days if actual else None,
        tolerance_days=limits.time.tolerance_days,
        within=actual is not None and actual.value <= time_limit(limits),
    )


def _actual_finish(history: History) -> Sourced[date] | None:
    if history.closed:
        return Sourced(value=history.closed.at.date(), record=history.closed.id)
    dated = [
        (line.actual_finish, report.number, report.id)
        for report in history.all(ProgressReported)
        for line in report.lines
        if line.actual_finish
    ]
    if not dated:
        return None
    finish, _, record = max(dated)
    return Sourced(value=finish, record=record)


def _cost(history: History) -> CostVerdict:
    limits, actual = history.constraints, _actual_cost(history)
    return CostVerdict(
        original=Sourced(value=history.charter.constraints.cost.budget, record=history.started.id),
        approved=Sourced(value=limits.cost.budget, record=_limits_record(history)),
        actual=actual,
        over=actual.value - limits.cost.budget if actual else None,
        tolerance_percent=limits.cost.tolerance_percent,
        limit=cost_limit(limits),
        within=actual is not None and actual.value <= cost_limit(limits),
    )


def _actual_cost(history: History) -> Sourced[Decimal] | None:
    """What was spent, activity by activity after the newest report; the record is that report."""
    reports = sorted(history.all(ProgressReported), key=lambda report: (report.status_date, report.number))
    if not reports:
        return None
    spent = {line.activity: line.actual_cost for report in reports for line in report.lines}
    return Sourced(value=sum(spent.values(), Decimal(0)), record=reports[-1].id)


def _scope(history: History) -> ScopeVerdict:
    products = [item for item in history.definition.deliverables if item.product]
    missing = tuple(item.id for item in products if not history.accepted(item.id))
    owed = [item.id for item in products if item.id in missing and not item.optional]
    tolerance = history.constraints.scope.tolerance_items
    return ScopeVerdict(
        total=Sourced(value=len(products), record=history.started.id),
        accepted=Sourced(value=len(products) - len(missing), record=_accepted_record(history, products)),
        missing=missing,
        tolerance_items=tolerance,
        within=len(owed) <= tolerance,
    )


def _accepted_record(history: History, products: list[DeliverableDefinition]) -> str:
    """The last acceptance of a product; the start, which lists the products, when there is none."""
    names = {item.id for item in products}
    judged = [one for one in history.all(DeliverableJudged) if one.deliverable in names and one.accepted]
    return judged[-1].id if judged else history.started.id


def _criterion(history: History, name: str) -> CriterionVerdict:
    judged = history.last(SuccessJudged, criterion=name)
    return CriterionVerdict(
        criterion=name,
        met=judged.met if judged else None,
        record=judged.id if judged else history.started.id,
    )
