"""Time, cost and scope: what the charter planned, what was approved, what became of it, and what was tolerated."""

from datetime import date, timedelta
from decimal import Decimal

from lifecycle.control.success import Sourced, SuccessVerdict
from lifecycle.control.tolerances import cost_limit
from lifecycle.history import History
from lifecycle.history.control import PROJECT
from lifecycle.process.definition import Measure
from lifecycle.reports import figure, words
from lifecycle.reports.figure import Figure
from lifecycle.reports.lights import Colour, colour_of, last_measured
from lifecycle.status import ProjectStatus
from lifecycle.value import Value

MARGIN = Decimal("1.04")
"""A picture's scale ends this much beyond its largest amount."""
VERDICTS: dict[Colour, str] = {
    "green": "within the limit",
    "amber": "within tolerance",
    "red": "OUTSIDE TOLERANCE",
    "grey": "not known yet",
}


class Bar(Value):
    """One bar of a picture: `share` of the picture's width, 0 to 1."""

    label: str
    text: str
    share: float
    colour: Colour | None = None


class Gauge(Value):
    """Bars below each other, the approved limit, and where its tolerance ends (shares of the width)."""

    caption: str
    bars: tuple[Bar, ...]
    limit: float
    tolerated: float


class LimitLine(Value):
    """One of the three constraints; `actual_is` says whether `actual` is actual or still a forecast."""

    measure: str
    planned: Figure
    approved: Figure
    actual: Figure | None
    actual_is: str
    tolerance: Figure
    difference: Figure | None
    verdict: str
    colour: Colour
    gauge: Gauge | None


def final_limits(history: History, verdict: SuccessVerdict) -> tuple[LimitLine, ...]:
    """The triple constraint at the end of a project."""
    scope = verdict.scope
    return (
        _time(history, verdict.time.actual, "actual"),
        _cost(history, verdict.cost.actual, "actual"),
        _scope(history, scope.total.value, scope.accepted, "actual"),
    )


def present_limits(history: History, status: ProjectStatus) -> tuple[LimitLine, ...]:
    """The triple constraint while a project runs: forecasts of time and cost, and the products accepted so far."""
    measured, finish, cost = last_measured(history), status.forecast_finish, status.forecast_cost
    products = [item for item in status.deliverables if item.product]
    done = sum(item.state in ("accepted", "handed over") for item in products)
    return (
        _time(history, None if finish is None else Sourced(value=finish, record=measured), "forecast"),
        _cost(history, None if cost is None else Sourced(value=cost, record=measured), "forecast"),
        _scope(history, len(products), Sourced(value=done, record=measured), "so far"),
    )


def _time(history: History, actual: Sourced[date] | None, actual_is: str) -> LimitLine:
    planned, approved = history.charter.constraints.time, history.constraints.time
    ends = [planned.finish, approved.finish, *([actual.value] if actual else [])]
    over = (actual.value - approved.finish).days if actual else None
    colour = colour_of(over, approved.tolerance_days)
    return LimitLine(
        measure="Time",
        planned=figure.day(planned.finish, history.started.id),
        approved=figure.day(approved.finish, approved_by(history)),
        actual=figure.day(actual.value, actual.record) if actual else None,
        actual_is=actual_is,
        tolerance=figure.days(approved.tolerance_days, _tolerated_by(history, "time")),
        difference=figure.late(over, actual.record) if actual and over is not None else None,
        verdict=VERDICTS[colour],
        colour=colour,
        gauge=_gauge(
            [(words.day(end), (end - planned.start).days) for end in ends],
            approved.finish + timedelta(days=approved.tolerance_days) - planned.start,
            colour,
            actual_is,
        ),
    )


def _cost(history: History, actual: Sourced[Decimal] | None, actual_is: str) -> LimitLine:
    planned, approved = history.charter.constraints.cost, history.constraints.cost
    currency, end = approved.currency, cost_limit(history.constraints)
    amounts = [planned.budget, approved.budget, *([actual.value] if actual else [])]
    over = actual.value - approved.budget if actual else None
    colour = colour_of(over, end - approved.budget)
    return LimitLine(
        measure="Cost",
        planned=figure.money(planned.budget, currency, history.started.id),
        approved=figure.money(approved.budget, currency, approved_by(history)),
        actual=figure.money(actual.value, currency, actual.record) if actual else None,
        actual_is=actual_is,
        tolerance=figure.percent(approved.tolerance_percent, _tolerated_by(history, "cost")),
        difference=figure.money(over, currency, actual.record, signed=True) if actual and over is not None else None,
        verdict=VERDICTS[colour],
        colour=colour,
        gauge=_gauge([(words.money(amount, currency), amount) for amount in amounts], end, colour, actual_is),
    )


def _scope(history: History, total: int, done: Sourced[int], actual_is: str) -> LimitLine:
    missing, allowed = total - done.value, history.constraints.scope.tolerance_items
    running = actual_is == "so far" and missing > 0
    colour: Colour = "grey" if running else colour_of(missing, allowed)
    return LimitLine(
        measure="Scope",
        planned=figure.count(total, "product", history.started.id),
        approved=figure.count(total, "product", history.started.id),
        actual=figure.quoted(f"{done.value} accepted", done.record),
        actual_is=actual_is,
        tolerance=figure.quoted(f"{allowed} may be missing", approved_by(history)),
        difference=figure.quoted(f"{missing} missing" if missing else "none missing", done.record),
        verdict="in progress" if running else VERDICTS[colour],
        colour=colour,
        gauge=None,
    )


def approved_by(history: History) -> str:
    """The id of the record that holds the limits in force."""
    return (history.baseline or history.started).id


def _tolerated_by(history: History, measure: Measure) -> str:
    """The id of the record that holds the tolerance in force: the newest decision that granted one, else as above."""
    given = (one.id for one in reversed(history.more_tolerance(PROJECT)) if one.granted(measure) is not None)
    return next(given, approved_by(history))


def _gauge(bars: list[tuple[str, int | Decimal]], tolerated: timedelta | Decimal, colour: Colour, last: str) -> Gauge:
    """Bars on one scale; the second one is the approved limit. Days count as their number."""
    end = Decimal(tolerated.days if isinstance(tolerated, timedelta) else tolerated)
    labels = ("Planned", "Approved", last.capitalize())
    scale = max(*(Decimal(amount) for _, amount in bars), end, Decimal(1)) * MARGIN
    drawn = tuple(
        Bar(
            label=label, text=text, share=_share(Decimal(amount), scale), colour=colour if label == labels[-1] else None
        )
        for label, (text, amount) in zip(labels, bars, strict=False)
    )
    caption = "; ".join(f"{bar.label.lower()} {bar.text}" for bar in drawn)
    return Gauge(caption=caption, bars=drawn, limit=drawn[1].share, tolerated=_share(end, scale))


def _share(amount: Decimal, scale: Decimal) -> float:
    return float(round(max(amount, Decimal(0)) / scale, 4))
