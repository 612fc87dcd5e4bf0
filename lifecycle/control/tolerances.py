"""Tolerances: how far time and cost may stray, and the exceptions raised when a forecast strays further."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, NamedTuple

from lifecycle.history import History, Record, utc
from lifecycle.history.charter import Constraints
from lifecycle.history.control import BaselineSet, ExceptionDecided, ExceptionEnded, ExceptionRaised, ProgressReported
from lifecycle.value import days

Measure = Literal["time", "cost"]
CENT = Decimal("0.01")


class Breach(NamedTuple):
    """A forecast beyond its limit, in words; money and dates as text."""

    forecast: str
    limit: str
    text: str


def time_limit(constraints: Constraints) -> date:
    """The last day to finish on: the approved finish plus its tolerance in calendar days."""
    latest = constraints.time.finish.toordinal() + constraints.time.tolerance_days
    return date.fromordinal(min(latest, date.max.toordinal()))


def cost_limit(constraints: Constraints) -> Decimal:
    """The most that the project may cost: the approved budget plus its tolerance."""
    cost = constraints.cost
    return (cost.budget * (1 + cost.tolerance_percent / 100)).quantize(CENT, ROUND_HALF_UP)


def breaches(constraints: Constraints, forecast_finish: date | None, eac: Decimal | None) -> dict[Measure, Breach]:
    """The measures whose forecast lies beyond the limit; what has no forecast breaks none."""
    found: dict[Measure, Breach] = {}
    if forecast_finish and forecast_finish > time_limit(constraints):
        found["time"] = _late(constraints, forecast_finish)
    if eac is not None and eac > cost_limit(constraints):
        found["cost"] = _dear(constraints, eac)
    return found


def open_exceptions(history: History) -> tuple[ExceptionRaised, ...]:
    """The exceptions that are not over."""
    ended = {record.number for record in history.all(ExceptionEnded)}
    return tuple(record for record in history.all(ExceptionRaised) if record.number not in ended)


def exceptions(
    history: History,
    status_date: date,
    *,
    forecast_finish: date | None,
    eac: Decimal | None,
    now: datetime,
    by: str,
) -> tuple[Record, ...]:
    """What the newest forecast calls for: an exception per new breach, the end of those that are over.

    A forecast worse than the one on which it was decided to do nothing is a breach of its own.
    Nothing before there is a baseline to depart from, and nothing after the closure.
    """
    if history.baseline is None or history.closed:
        return ()
    found = breaches(history.constraints, forecast_finish, eac)
    running = {record.measure: record for record in open_exceptions(history)}
    over = [r.number for measure, r in running.items() if measure not in found or _outgrown(history, r, found[measure])]
    fresh = {m: breach for m, breach in found.items() if m not in running or running[m].number in over}
    cause = _cause(history)
    ends = (ExceptionEnded(project=history.project, at=utc(now), by=by, number=number, cause=cause) for number in over)
    return (*ends, *_raised(history, fresh, status_date, utc(now), by))


def _raised(
    history: History, fresh: dict[Measure, Breach], status_date: date, now: datetime, by: str
) -> Iterator[ExceptionRaised]:
    for number, (measure, breach) in enumerate(fresh.items(), history.next_number(ExceptionRaised)):
        yield ExceptionRaised(
            project=history.project,
            at=now,
            by=by,
            number=number,
            measure=measure,
            status_date=status_date,
            **breach._asdict(),
        )


def _outgrown(history: History, raised: ExceptionRaised, breach: Breach) -> bool:
    decided = history.last(ExceptionDecided, number=raised.number, choice="no-action")
    return decided is not None and size_of(raised.measure, breach.forecast) > size_of(raised.measure, decided.forecast)


def size_of(measure: Measure, forecast: str) -> Decimal:
    """A forecast in its text, as a number to compare: the day's ordinal, or the amount."""
    return (
        Decimal(date.fromisoformat(forecast).toordinal()) if measure == "time" else Decimal(forecast.partition(" ")[0])
    )


def _cause(history: History) -> str:
    """The id of the record that ended an exception: the newest report, baseline or tolerance granted."""
    kinds = ProgressReported | BaselineSet | ExceptionDecided
    ends = (record for record in reversed(history.records) if isinstance(record, kinds))
    return next(r.id for r in ends if not isinstance(r, ExceptionDecided) or r.choice == "more-tolerance")


def _late(constraints: Constraints, finish: date) -> Breach:
    limit, time = time_limit(constraints), constraints.time
    approved = f"approved {time.finish} plus {days(time.tolerance_days)}"
    beyond = f"{days((finish - limit).days)} beyond the limit {limit}"
    text = f"The forecast finish {finish} is {beyond} ({approved})."
    return Breach(finish.isoformat(), limit.isoformat(), text)


def _dear(constraints: Constraints, eac: Decimal) -> Breach:
    limit, cost = cost_limit(constraints), constraints.cost
    approved = f"approved {cost.budget} plus {cost.tolerance_percent} %"
    over = f"{eac - limit} {cost.currency} beyond the limit {limit} {cost.currency}"
    text = f"The forecast cost {eac} {cost.currency} is {over} ({approved})."
    return Breach(f"{eac} {cost.currency}", f"{limit} {cost.currency}", text)
