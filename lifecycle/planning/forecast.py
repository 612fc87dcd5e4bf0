"""Where the project will end as things are: what is done, what runs, what is still to come."""

from collections.abc import Mapping
from datetime import date

from lifecycle.history import History
from lifecycle.history.control import BaselineSet, PlanSubmitted, ProgressReported
from lifecycle.history.plan import Activity, ProgressLine, Schedule, ScheduledActivity
from lifecycle.planning.calendar import MONDAY_TO_FRIDAY, WorkingCalendar
from lifecycle.planning.network import assembled, imposed, line, schedule, sequenced
from lifecycle.planning.passes import Position, positions
from lifecycle.planning.remaining import StatusDate, Work, found, network

Planned = PlanSubmitted | BaselineSet


def progress_so_far(history: History) -> dict[str, ProgressLine]:
    """The newest line of each activity by status date; of one date, the later written counts.

    A start once reported stays known when later lines leave it out.
    """
    reports = sorted(history.all(ProgressReported), key=lambda report: (report.status_date, report.number))
    known: dict[str, ProgressLine] = {}
    for newest in (one for report in reports for one in report.lines):
        earlier = known.get(newest.activity)
        started = newest.actual_start or (earlier and earlier.actual_start)
        known[newest.activity] = newest.model_copy(update={"actual_start": started})
    return known


def status_date(history: History) -> date | None:
    """The day up to whose evening progress is known; None before the first report."""
    return max((report.status_date for report in history.all(ProgressReported)), default=None)


def forecast(
    planned: Planned,
    progress: Mapping[str, ProgressLine],
    status_date: date | None,
    calendar: WorkingCalendar = MONDAY_TO_FRIDAY,
    not_before: Mapping[str, date] | None = None,
) -> Schedule:
    """The schedule as it will be, seen from the evening of the status date.

    What is done keeps its actual dates and has no float. What runs needs its remaining days from the day
    after the status date on; it waits no longer to start, but still to finish. What has not started waits
    for its links and for the day after the status date. Dates that something outside the plan imposed on
    the planned schedule hold unless `not_before` names newer ones. Without progress nothing moves but that.
    """
    if status_date is None and not not_before:
        return planned.schedule
    outside = imposed(planned.plan, planned.schedule, calendar) | dict(not_before or {})
    if status_date is None:
        return schedule(planned.plan, planned.schedule.start, calendar, outside)
    at = StatusDate(status_date, planned.schedule, calendar)
    activities = sequenced(planned.plan)
    works = {a.id: found(a, progress.get(a.id), at, _floor(at, outside.get(a.id))) for a in activities}
    placed = zip(activities, positions(network(activities, works)), strict=True)
    lines = {a.id: _dated(a, works[a.id], position, progress.get(a.id), at) for a, position in placed}
    return assembled(planned.plan, min(one.start for one in lines.values()), lines)


def _floor(at: StatusDate, outside: date | None) -> int:
    """What has not started waits for the project's start, the day after the status date, an outside date."""
    start = at.planned.start
    return max(at.next_day, at.calendar.number(max(start, outside or start)))


def _dated(
    activity: Activity, work: Work, position: Position, progress: ProgressLine | None, at: StatusDate
) -> ScheduledActivity:
    """The dates of an activity: actual ones where there are some, those of the network otherwise."""
    expected = line(activity, position, at.calendar)
    if progress is None or work.began is None:
        return expected
    if progress.actual_finish:
        finish = progress.actual_finish
        start = finish if activity.milestone else at.first_day(progress)
        changed = {"start": start, "finish": finish, "total_float": 0, "critical": False}
        return expected.model_copy(update=changed)
    start = at.first_day(progress)
    last = at.calendar.day(position.start + work.duration - 1)
    return expected.model_copy(update={"start": start, "finish": max(start, last)})
