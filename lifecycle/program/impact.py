"""What a delay in one project does to the others, followed along the milestones they share."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from lifecycle.history import History
from lifecycle.history.charter import Dependency, ProgramCharter
from lifecycle.history.control import BaselineSet, PlanSubmitted
from lifecycle.history.plan import Activity, Schedule, ScheduledActivity
from lifecycle.planning.calendar import MONDAY_TO_FRIDAY, WorkingCalendar
from lifecycle.planning.forecast import forecast, progress_so_far, status_date
from lifecycle.program.dependencies import End, ends, in_order
from lifecycle.value import Value, days


class Impact(Value):
    """One milestone that another project waits for, and what its date does there. Days are calendar days.

    `planned` is its date in its project's plan, `expected` the forecast with all that its own project waits
    for; None when its project was stopped before it came. `needed_by` is the last day that leaves the
    successor's activity where its plan has it; `slack_used` is how much of the time until then a slip took.
    `effect` is how far the successor's finish moves because of this dependency alone; None when that cannot
    be said, or the successor is closed.
    """

    dependency: str
    text: str
    predecessor: str
    milestone: str
    milestone_name: str
    planned: date
    expected: date | None
    slip: int | None
    successor: str
    activity: str
    activity_name: str
    needed_by: date
    slack_used: int
    effect: int | None
    sentence: str


class _Side(NamedTuple):
    """A project's activity as its plan has it."""

    history: History
    planned: BaselineSet | PlanSubmitted
    activity: Activity

    @property
    def dates(self) -> ScheduledActivity:
        return self.planned.schedule.of(self.activity.id)

    @property
    def project(self) -> str:
        return self.history.project


class _Link(NamedTuple):
    """A dependency between two activities that both stand in a plan."""

    dependency: Dependency
    before: _Side
    after: _Side


def not_before(
    charter: ProgramCharter,
    members: Mapping[str, History],
    project: str,
    calendar: WorkingCalendar = MONDAY_TO_FRIDAY,
) -> dict[str, date]:
    """The first dates that other projects allow a project's activities: the day after a forecast milestone.

    Forecasts follow the whole chain: a predecessor's own waits are in them. Without progress they are the
    planned dates. A milestone that will not come imposes no date.
    """
    links = _links(charter, members)
    upstream = {name: members[name] for name in _upstream(links, project)}
    return _imposed(links, project, _forecasts(charter, upstream, links, calendar), calendar)


def impact(
    charter: ProgramCharter, members: Mapping[str, History], calendar: WorkingCalendar = MONDAY_TO_FRIDAY
) -> tuple[Impact, ...]:
    """Every shared milestone with its effect, predecessors first; stopped projects need nothing any more."""
    links = _links(charter, members)
    expected = _forecasts(charter, members, links, calendar)
    return tuple(
        _impact(link, expected[link.before.project], calendar)
        for project in in_order(charter, members)
        for link in links
        if link.after.project == project and not members[project].stopped
    )


def _links(charter: ProgramCharter, members: Mapping[str, History]) -> tuple[_Link, ...]:
    """The dependencies between milestones; those whose plan is not there yet are left out."""
    found = []
    for dependency in charter.dependencies:
        before, after = (_side(members, end) for end in ends(dependency))
        if before and after:
            found.append(_Link(dependency, before, after))
    return tuple(found)


def _upstream(links: tuple[_Link, ...], project: str) -> set[str]:
    """The projects whose milestones a project waits for, and theirs in turn."""
    found: set[str] = set()
    asked = {project}
    while asked:
        asked = {link.before.project for link in links if link.after.project in asked} - found
        found |= asked
    return found


def _side(members: Mapping[str, History], end: End) -> _Side | None:
    history = members.get(end.project)
    planned = history and _planned(history)
    if not history or not planned:
        return None
    activity = next((one for one in planned.plan.activities if one.id == end.item), None)
    return _Side(history, planned, activity) if activity else None


def _planned(history: History) -> BaselineSet | PlanSubmitted | None:
    return history.baseline or history.plan


