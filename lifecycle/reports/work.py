"""The work in the plan: what was finished lately, what is due soon, and how far the milestones slipped."""

from datetime import date, timedelta
from typing import Literal

from lifecycle.history import History
from lifecycle.history.plan import Activity, ProgressLine, Schedule
from lifecycle.planning.forecast import progress_so_far
from lifecycle.reports import words
from lifecycle.reports.lights import last_measured
from lifecycle.reports.people import answerable
from lifecycle.status import ProjectStatus
from lifecycle.value import Value

DONE = 100
AHEAD = timedelta(days=30)


class WorkLine(Value):
    """An activity: planned and actual or forecast finish, how far it is, and whether it should be finished by now.

    Reports that earlier versions filed do not say what is `overdue`.
    """

    activity: str
    name: str
    owner: str
    planned: date | None
    finish: date | None
    percent: float
    overdue: bool = False
    record: str


class MilestoneLine(Value):
    """A milestone: planned and actual or forecast date; `slip` in calendar days, `words` says it."""

    activity: str
    name: str
    planned: date | None
    expected: date | None
    slip: int | None
    words: str
    state: Literal["reached", "due", "overdue"]
    record: str


class Work(Value):
    """The plan seen on one day."""

    done: tuple[WorkLine, ...]
    next: tuple[WorkLine, ...]
    milestones: tuple[MilestoneLine, ...]


class _Seen(Value):
    """An activity with all that is known of it."""

    activity: Activity
    planned: date | None
    expected: date | None
    progress: ProgressLine | None

    @property
    def finished(self) -> date | None:
        done = self.progress and self.progress.percent >= DONE
        return self.progress.actual_finish or self.expected if self.progress and done else None


def work(history: History, status: ProjectStatus, since: date, today: date) -> Work:
    """What was finished from `since` to today, what is overdue or due in the next 30 days, and all milestones."""
    seen = _seen(history, status)
    done = [s for s in seen if s.finished and since <= s.finished <= today]
    due = [s for s in seen if not s.finished and s.expected and s.expected <= today + AHEAD]
    milestones = [s for s in seen if s.activity.milestone]
    return Work(
        done=tuple(_line(history, s, today) for s in sorted(done, key=_when)),
        next=tuple(_line(history, s, today) for s in sorted(due, key=_when)),
        milestones=tuple(_milestone(history, s, today) for s in sorted(milestones, key=_when)),
    )


def _seen(history: History, status: ProjectStatus) -> list[_Seen]:
    source = history.baseline or history.plan
    if source is None:
        return []
    planned, expected = _finishes(status.schedule or source.schedule), _finishes(status.forecast)
    progress = progress_so_far(history)
    return [
        _Seen(
            activity=activity,
            planned=planned.get(activity.id),
            expected=expected.get(activity.id) or planned.get(activity.id),
            progress=progress.get(activity.id),
        )
        for activity in source.plan.activities
    ]


def _finishes(schedule: Schedule | None) -> dict[str, date]:
    return {line.activity: line.finish for line in schedule.activities} if schedule else {}


def _when(seen: _Seen) -> tuple[date, str]:
    return (seen.finished or seen.expected or date.max, seen.activity.id)


def _line(history: History, seen: _Seen, today: date) -> WorkLine:
    expected = seen.finished or seen.expected
    return WorkLine(
        activity=seen.activity.id,
        name=seen.activity.name,
        owner=answerable(history, seen.activity.owner),
        planned=seen.planned,
        finish=expected,
        percent=seen.progress.percent if seen.progress else 0.0,
        overdue=not seen.finished and expected is not None and expected < today,
        record=last_measured(history),
    )


def _milestone(history: History, seen: _Seen, today: date) -> MilestoneLine:
    expected = seen.finished or seen.expected
    slip = (expected - seen.planned).days if expected and seen.planned else None
    overdue = not seen.finished and seen.planned is not None and seen.planned < today
    return MilestoneLine(
        activity=seen.activity.id,
        name=seen.activity.name,
        planned=seen.planned,
        expected=expected,
        slip=slip,
        words="–" if slip is None else words.late(slip),
        state="reached" if seen.finished else "overdue" if overdue else "due",
        record=last_measured(history),
    )
