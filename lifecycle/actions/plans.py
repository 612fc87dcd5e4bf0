"""The verbs of a plan: draw it up, report progress against it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from lifecycle.actions.settling import dates_from_others
from lifecycle.actions.workspace import Workspace
from lifecycle.control import progress_reports
from lifecycle.errors import BadInput
from lifecycle.governance.people import present
from lifecycle.history import History
from lifecycle.history.control import PlanSubmitted, ProgressReported
from lifecycle.history.plan import Plan, ProgressLine
from lifecycle.library import read_plan, read_progress
from lifecycle.planning import checks
from lifecycle.planning.network import schedule


def drawn_up(
    history: History, plan: Plan, *, file: Path, by: str, now: datetime, not_before: Mapping[str, date] | None = None
) -> PlanSubmitted:
    """A plan with its dates; BadInput with everything that keeps it from being scheduled."""
    if problems := checks.problems(plan):
        raise BadInput(f"{file}: the plan cannot be scheduled:" + "".join(f"\n- {text}" for text in problems))
    return PlanSubmitted(
        project=history.project,
        at=now,
        by=by,
        number=history.next_number(PlanSubmitted),
        plan=plan,
        schedule=schedule(plan, history.constraints.time.start, not_before=not_before),
    )


def import_plan(work: Workspace, project: str, file: Path, by: str) -> PlanSubmitted:
    """Draw up a plan from a file; it is a proposal until a gate or an approved change makes it the baseline."""
    plan = read_plan(file)
    with work.change("import plan", project, by) as store:
        history = store.history(project)
        present(history, by)
        others = dates_from_others(store, history)
        submitted = drawn_up(history, plan, file=file, by=by, now=store.now, not_before=others)
        store.append(submitted)
    return submitted


def import_progress(work: Workspace, project: str, file: Path, by: str) -> tuple[ProgressReported, ...]:
    """Report progress from a file with one or more status dates; all of it is taken or nothing."""
    return _report(work, project, read_progress(file), by)


def record_progress(work: Workspace, project: str, status_date: date, line: ProgressLine, by: str) -> ProgressReported:
    """Report how far one activity is."""
    return _report(work, project, [(status_date, (line,))], by)[0]


def _report(
    work: Workspace, project: str, reports: Sequence[tuple[date, tuple[ProgressLine, ...]]], by: str
) -> tuple[ProgressReported, ...]:
    """Write the reports that were not written before."""
    with work.change("report progress", project, by) as store:
        present(store.history(project), by)
        reported = []
        for status_date, lines in reports:
            history = store.history(project)
            report = progress_reports.record(history, status_date, lines, by, store.now)
            if not history.has(report.id):
                store.append(report)
            reported.append(report)
    return tuple(reported)