def _forecasts(
    charter: ProgramCharter,
    members: Mapping[str, History],
    links: tuple[_Link, ...],
    calendar: WorkingCalendar,
) -> dict[str, Schedule]:
    """Each project's forecast with what it waits for, predecessors first."""
    expected: dict[str, Schedule] = {}
    for project in in_order(charter, members):
        dates = _imposed(links, project, expected, calendar)
        if planned := _planned(members[project]):
            expected[project] = _forecast(members[project], planned, dates, calendar)
    return expected


def _forecast(
    history: History,
    planned: BaselineSet | PlanSubmitted,
    dates: Mapping[str, date],
    calendar: WorkingCalendar,
) -> Schedule:
    """The forecast of a project; of a stopped one only what was finished, for the rest will not come."""
    progress = progress_so_far(history)
    expected = forecast(planned, progress, status_date(history), calendar, dates)
    if not history.stopped:
        return expected
    over = {line.activity for line in progress.values() if line.actual_finish}
    reached = tuple(activity for activity in expected.activities if activity.activity in over)
    return expected.model_copy(update={"activities": reached})


def _imposed(
    links: tuple[_Link, ...], project: str, expected: Mapping[str, Schedule], calendar: WorkingCalendar
) -> dict[str, date]:
    dates: dict[str, date] = {}
    for link in links:
        comes = _comes(link, expected.get(link.before.project))
        if link.after.project == project and comes:
            day = calendar.day(calendar.number_after(comes) + link.dependency.lag)
            dates[link.after.activity.id] = max(day, dates.get(link.after.activity.id, day))
    return dates


def _comes(link: _Link, expected: Schedule | None) -> date | None:
    lines = expected.activities if expected else ()
    return next((line.finish for line in lines if line.activity == link.before.activity.id), None)


def _impact(link: _Link, expected: Schedule, calendar: WorkingCalendar) -> Impact:
    planned, comes = link.before.dates.finish, _comes(link, expected)
    needed = _needed_by(link, calendar)
    slip = (comes - planned).days if comes else None
    found = Impact(
        dependency=link.dependency.id,
        text=link.dependency.text,
        predecessor=link.before.project,
        milestone=link.before.activity.id,
        milestone_name=link.before.activity.name,
        planned=planned,
        expected=comes,
        slip=slip,
        successor=link.after.project,
        activity=link.after.activity.id,
        activity_name=link.after.activity.name,
        needed_by=needed,
        slack_used=max(0, min(slip or 0, (needed - planned).days)),
        effect=_effect(link, expected, calendar) if comes and not link.after.history.closed else None,
        sentence="to be written",
    )
    return found.model_copy(update={"sentence": " ".join(_sentences(found, link))})


def _needed_by(link: _Link, calendar: WorkingCalendar) -> date:
    """The evening before the work that waits; a milestone may share its day."""
    first = calendar.number(link.after.dates.start)
    return calendar.day(first - link.dependency.lag - (0 if link.after.activity.milestone else 1))


def _effect(link: _Link, expected: Schedule, calendar: WorkingCalendar) -> int:
    """How far the successor's forecast finish moves once this dependency's date holds in it."""
    side = link.after
    dates = _imposed((link,), side.project, {link.before.project: expected}, calendar)
    held = _forecast(side.history, side.planned, dates, calendar)
    return (held.finish - _forecast(side.history, side.planned, {}, calendar).finish).days


def _begun(link: _Link) -> bool:
    line = progress_so_far(link.after.history).get(link.after.activity.id)
    return bool(line and line.actual_start)


def _sentences(of: Impact, link: _Link) -> Iterator[str]:
    what = f"{of.dependency}: '{of.milestone_name}' of {of.predecessor}"
    need = f"{of.successor} needs it by {of.needed_by} for '{of.activity_name}'"
    if of.expected is None or of.slip is None:
        yield f"{what} will not come, because its project was stopped; {need}."
        return
    late = f"{days(abs(of.slip))} {'later' if of.slip > 0 else 'earlier'} than planned"
    yield f"{what} comes on {of.expected}, {late if of.slip else 'as planned'}; {need}."
    if of.slack_used:
        yield f"{days(of.slack_used)} of slack are used up."
    if of.effect is None:
        yield f"{of.successor} is closed."
    elif of.effect:
        yield f"The finish of {of.successor} becomes {days(abs(of.effect))} {'later' if of.effect > 0 else 'earlier'}."
    else:
        yield f"The finish of {of.successor} does not move{', that work has begun' if _begun(link) else ''}."
