"""The network of the work that remains, as the evening of a status date finds it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from lifecycle.history.plan import Activity, Link, ProgressLine, Schedule
from lifecycle.planning.calendar import WorkingCalendar
from lifecycle.planning.passes import Node, Wait, wait_of


class Work(NamedTuple):
    """An activity as it is found: work of `duration` from `floor` on; `began` where it started already."""

    duration: int
    floor: int
    began: int | None
    done: bool
    evening: bool | None


class StatusDate(NamedTuple):
    """The day up to whose evening progress is known, the plan's dates, and the calendar to count with."""

    day: date
    planned: Schedule
    calendar: WorkingCalendar

    @property
    def next_day(self) -> int:
        """The number of the first working day that is still to come."""
        return self.calendar.number_after(self.day)

    def first_day(self, line: ProgressLine) -> date:
        """When an activity started; what nobody reported is taken to have gone as planned."""
        latest = line.actual_finish or self.day
        return line.actual_start or min(self.planned.of(line.activity).start, latest)


def remaining_days(activity: Activity, line: ProgressLine) -> int:
    """The working days still needed: those reported, else duration * (1 - percent complete), rounded up."""
    if line.remaining is not None:
        return line.remaining
    # str() gives the percentage as it was written: 70 % of ten days leave three, not 3.0000000000000004
    share = (100 - Decimal(str(line.percent))) / 100
    return int((activity.duration * share).to_integral_value(ROUND_CEILING))


def running(activity: Activity, line: ProgressLine | None) -> bool:
    """Whether work has started and not finished; a milestone is reached or it is not."""
    if line is None or line.actual_finish or activity.milestone:
        return False
    return line.actual_start is not None or line.percent > 0


def found(activity: Activity, line: ProgressLine | None, at: StatusDate, floor: int) -> Work:
    """How far an activity is; `floor` is where it may start when it has not."""
    if line and line.actual_finish:
        return _done(activity, line, line.actual_finish, at)
    if line and running(activity, line):
        began = at.calendar.number(at.first_day(line))
        return Work(remaining_days(activity, line), at.next_day, began, done=False, evening=True)
    return Work(activity.duration, floor, None, done=False, evening=None if activity.milestone else True)


def network(activities: Sequence[Activity], works: Mapping[str, Work]) -> list[Node]:
    """The nodes of the activities in sequence, with the links that still bind."""
    at = {activity.id: index for index, activity in enumerate(activities)}
    nodes = []
    for activity in activities:
        work = works[activity.id]
        floor, waits = work.floor, list[Wait]()
        for link in _binding(activity, work):
            before = works[link.predecessor]
            wait = wait_of(link, at[link.predecessor], before.duration, work.duration)
            if before.began is None or before.done or wait.by_finish:
                waits.append(wait)
            else:  # the predecessor's start lies in the past and moves no more
                floor = max(floor, before.began + wait.gap)
        nodes.append(Node(work.duration, floor, waits, work.evening))
    return nodes


def _done(activity: Activity, line: ProgressLine, finish: date, at: StatusDate) -> Work:
    """Work that is over stays where it was; a milestone by its convention (see `network.schedule`)."""
    if activity.milestone:
        evening = any(link.type[0] == "F" for link in activity.links)
        point = at.calendar.number_after(finish) if evening else at.calendar.number(finish)
        return Work(0, point, point, done=True, evening=evening)
    began = at.calendar.number(at.first_day(line))
    return Work(max(0, at.calendar.number_after(finish) - began), began, began, done=True, evening=True)


def _binding(activity: Activity, work: Work) -> Iterator[Link]:
    """All links before the start, none after the finish; in between those that bind the finish."""
    for link in activity.links:
        if not work.done and (work.began is None or link.type[1] == "F"):
            yield link
