"""When the passing of time next changes something in a project: its records, or what is expected of whom."""

from collections.abc import Iterable
from datetime import datetime

from lifecycle.governance import deadlines, delegations, report_plan
from lifecycle.governance.deadlines import Ahead
from lifecycle.history import History
from lifecycle.status.picture import Awaited
from lifecycle.value import day_after


def ahead(history: History, expected: Iterable[Awaited], now: datetime) -> Ahead:
    """The days ahead of a project of whose people this is expected now.

    Everything that a day brings by itself is among them: what reviews see when nobody decides, reports that come
    round, delegations that begin and end, and what becomes overdue. What was not written yet lies in the past.
    """
    today, found = now.date(), deadlines.ahead(history, now)
    days = (found.next, report_plan.next_day(history, now), delegations.next_day(history, today))
    overdue = (day_after(item.due) for item in expected if item.due and item.due >= today)
    return found._replace(next=min((*days, *overdue)))
