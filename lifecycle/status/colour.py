"""Green, amber or red: one rule for the whole project, and the reasons in words."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Literal

from lifecycle.control.tolerances import breaches, escalated, open_exceptions
from lifecycle.history import History
from lifecycle.history.gates import GateDecided
from lifecycle.planning.forecast import status_date
from lifecycle.progress import OnHold, next_step
from lifecycle.status.outlook import outlook
from lifecycle.status.picture import ProjectStatus
from lifecycle.value import days

Rag = Literal["green", "amber", "red"]


def colour(history: History, status: ProjectStatus) -> tuple[Rag, str]:
    """The project's colour with the reason in words.

    Red: an open exception, a forecast beyond its tolerance, on hold, or ended early. Amber: late or over
    budget inside the tolerance, a forecast that is past, an exception of a work package, or in a repeated attempt.
    Green otherwise.
    """
    if reasons := tuple(_red(history, status.forecast_finish, status.forecast_cost)):
        return "red", "; ".join(reasons)
    if reasons := tuple(_amber(history, status)):
        return "amber", "; ".join(reasons)
    return "green", "on track"


def unreported(history: History, status: ProjectStatus) -> bool:
    """Whether the day of the forecast is past and the work is not: nobody has said since how far it is."""
    goes_on = not history.closed and not history.stopped and status.activities_done < status.activities
    return goes_on and status.forecast_finish is not None and status.forecast_finish < status.as_of


def is_red(history: History) -> bool:
    """Whether a project is red by its own forecast."""
    ahead = outlook(history)
    return any(_red(history, ahead.finish, ahead.cost))


def _red(history: History, finish: date | None, cost: Decimal | None) -> Iterator[str]:
    if isinstance(history.stopped, GateDecided):
        yield f"killed at {history.stopped.gate}"
    elif history.stopped:
        yield f"stopped: {history.stopped.reason}"
    if isinstance(next_step(history), OnHold):
        yield "on hold"
    raised = escalated(history)
    yield from (f"exception: {record.text}" for record in raised)
    if not raised and not history.stopped:
        yield from (breach.text for breach in breaches(history.constraints, finish, cost).values())


def _amber(history: History, status: ProjectStatus) -> Iterator[str]:
    cost = status.constraints.cost
    if status.days_late and status.days_late > 0:
        allowed = status.constraints.time.tolerance_days
        yield f"{days(status.days_late)} late, inside the tolerance of {allowed}"
    if status.forecast_cost and status.forecast_cost > cost.budget:
        over = status.forecast_cost - cost.budget
        yield f"{over:,.0f} {cost.currency} over budget, inside the tolerance of {cost.tolerance_percent:f} %"
    if unreported(history, status):
        reported = status_date(history)
        since = f"nothing was reported since {reported}" if reported else "nothing was reported yet"
        yield f"the forecast of {status.forecast_finish} is past; {since}"
    own = (record for record in open_exceptions(history) if record.subject.level == "work-package")
    yield from (f"exception: {record.text}" for record in own)
    if history.phase and history.phase.attempt > 1 and not history.closed:
        yield f"{history.phase.phase} is in attempt {history.phase.attempt}"
