"""Exceptions that are open: how large they are, who may decide on them, and who owes the plan decided on."""

from collections.abc import Iterator
from decimal import Decimal

from lifecycle.control.changes import open_changes
from lifecycle.control.exceptions import undecided, unplanned
from lifecycle.control.tolerances import size_of
from lifecycle.governance.authority import Stake, gravest, who_may_take
from lifecycle.governance.people import holders
from lifecycle.history import History
from lifecycle.history.control import ExceptionRaised
from lifecycle.status.outlook import outlook
from lifecycle.status.picture import Awaited


def at_stake(history: History, raised: ExceptionRaised, *, days: int = 0, cost: Decimal = Decimal(0)) -> Stake:
    """How large a decision on an exception is: the deviation from what was approved, or the tolerance if larger.

    The deviation is that of the exception or, if that has become larger, of the newest forecast, in calendar days or in
    money; the impact is that of the gravest open risk.
    """
    limits, ahead, told = history.constraints, outlook(history), size_of(raised.measure, raised.forecast)
    if raised.measure == "time":
        late = int(told) - limits.time.finish.toordinal()
        return Stake(days=max(late, ahead.days_late or 0, days), impact=gravest(history))
    over = [amount - limits.cost.budget for amount in (told, ahead.cost) if amount is not None]
    return Stake(cost=max(*over, cost), impact=gravest(history))


def for_exceptions(history: History) -> Iterator[Awaited]:
    """An exception waits for whoever may decide on it, then for the change that the exception plan takes."""
    if history.stopped:
        return
    for raised in undecided(history):
        text = f"Decide exception {raised.number}: {raised.text}"
        for person in who_may_take(history.definition, history.charter, "exception", at_stake(history, raised)):
            yield Awaited(person=person, what="decide exception", subject=str(raised.number), text=text)
    for raised in unplanned(history) if not open_changes(history) else ():
        text = f"Ask for the change that the exception plan for exception {raised.number} takes"
        for person in holders(history.charter, (history.definition.manager,)):
            yield Awaited(person=person, what="plan exception", subject=str(raised.number), text=text)
