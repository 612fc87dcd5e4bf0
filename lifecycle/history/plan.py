"""A plan as people write it, and as it stands once it has dates."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from lifecycle.history.charter import Money
from lifecycle.process.definition import Name, Text
from lifecycle.value import Value

LinkType = Literal["FS", "SS", "FF", "SF"]
Percent = Annotated[float, Field(ge=0, le=100)]


class Link(Value):
    """An activity waits for another: finish-start, start-start, finish-finish, start-finish; lag in working days."""

    predecessor: Name
    type: LinkType = "FS"
    lag: Annotated[int, Field(ge=-1000, le=1000)] = 0


class Activity(Value):
    """A piece of work: duration in working days (0 for a milestone), cost in the project's currency."""

    id: Name
    name: Text
    wbs: Text
    duration: Annotated[int, Field(ge=0, le=5000)]
    links: tuple[Link, ...] = ()
    owner: Name
    cost: Money
    deliverable: Name | None = None

    @property
    def milestone(self) -> bool:
        """A point in time, not a stretch of work."""
        return self.duration == 0


class Plan(Value):
    """The activities of a project with their links."""

    activities: tuple[Activity, ...] = Field(min_length=1)


class ScheduledActivity(Value):
    """An activity with its dates: first and last working day, both included; float in working days.

    A milestone starts and finishes on the same day.
    """

    activity: Name
    start: date
    finish: date
    total_float: int
    critical: bool


class Schedule(Value):
    """A plan with dates: the project's start and finish and every activity's."""

    start: date
    finish: date
    activities: tuple[ScheduledActivity, ...]

    def of(self, activity: str) -> ScheduledActivity:
        """The dates of one activity; KeyError when there is none of that name."""
        return {line.activity: line for line in self.activities}[activity]


class ProgressLine(Value):
    """How far one activity is at a status date.

    `percent` complete and `actual_cost` are both counted from the activity's start; `remaining` is what
    is left in working days, where somebody knows better than duration times (1 - percent).
    """

    activity: Name
    percent: Percent
    actual_start: date | None = None
    actual_finish: date | None = None
    actual_cost: Money
    remaining: Annotated[int, Field(ge=0, le=5000)] | None = None
