"""Which reports of the plan have come round: each once per period, and after a silence only the newest."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from lifecycle.history import SYSTEM, History, utc
from lifecycle.history.closing import ReportIssued
from lifecycle.history.reporting import ReportDue
from lifecycle.history.work import PhaseOpened
from lifecycle.process.definition import ReportDefinition
from lifecycle.process.report_plan import rhythm


class Period(NamedTuple):
    """A report of the plan that runs now: the day on which it came round last, none yet, and when it does next."""

    report: ReportDefinition
    last: date | None
    following: date


def periods(history: History, today: date) -> tuple[Period, ...]:
    """The reports whose phases are open, or that go with the whole project; none once it has ended."""
    plan = history.definition.reports
    return () if not plan or history.closed or history.stopped else tuple(_periods(history, today))


def come_round(history: History, now: datetime) -> tuple[ReportDue, ...]:
    """The records that the day demands: of each report the newest period, unless it was noted before."""
    found = (
        ReportDue(project=history.project, at=utc(now), by=SYSTEM, report=period.report.id, day=period.last)
        for period in periods(history, now.date())
        if period.last
    )
    return tuple(record for record in found if not history.has(record.id))


def next_day(history: History, now: datetime) -> date:
    """The first day on which a report comes round that was not noted yet, today at the earliest; never: date.max."""
    if come_round(history, now):
        return now.date()
    return min((period.following for period in periods(history, now.date())), default=date.max)


def unwritten(history: History) -> tuple[tuple[ReportDefinition, ReportDue], ...]:
    """The reports that came round and were not written; of each only the newest, and none once all is closed."""
    if history.closed:
        return ()
    newest = ((report, history.last(ReportDue, report=report.id)) for report in history.definition.reports)
    return tuple(
        (report, record)
        for report, record in newest
        if record and not history.last(ReportIssued, report="status", subject=record.subject)
    )


def _periods(history: History, today: date) -> Iterator[Period]:
    for report in history.definition.reports:
        begun, since = _begun(history, report)
        if begun and since:
            days = rhythm(history.definition, report)
            count = (today - begun).days // days
            last = begun + timedelta(days=count * days)
            yield Period(report, last if last > since else None, begun + timedelta(days=(count + 1) * days))


def _begun(history: History, report: ReportDefinition) -> tuple[date | None, date | None]:
    """When a report's rhythm began, and since when its phases are open without a break; nothing while they are not."""
    start = history.started.at.date()
    if not report.during:
        return start, start
    opened = [one for one in history.all(PhaseOpened) if one.phase in report.during]
    current = history.phase
    if current is None or not opened:
        return None, None
    there = {current.phase, *(phase.id for phase in history.definition.beside(current.phase))}
    now = [one for one in opened if one.phase in there and one.attempt == current.attempt]
    return (opened[0].at.date(), now[-1].at.date()) if now else (None, None)
