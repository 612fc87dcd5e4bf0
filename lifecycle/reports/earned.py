"""Earned value for a reader: each figure with its name, and the curve of planned, earned and spent money."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from lifecycle.control.earned_value import EarnedValue, measure
from lifecycle.history import History
from lifecycle.history.control import BaselineSet, ProgressReported
from lifecycle.planning.calendar import MONDAY_TO_FRIDAY
from lifecycle.planning.forecast import progress_so_far
from lifecycle.reports import figure, words
from lifecycle.reports.figure import Figure
from lifecycle.reports.lights import last_measured
from lifecycle.value import Value

SAMPLES = 24


class EarnedLine(Value):
    """A figure of earned value: short and full name, and its reading in words."""

    short: str
    name: str
    figure: Figure


class Point(Value):
    """A point of a curve, both as shares (0 to 1) of the picture's width and height."""

    x: float
    y: float


class Curve(Value):
    """Money over time: planned to the end, earned and spent up to now. `scale` names the height of 1."""

    planned: tuple[Point, ...]
    earned: tuple[Point, ...]
    spent: tuple[Point, ...]
    scale: str
    first: date
    last: date
    caption: str


def earned(history: History, value: EarnedValue | None) -> tuple[EarnedLine, ...]:
    """The figures of earned value, most basic first; none before there is a baseline."""
    if value is None:
        return ()
    currency, record = history.constraints.cost.currency, last_measured(history)
    amounts = [
        EarnedLine(
            short=short, name=name, figure=figure.money(amount, currency, record, signed=short in ("CV", "SV", "VAC"))
        )
        for short, name, amount in _amounts(value)
        if amount is not None
    ]
    indices = [
        EarnedLine(short=short, name=name, figure=figure.ratio(index, record)) for short, name, index in _indices(value)
    ]
    return (*amounts, *indices)


def _amounts(value: EarnedValue) -> tuple[tuple[str, str, Decimal | None], ...]:
    return (
        ("BAC", "Budget at completion", value.bac),
        ("PV", "Planned value", value.pv),
        ("EV", "Earned value", value.ev),
        ("AC", "Actual cost", value.ac),
        ("SV", "Schedule variance", value.sv),
        ("CV", "Cost variance", value.cv),
        ("EAC", "Estimate at completion", value.eac),
        ("VAC", "Variance at completion", value.vac),
    )


def _indices(value: EarnedValue) -> tuple[tuple[str, str, Decimal | None], ...]:
    return (
        ("SPI", "Schedule performance index", value.spi),
        ("CPI", "Cost performance index", value.cpi),
        ("TCPI", "To-complete performance index", value.tcpi),
    )


def curve(history: History) -> Curve | None:
    """Planned, earned and spent money by status date; None before baseline and progress are there."""
    baseline, dates = history.baseline, sorted({r.status_date for r in history.all(ProgressReported)})
    if baseline is None or not dates:
        return None
    first, last = min(baseline.schedule.start, dates[0]), max(baseline.schedule.finish, dates[-1])
    measured = [measure(baseline, progress_so_far(_until(history, at)), at, MONDAY_TO_FRIDAY) for at in dates]
    step = Decimal((last - first).days) / SAMPLES
    samples = [first + timedelta(days=round(step * number)) for number in range(SAMPLES + 1)]
    planned = [_planned(baseline, at) for at in samples]
    top = max(*planned, *(m.ev for m in measured), *(m.ac for m in measured), Decimal(1))
    return Curve(
        planned=_points(samples, planned, (first, last), top),
        earned=_points([first, *dates], [Decimal(0), *(m.ev for m in measured)], (first, last), top),
        spent=_points([first, *dates], [Decimal(0), *(m.ac for m in measured)], (first, last), top),
        scale=words.money(top, baseline.constraints.cost.currency),
        first=first,
        last=last,
        caption=_caption(measured[-1], baseline.constraints.cost.currency),
    )


def _until(history: History, at: date) -> History:
    return History(r for r in history.records if not isinstance(r, ProgressReported) or r.status_date <= at)


def _planned(baseline: BaselineSet, at: date) -> Decimal:
    return measure(baseline, {}, at, MONDAY_TO_FRIDAY).pv


def _points(
    dates: Sequence[date], amounts: Sequence[Decimal], span: tuple[date, date], top: Decimal
) -> tuple[Point, ...]:
    length = max((span[1] - span[0]).days, 1)
    return tuple(
        Point(x=round((at - span[0]).days / length, 4), y=float(round(amount / top, 4)))
        for at, amount in zip(dates, amounts, strict=True)
    )


def _caption(now: EarnedValue, currency: str) -> str:
    return (
        f"On {words.day(now.status_date)}: planned {words.money(now.pv, currency)},"
        f" earned {words.money(now.ev, currency)}, spent {words.money(now.ac, currency)}"
        f" of {words.money(now.bac, currency)}"
    )
