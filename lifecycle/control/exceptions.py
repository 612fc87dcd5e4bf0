"""Exceptions: what the board may decide on a forecast beyond its tolerance, once, and what follows from it."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from lifecycle.control.tolerances import breaches, open_exceptions
from lifecycle.errors import BadInput, Conflict, NotAuthorised, NotFound, TransitionNotAllowed
from lifecycle.history import History, utc
from lifecycle.history.charter import Money
from lifecycle.history.control import ExceptionChoice, ExceptionDecided, ExceptionRaised
from lifecycle.process.definition import Text
from lifecycle.value import Value

CHOICES: dict[ExceptionChoice, str] = {
    "more-tolerance": "more tolerance",
    "exception-plan": "an exception plan",
    "close": "to close the project early",
    "no-action": "no action",
}
"""What can be decided, in words."""


class Resolution(Value):
    """A person's decision on an exception.

    `days` (calendar days after the approved finish) or `cost` (money beyond the approved budget) are the tolerance
    from now on; they go with more tolerance, each with its measure, and with nothing else.
    """

    by: str
    choice: ExceptionChoice
    reason: Text
    days: Annotated[int, Field(ge=0, le=3650)] | None = None
    cost: Money | None = None


class Expected(Value):
    """The newest forecast: the finish, and what the project will cost."""

    finish: date | None
    cost: Decimal | None


def decide(
    history: History, number: int, *, resolution: Resolution, may: Collection[str], expected: Expected, now: datetime
) -> ExceptionDecided:
    """Decide an exception that is open, once; `may` are the persons whose authority covers it.

    Raises NotFound, TransitionNotAllowed (over by itself), Conflict (decided before), NotAuthorised, or BadInput
    (a tolerance where none goes, or one that the forecast still breaks).
    """
    raised = require_open(history, number)
    if done := decision(history, number):
        who = history.charter.name_of(done.by)
        raise Conflict(f"On exception {number} {who} decided {CHOICES[done.choice]} on {done.at.date()}: {done.reason}")
    if resolution.by not in may:
        able = ", ".join(map(history.charter.name_of, may)) or "nobody in the project"
        who = history.charter.name_of(resolution.by)
        raise NotAuthorised(f"{who} may not decide exception {number}. Those who may: {able}.")
    _require_fitting(raised, resolution)
    limits = history.constraints
    decided = ExceptionDecided(
        project=history.project,
        at=utc(now),
        number=number,
        forecast=_forecast(history, raised, expected),
        **resolution.model_dump(),
    )
    left = breaches(decided.widened(limits), expected.finish, expected.cost)
    if decided.choice == "more-tolerance" and (still := left.get(raised.measure)):
        raise BadInput(f"That is not enough: {still.text}")
    return decided


def require_open(history: History, number: int) -> ExceptionRaised:
    """The exception of that number; NotFound, or TransitionNotAllowed when it is over."""
    raised = history.last(ExceptionRaised, number=number)
    if raised is None:
        raise NotFound("exception", str(number), (str(one.number) for one in history.all(ExceptionRaised)))
    if history.stopped or history.closed or raised not in open_exceptions(history):
        raise TransitionNotAllowed(
            f"Exception {number} of {history.charter.title} is over; there is nothing to decide."
        )
    return raised


def decision(history: History, number: int) -> ExceptionDecided | None:
    """What was decided on an exception."""
    return history.last(ExceptionDecided, number=number)


def undecided(history: History) -> tuple[ExceptionRaised, ...]:
    """The open exceptions on which nobody has decided."""
    return tuple(one for one in open_exceptions(history) if decision(history, one.number) is None)


def unplanned(history: History) -> tuple[ExceptionRaised, ...]:
    """The open exceptions that wait for the exception plan which was decided on."""
    return tuple(one for one in open_exceptions(history) if _chosen(history, one) == "exception-plan")


def unsettled(history: History) -> tuple[ExceptionRaised, ...]:
    """The open exceptions that are neither decided nor left as they are by a decision."""
    return tuple(one for one in open_exceptions(history) if _chosen(history, one) != "no-action")


def _chosen(history: History, raised: ExceptionRaised) -> ExceptionChoice | None:
    decided = decision(history, raised.number)
    return decided.choice if decided else None


def _require_fitting(raised: ExceptionRaised, resolution: Resolution) -> None:
    given = {"time": resolution.days, "cost": resolution.cost}
    options = {"time": "--days", "cost": "--cost"}
    if resolution.choice != "more-tolerance":
        if any(value is not None for value in given.values()):
            raise BadInput("A new tolerance goes with more-tolerance, and with nothing else.")
        return
    other = "cost" if raised.measure == "time" else "time"
    if given[raised.measure] is None or given[other] is not None:
        raise BadInput(
            f"Exception {raised.number} is about {raised.measure}: say the tolerance from now on with "
            f"{options[raised.measure]}, and with nothing else."
        )


def _forecast(history: History, raised: ExceptionRaised, expected: Expected) -> str:
    """The forecast that is decided on, as text; the one of the exception where there is no newer one."""
    newest = breaches(history.constraints, expected.finish, expected.cost).get(raised.measure)
    return newest.forecast if newest else raised.forecast
