"""The highlight report: how a project stands, what was done, what is next, and what is asked of whom."""

from datetime import date, datetime, timedelta

from lifecycle.history import History
from lifecycle.history.closing import ReportIssued
from lifecycle.reports import conditions, registers, words
from lifecycle.reports.conditions import ConditionLine, WaiverLine
from lifecycle.reports.earned import Curve, EarnedLine, curve, earned
from lifecycle.reports.head import Head, StripPhase, head, strip
from lifecycle.reports.lights import Light, lights
from lifecycle.reports.limits import LimitLine, present_limits
from lifecycle.reports.migrations import MigrationLine, migrations
from lifecycle.reports.people import name_of
from lifecycle.reports.registers import ChangeLine, ExceptionLine, IssueLine, RiskLine
from lifecycle.reports.review import Flag, all_flags
from lifecycle.reports.work import Work, work
from lifecycle.status import Awaited, ProjectStatus
from lifecycle.value import Value

TOP = 5
SPOKEN = {
    "open phase": "about to begin its next phase",
    "awaiting predecessor": "waiting for another project",
    "preparing": "preparing its gate",
    "closing": "about to be closed",
}
PERIOD = timedelta(days=30)


class DecisionLine(Value):
    """Something that somebody is waited for."""

    who: str
    what: str
    text: str
    due: date | None
    overdue: bool


class StatusReport(Value):
    """All that the highlight report says."""

    head: Head
    state: str
    summary: str
    since: date
    strip: tuple[StripPhase, ...]
    moves: tuple[MigrationLine, ...]
    lights: tuple[Light, ...]
    limits: tuple[LimitLine, ...]
    earned: tuple[EarnedLine, ...]
    curve: Curve | None
    work: Work
    decisions: tuple[DecisionLine, ...]
    exceptions: tuple[ExceptionLine, ...]
    risks: tuple[RiskLine, ...]
    risks_left_out: int
    issues: tuple[IssueLine, ...]
    changes: tuple[ChangeLine, ...]
    conditions: tuple[ConditionLine, ...]
    waivers: tuple[WaiverLine, ...]
    flags: tuple[Flag, ...]


def status_report(history: History, status: ProjectStatus, now: datetime) -> StatusReport:
    """Tell how the project stands now; the period begins with the last status report, at most 30 days ago."""
    since = _since(history, now.date())
    each = lights(history, status)
    top = [risk for risk in registers.risks(history) if risk.open]
    return StatusReport(
        head=head(history, "status", "Status report", now.date().isoformat(), now),
        state=status.state,
        summary=_summary(status, each[0]),
        since=since,
        strip=strip(status),
        moves=migrations(history),
        lights=each,
        limits=present_limits(history, status),
        earned=earned(history, status.value),
        curve=curve(history),
        work=work(history, status, since, now.date()),
        decisions=decisions(history, status, now.date()),
        exceptions=tuple(e for e in registers.exceptions(history) if e.open),
        risks=tuple(top[:TOP]),
        risks_left_out=max(0, len(top) - TOP),
        issues=tuple(issue for issue in registers.issues(history) if issue.open),
        changes=tuple(change for change in registers.changes(history) if not change.decided),
        conditions=tuple(c for c in conditions.conditions(history) if not c.ended),
        waivers=conditions.waivers(history),
        flags=all_flags(history),
    )


def decisions(history: History, status: ProjectStatus, today: date) -> tuple[DecisionLine, ...]:
    """What is waited for, the earliest due first; what has no date comes last."""
    ordered = sorted(status.awaited, key=lambda item: (item.due or date.max, item.person, item.subject))
    return tuple(_decision(history, item, today) for item in ordered)


def _since(history: History, today: date) -> date:
    before = [r.at.date() for r in history.all(ReportIssued) if r.report == "status" and r.at.date() < today]
    return max([*before, today - PERIOD])


def _decision(history: History, item: Awaited, today: date) -> DecisionLine:
    return DecisionLine(
        who=name_of(history, item.person),
        what=item.what,
        text=item.text,
        due=item.due,
        overdue=item.due is not None and item.due < today,
    )


def _summary(status: ProjectStatus, overall: Light) -> str:
    done = f"{status.activities_done} of {words.counted(status.activities, 'activity', 'activities')} done"
    phase = next((p.title for p in status.phases if p.phase == status.phase), None)
    state = SPOKEN.get(status.state, status.state)
    where = f"The project is in {phase}, {state}" if phase else f"The project is {state}"
    return f"{where}: {overall.word.lower()} overall, {done}, {_expected(status)}."


def _expected(status: ProjectStatus) -> str:
    if status.forecast_finish is None or status.days_late is None:
        return "no forecast yet"
    return f"forecast finish {words.day(status.forecast_finish)} ({words.late(status.days_late)})"
