"""Exceptions that are open: how large they are, who may decide on them, and who owes the plan decided on."""

from collections.abc import Iterator
from decimal import Decimal

from lifecycle.control.changes import open_changes
from lifecycle.control.exceptions import Expected, undecided, unplanned
from lifecycle.control.granting import Grant
from lifecycle.control.readings import size_of
from lifecycle.governance.authority import Stake, gravest, who_may_take
from lifecycle.governance.people import holders
from lifecycle.history import History
from lifecycle.history.control import ExceptionRaised
from lifecycle.process.definition import Level, Measure
from lifecycle.process.tolerances import asked
from lifecycle.status.levels import below
from lifecycle.status.outlook import outlook
from lifecycle.status.picture import Awaited


def who_may_decide(
    history: History, raised: ExceptionRaised, *, days: int = 0, cost: Decimal = Decimal(0)
) -> tuple[str, ...]:
    """The persons who may decide an exception, with the tolerance that would be granted.

    The holders of the role that its level is to ask, else whoever the authority table names for its size.
    """
    return _asked(history, raised.subject.level, raised.measure) or who_may_take(
        history.definition, history.charter, "exception", at_stake(history, raised, days=days, cost=cost)
    )


def who_may_grant(history: History, given: Grant) -> tuple[str, ...]:
    """The persons who may give a part of the project a tolerance: those who would be asked when it is broken."""
    stake = Stake(given.cost or Decimal(0), given.days or 0, gravest(history))
    return _asked(history, given.subject.level, given.measure) or who_may_take(
        history.definition, history.charter, "exception", stake
    )


def _asked(history: History, level: Level, measure: Measure) -> tuple[str, ...]:
    """The holders of the role that a level asks; nobody where it names none, or where nobody holds it."""
    role = asked(history.definition, level, measure)
    return holders(history.charter, (role,)) if role else ()


def at_stake(history: History, raised: ExceptionRaised, *, days: int = 0, cost: Decimal = Decimal(0)) -> Stake:
    """How large a decision on an exception is: the deviation from what was approved, or the tolerance if larger.

    The deviation is that of the exception or, if that has become larger, of the newest forecast, in calendar days or in
    money; the impact is that of the gravest open risk.
    """
    ahead = outlook(history)
    expected = Expected(finish=ahead.finish, cost=ahead.cost, below=below(history, ahead.forecast))
    reading, impact = expected.of(raised, history.constraints), gravest(history)
    if reading is None or raised.measure not in ("time", "cost"):
        return Stake(impact=impact)
    over = max(size_of(raised.measure, raised.forecast), reading.forecast) - reading.approved
    if raised.measure == "time":
        return Stake(days=max(int(over), days), impact=impact)
    return Stake(cost=max(over, cost), impact=impact)


def for_exceptions(history: History) -> Iterator[Awaited]:
    """An exception waits for whoever may decide on it, then for the change that the exception plan takes."""
    if history.stopped:
        return
    for raised in undecided(history):
        text = f"Decide exception {raised.number}: {raised.text}"
        for person in who_may_decide(history, raised):
            yield Awaited(person=person, what="decide exception", subject=str(raised.number), text=text)
    for raised in unplanned(history) if not open_changes(history) else ():
        text = f"Ask for the change that the exception plan for exception {raised.number} takes"
        for person in holders(history.charter, (history.definition.manager,)):
            yield Awaited(person=person, what="plan exception", subject=str(raised.number), text=text)
