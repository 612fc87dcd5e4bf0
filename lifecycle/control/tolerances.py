"""Tolerances: how far forecasts may stray, and the exceptions raised when one strays further."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from lifecycle.control.readings import Breach, Reading, size_of
from lifecycle.history import History, Record, utc
from lifecycle.history.charter import Constraints
from lifecycle.history.control import (
    BaselineSet,
    ExceptionDecided,
    ExceptionEnded,
    ExceptionRaised,
    ProgressReported,
    RiskClosed,
    RiskRaised,
    Subject,
    ToleranceGranted,
)
from lifecycle.history.migration import ProjectMigrated
from lifecycle.history.work import DeliverableJudged, PhaseOpened
from lifecycle.process.definition import Measure
from lifecycle.value import days

Key = tuple[Subject, Measure]
CENT = Decimal("0.01")
FORECASTING = (ProgressReported, BaselineSet, ExceptionDecided)
"""Records that move a project's forecast of time and cost, or its limits."""
BELOW = (ToleranceGranted, PhaseOpened, ProjectMigrated, DeliverableJudged, RiskRaised, RiskClosed)
"""Records that move what else the tolerances of a process are about."""


def time_limit(constraints: Constraints) -> date:
    """The last day to finish on: the approved finish plus its tolerance in calendar days."""
    latest = constraints.time.finish.toordinal() + constraints.time.tolerance_days
    return date.fromordinal(min(latest, date.max.toordinal()))


def cost_limit(constraints: Constraints) -> Decimal:
    """The most that the project may cost: the approved budget plus its tolerance."""
    cost = constraints.cost
    return (cost.budget * (1 + cost.tolerance_percent / 100)).quantize(CENT, ROUND_HALF_UP)


def readings(constraints: Constraints, forecast_finish: date | None, eac: Decimal | None) -> Iterator[Reading]:
    """Time and cost of the whole project, as far as there is a forecast."""
    time, cost = constraints.time, constraints.cost
    if forecast_finish:
        approved, forecast = Decimal(time.finish.toordinal()), Decimal(forecast_finish.toordinal())
        yield Reading("time", approved, forecast, Decimal(time.tolerance_days), days(time.tolerance_days))
    if eac is not None:
        over = cost_limit(constraints) - cost.budget
        yield Reading("cost", cost.budget, eac, over, f"{cost.tolerance_percent} %", cost.currency)


def breaches(constraints: Constraints, forecast_finish: date | None, eac: Decimal | None) -> dict[Measure, Breach]:
    """The measures whose forecast lies beyond the project's limit; what has no forecast breaks none."""
    found = readings(constraints, forecast_finish, eac)
    return {one.measure: one.breach for one in found if one.breach}


def open_exceptions(history: History) -> tuple[ExceptionRaised, ...]:
    """The exceptions that are not over."""
    ended = {record.number for record in history.all(ExceptionEnded)}
    return tuple(record for record in history.all(ExceptionRaised) if record.number not in ended)


def escalated(history: History) -> tuple[ExceptionRaised, ...]:
    """The open exceptions of the project and its stages; those of work packages are the manager's own affair."""
    return tuple(record for record in open_exceptions(history) if record.subject.level != "work-package")


def exceptions(
    history: History,
    status_date: date,
    *,
    forecast_finish: date | None,
    eac: Decimal | None,
    below: Sequence[Reading] = (),
    now: datetime,
    by: str,
) -> tuple[Record, ...]:
    """What the newest forecast calls for: an exception per new breach, the end of those that are over.

    `below` are the readings that the process's own tolerances ask for. A forecast worse than the one on which it was
    decided to do nothing is a breach of its own. Nothing before there is a baseline to depart from, and nothing
    after the closure.
    """
    if history.baseline is None or history.closed:
        return ()
    read = (*readings(history.constraints, forecast_finish, eac), *below)
    found = {one.key: one.breach for one in read if one.breach}
    running = {(record.subject, record.measure): record for record in open_exceptions(history)}
    over = [one for key, one in running.items() if key not in found or _outgrown(history, one, found[key])]
    fresh = {key: breach for key, breach in found.items() if key not in running or running[key] in over}
    ends = (
        ExceptionEnded(project=history.project, at=utc(now), by=by, number=one.number, cause=_cause(history, one))
        for one in over
    )
    return (*ends, *_raised(history, fresh, status_date, utc(now), by))


def _raised(
    history: History, fresh: Mapping[Key, Breach], status_date: date, now: datetime, by: str
) -> Iterator[ExceptionRaised]:
    for number, ((subject, measure), breach) in enumerate(fresh.items(), history.next_number(ExceptionRaised)):
        yield ExceptionRaised(
            project=history.project,
            at=now,
            by=by,
            number=number,
            measure=measure,
            status_date=status_date,
            **breach._asdict(),
            **subject._asdict(),
        )


def _outgrown(history: History, raised: ExceptionRaised, breach: Breach) -> bool:
    decided = history.last(ExceptionDecided, number=raised.number, choice="no-action")
    return decided is not None and size_of(raised.measure, breach.forecast) > size_of(raised.measure, decided.forecast)


def _cause(history: History, raised: ExceptionRaised) -> str:
    """The id of the record that ended an exception: the newest that could move its forecast or its limit."""
    kinds = FORECASTING if raised.of_charter else FORECASTING + BELOW
    ends = (record for record in reversed(history.records) if isinstance(record, kinds))
    return next(r.id for r in ends if not isinstance(r, ExceptionDecided) or r.choice == "more-tolerance")
