"""Exceptions: what the board may decide on a forecast beyond its tolerance, once, and what follows from it."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal

from lifecycle.control.readings import Reading
from lifecycle.control.tolerances import escalated, open_exceptions, readings
from lifecycle.errors import BadInput, NotAuthorised, NotFound, SettledBefore, TransitionNotAllowed
from lifecycle.history import History, utc
from lifecycle.history.charter import Constraints
from lifecycle.history.control import Allowance, ExceptionChoice, ExceptionDecided, ExceptionRaised
from lifecycle.process.definition import Measure, Text
from lifecycle.value import Value

CHOICES: dict[ExceptionChoice, str] = {
    "more-tolerance": "more tolerance",
    "exception-plan": "an exception plan",
    "close": "to close the project early",
    "no-action": "no action",
}
"""What can be decided, in words."""
OPTIONS: dict[Measure, str] = {"time": "--days", "cost": "--cost", "quality": "--count", "risk": "--count"}
"""With which option a tolerance is said."""


class Resolution(Allowance):
    """A person's decision on an exception; a tolerance goes with more tolerance, and with nothing else."""

    by: str
    choice: ExceptionChoice
    reason: Text


class Expected(Value):
    """The newest forecast: the finish, what the project will cost, and what the process's own tolerances are about."""

    finish: date | None
    cost: Decimal | None
    below: tuple[Reading, ...] = ()

    def of(self, raised: ExceptionRaised, limits: Constraints) -> Reading | None:
        """The newest reading of what an exception is about, with the project's limits; None without a forecast."""
        found = (*readings(limits, self.finish, self.cost), *self.below)
        return next((one for one in found if one.key == (raised.subject, raised.measure)), None)


def decide(
    history: History, number: int, *, resolution: Resolution, may: Collection[str], expected: Expected, now: datetime
) -> ExceptionDecided:
    """Decide an exception that is open, once; `may` are the persons whose authority covers it.

    Raises NotFound, TransitionNotAllowed (over by itself), SettledBefore (decided before), NotAuthorised, or BadInput
    (a tolerance where none goes, or one that the forecast still breaks).
    """
    raised = require_open(history, number)
    if done := decision(history, number):
        raise _decided_before(history, done)
    if resolution.by not in may:
        able = ", ".join(map(history.charter.name_of, may)) or "nobody in the project"
        who = history.charter.name_of(resolution.by)
        raise NotAuthorised(f"{who} may not decide exception {number}. Those who may: {able}.")
    _require_fitting(raised, resolution)
    newest = expected.of(raised, history.constraints)
    decided = ExceptionDecided(
        project=history.project,
        at=utc(now),
        number=number,
        forecast=newest.breach.forecast if newest and newest.breach else raised.forecast,
        **resolution.model_dump(),
    )
    if decided.choice == "more-tolerance":
        _require_enough(history, raised, decided, expected)
    return decided


def require_open(history: History, number: int) -> ExceptionRaised:
    """The exception of that number; NotFound, or TransitionNotAllowed when it is over, by a decision or by itself."""
    raised = history.last(ExceptionRaised, number=number)
    if raised is None:
        raise NotFound("exception", str(number), (str(one.number) for one in history.all(ExceptionRaised)))
    if history.stopped or history.closed or raised not in open_exceptions(history):
        if done := decision(history, number):
            raise _decided_before(history, done)
        raise TransitionNotAllowed(
            f"Exception {number} of {history.charter.title} is over; there is nothing to decide."
        )
    return raised


def _decided_before(history: History, done: ExceptionDecided) -> SettledBefore:
    who, what = history.charter.name_of(done.by), CHOICES[done.choice]
    return SettledBefore(f"On exception {done.number} {who} decided {what} on {done.at.date()}: {done.reason}")


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
    """The open exceptions of the project and its stages that are neither decided nor left as they are by a decision."""
    return tuple(one for one in escalated(history) if _chosen(history, one) != "no-action")


def _chosen(history: History, raised: ExceptionRaised) -> ExceptionChoice | None:
    decided = decision(history, raised.number)
    return decided.choice if decided else None


def _require_fitting(raised: ExceptionRaised, resolution: Resolution) -> None:
    if resolution.choice != "more-tolerance":
        if resolution.amounts:
            raise BadInput("A new tolerance goes with more-tolerance, and with nothing else.")
        return
    if resolution.amounts != 1 or resolution.granted(raised.measure) is None:
        raise BadInput(
            f"Exception {raised.number} is about {raised.measure}: say the tolerance from now on with "
            f"{OPTIONS[raised.measure]}, and with nothing else."
        )


def _require_enough(history: History, raised: ExceptionRaised, decided: ExceptionDecided, expected: Expected) -> None:
    """The tolerance granted covers the newest forecast."""
    newest, granted = expected.of(raised, decided.widened(history.constraints)), decided.granted(raised.measure)
    if newest and granted is not None and not raised.of_charter:
        newest = newest.tolerating(granted)
    if newest and (still := newest.breach):
        raise BadInput(f"That is not enough: {still.text}")
