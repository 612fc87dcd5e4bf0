"""From a plan to a schedule: every activity's dates, float and place on the critical path."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from lifecycle.errors import BadInput
from lifecycle.history.plan import Activity, Plan, Schedule, ScheduledActivity
from lifecycle.planning.calendar import MONDAY_TO_FRIDAY, WorkingCalendar
from lifecycle.planning.checks import problems
from lifecycle.planning.passes import Node, Position, positions, wait_of
from lifecycle.planning.sequence import in_sequence


def schedule(
    plan: Plan,
    start: date,
    calendar: WorkingCalendar = MONDAY_TO_FRIDAY,
    not_before: Mapping[str, date] | None = None,
) -> Schedule:
    """Give a plan its dates: as early as links, the project's start and `not_before` allow.

    Durations, lags and floats are in working days. A lag counts working days after (or, negative, before)
    the linked end of the predecessor. Nothing starts before the project, and late dates never lie beyond
    its finish; an activity without float is critical. A milestone lies on the last day of the work that
    holds it (finish-start or finish-finish); one held by nothing, by a start or by `not_before` lies on
    that day itself. BadInput with every reason when the plan cannot be scheduled.
    """
    wrong = problems(plan)
    if wrong:
        raise BadInput("\n".join(wrong))
    activities = sequenced(plan)
    first = calendar.number(start)
    floors = {name: max(first, calendar.number(day)) for name, day in (not_before or {}).items()}
    placed = positions(nodes_of(activities, first, floors))
    lines = {a.id: line(a, position, calendar) for a, position in zip(activities, placed, strict=True)}
    return assembled(plan, calendar.day(first), lines)


def imposed(plan: Plan, dated: Schedule, calendar: WorkingCalendar) -> dict[str, date]:
    """The starts in a schedule that links do not explain: something outside the plan holds them."""
    activities = sequenced(plan)
    nodes = nodes_of(activities, calendar.number(dated.start), {})
    dates = {one.activity: one.start for one in dated.activities}
    starts: list[int] = []
    held: dict[str, date] = {}
    for activity, node in zip(activities, nodes, strict=True):
        linked = max([node.floor, *(starts[wait.node] + wait.gap for wait in node.waits)])
        starts.append(max(linked, calendar.number(dates[activity.id])))
        if starts[-1] > linked:
            held[activity.id] = dates[activity.id]
    return held


def sequenced(plan: Plan) -> list[Activity]:
    """The activities with predecessors first."""
    known = {activity.id: activity for activity in plan.activities}
    return [known[name] for name in in_sequence(plan.activities)]


def nodes_of(activities: Sequence[Activity], first: int, floors: Mapping[str, int]) -> list[Node]:
    """The network of activities in sequence; `first` is the number of the project's first working day."""
    at = {activity.id: index for index, activity in enumerate(activities)}
    nodes = []
    for activity in activities:
        waits = [
            wait_of(link, at[link.predecessor], activities[at[link.predecessor]].duration, activity.duration)
            for link in activity.links
        ]
        floor = floors.get(activity.id, first)
        nodes.append(Node(activity.duration, floor, waits, None if activity.milestone else True))
    return nodes


def line(activity: Activity, position: Position, calendar: WorkingCalendar) -> ScheduledActivity:
    """The dates of an activity at a position."""
    last = activity.duration - 1 if activity.duration else -int(position.evening)
    first = last if activity.milestone else 0
    return ScheduledActivity(
        activity=activity.id,
        start=calendar.day(position.start + first),
        finish=calendar.day(position.start + last),
        total_float=position.total_float,
        critical=position.total_float == 0,
    )


def assembled(plan: Plan, start: date, lines: Mapping[str, ScheduledActivity]) -> Schedule:
    """A schedule with its lines in the plan's order."""
    ordered: Iterable[ScheduledActivity] = (lines[activity.id] for activity in plan.activities)
    finish = max(one.finish for one in lines.values())
    return Schedule(start=start, finish=finish, activities=tuple(ordered))
