"""Recording progress: what may be reported, when, and about which activities."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches

from lifecycle.errors import BadInput, NotFound, TransitionNotAllowed
from lifecycle.history import History, utc
from lifecycle.history.control import BaselineSet, ProgressReported
from lifecycle.history.plan import ProgressLine

COMPLETE = 100

NO_GATE = (
    "No gate of its process makes a plan the baseline (baseline: true), so there is nothing to report against. "
    "Move it to a version with such a gate first."
)
"""What is wrong where no gate could ever set one."""


def record(
    history: History, status_date: date, lines: Sequence[ProgressLine], by: str, now: datetime
) -> ProgressReported:
    """Return the record of a progress report; the one there is when the same was reported before.

    Progress may go back and cost may be corrected downwards: the newest report counts. Raises
    TransitionNotAllowed (no baseline, execution not running), NotFound (activity), BadInput (dates, percent).
    """
    baseline = _running(history)
    _require_known(baseline, lines)
    wrong = [*_wrong_date(history, status_date, now), *_wrong_lines(history, status_date, lines)]
    if wrong:
        raise BadInput("\n".join(wrong))
    return _same(history, status_date, tuple(lines)) or ProgressReported(
        project=history.project,
        at=utc(now),
        by=by,
        number=history.next_number(ProgressReported),
        status_date=status_date,
        lines=tuple(lines),
    )


def _same(history: History, status_date: date, lines: tuple[ProgressLine, ...]) -> ProgressReported | None:
    """The report that said the same of that day, unless one written later corrected it."""
    same = history.last(ProgressReported, status_date=status_date, lines=lines)
    if same is None:
        return None
    of_that_day = (one for one in history.all(ProgressReported) if one.status_date == status_date)
    later = {line.activity for one in of_that_day if one.number > same.number for line in one.lines}
    return None if later.intersection(line.activity for line in lines) else same


def _running(history: History) -> BaselineSet:
    """The baseline to report against, as long as the phase that makes the products is open."""
    title = history.charter.title
    if history.baseline is None:
        sets = any(gate.baseline for gate in history.definition.gates)
        way = "Submit the plan and pass its gate first." if sets else NO_GATE
        raise TransitionNotAllowed(f"{title} has no baseline yet: progress is measured against an approved plan. {way}")
    phase = history.definition.phase(history.phase.phase) if history.phase else None
    if phase is None or not phase.products:
        places = " or ".join(p.title for p in history.definition.main_phases if p.products) or "no phase"
        here = f"is in {phase.title}" if phase else "has not begun"
        raise TransitionNotAllowed(f"Progress is reported during {places}; {title} {here}.")
    return history.baseline


def _require_known(baseline: BaselineSet, lines: Sequence[ProgressLine]) -> None:
    """Refuse activities that the baseline does not have, and reports about nothing or twice about one."""
    known = [activity.id for activity in baseline.plan.activities]
    if not lines:
        raise BadInput("The report has no lines. Give it at least one activity.")
    for line in lines:
        if line.activity not in known:
            close = get_close_matches(line.activity, known, n=3)
            raise NotFound("activity in the baseline", line.activity, close or known)
    twice = [name for name, times in Counter(line.activity for line in lines).items() if times > 1]
    if twice:
        raise BadInput(f"The report speaks twice about {', '.join(twice)}. Leave one line each.")


def _wrong_date(history: History, status_date: date, now: datetime) -> Iterator[str]:
    start = history.constraints.time.start
    if status_date > now.date():
        yield f"The status date {status_date} lies in the future; today is {now.date()}."
    if status_date < start:
        yield f"The status date {status_date} lies before the project's start on {start}."


def _wrong_lines(history: History, status_date: date, lines: Sequence[ProgressLine]) -> Iterator[str]:
    starts = _known_starts(history)
    for line in lines:
        yield from _wrong_dates(line, line.actual_start or starts.get(line.activity), status_date)
        if line.percent == COMPLETE and line.actual_finish is None:
            yield f"{line.activity} is at 100 % and has no actual finish. Add the date, or report less."
        if line.percent < COMPLETE and line.actual_finish is not None:
            yield f"{line.activity} has an actual finish and stands at {line.percent:g} %. Report 100 %."
        if line.actual_finish and line.remaining:
            yield f"{line.activity} has an actual finish and {line.remaining} remaining days. Leave one out."


def _wrong_dates(line: ProgressLine, start: date | None, status_date: date) -> Iterator[str]:
    if start and line.actual_finish and line.actual_finish < start:
        yield f"{line.activity} finished on {line.actual_finish}, before its actual start on {start}."
    for word, day in (("start", line.actual_start), ("finish", line.actual_finish)):
        if day and day > status_date:
            yield f"{line.activity} has an actual {word} on {day}, after the status date {status_date}."


def _known_starts(history: History) -> Mapping[str, date]:
    """The actual starts reported so far."""
    lines = (line for report in history.all(ProgressReported) for line in report.lines)
    return {line.activity: line.actual_start for line in lines if line.actual_start}
