"""Where a project is heading in time and money, composed from planning and control."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lifecycle.control.earned_value import EarnedValue, cost_forecast, measure
from lifecycle.history import History
from lifecycle.history.control import BaselineSet, PlanSubmitted
from lifecycle.history.plan import Activity, Schedule
from lifecycle.planning.calendar import MONDAY_TO_FRIDAY
from lifecycle.planning.forecast import forecast, progress_so_far, status_date


class Outlook(NamedTuple):
    """The followed plan's activities and dates, the forecast, and earned value since the first report.

    The plan is the baseline, or the newest one submitted before there is a baseline.
    """

    activities: tuple[Activity, ...] = ()
    done: tuple[Activity, ...] = ()
    schedule: Schedule | None = None
    forecast: Schedule | None = None
    value: EarnedValue | None = None
    days_late: int | None = None
    cost: Decimal | None = None

    @property
    def finish(self) -> date | None:
        """When the project will end."""
        return self.forecast.finish if self.forecast else None


def outlook(history: History, not_before: Mapping[str, date] | None = None) -> Outlook:
    """Forecast time and cost; `not_before` are the dates that other projects impose on activities."""
    planned = history.baseline or history.plan
    if planned is None:
        return Outlook()
    progress, known_until = progress_so_far(history), status_date(history)
    expected = forecast(planned, progress, known_until, MONDAY_TO_FRIDAY, not_before)
    value = None
    if history.baseline and known_until:
        value = measure(history.baseline, progress, known_until, MONDAY_TO_FRIDAY)
    activities = planned.plan.activities
    if history.stopped:
        return _over(planned, value)
    over = {line.activity for line in progress.values() if line.actual_finish}
    return Outlook(
        activities=activities,
        done=tuple(activity for activity in activities if activity.id in over),
        schedule=planned.schedule,
        forecast=expected,
        value=value,
        days_late=(expected.finish - history.constraints.time.finish).days,
        cost=cost_forecast(value) if value else sum((a.cost for a in activities), Decimal(0)),
    )


def _over(planned: BaselineSet | PlanSubmitted, value: EarnedValue | None) -> Outlook:
    """Of a stopped project nothing more is expected, and what was spent is what it costs."""
    spent = value.ac if value else Decimal(0)
    return Outlook(activities=planned.plan.activities, schedule=planned.schedule, value=value, cost=spent)
