"""Commands around exceptions: forecasts beyond their tolerance, and what the board decides on them."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lifecycle.cli import given, words
from lifecycle.cli.command import Answer, command, group
from lifecycle.cli.desk import Desk
from lifecycle.cli.options import Number, Project, Reason

if TYPE_CHECKING:
    from lifecycle.history import Record

app = group("exception", "Exceptions: forecasts beyond tolerance, decided.")

Choice = Literal["more-tolerance", "exception-plan", "close", "no-action"]


@command(app, "list", "phasegate exception list website")
def list_exceptions(desk: Desk, project: Project) -> Answer:
    """List the exceptions of a project with what was decided on them. They are raised by forecasts, not by hand."""
    from lifecycle.actions.views import records_of

    listed = [*_exceptions(records_of(desk.work, project))]
    return Answer(listed, words.register(listed, f"No forecast of {project} has left its tolerance."))


@command(
    app,
    "decide",
    'phasegate exception decide website 1 --choice more-tolerance --days 90 --reason "A strike" --as ingrid.solberg',
)
def decide_exception(
    desk: Desk,
    project: Project,
    number: Number,
    *,
    choice: Annotated[
        Choice, typer.Option(metavar="CHOICE", help="more-tolerance, exception-plan, close or no-action.")
    ],
    reason: Reason,
    days: Annotated[
        int | None,
        typer.Option(metavar="DAYS", help="More tolerance: days after the approved finish, or the baseline's."),
    ] = None,
    cost: Annotated[
        Decimal | None,
        typer.Option(
            parser=given.cost, metavar="AMOUNT", help="More tolerance: money beyond the budget, or the baseline's."
        ),
    ] = None,
    count: Annotated[
        int | None,
        typer.Option(metavar="COUNT", help="More tolerance: versions sent back, or a risk's weight, from now on."),
    ] = None,
) -> Answer:
    """Decide an exception, by the role that its level asks. Where none is named, as the authority table allows for its
    size. It is decided once.

    more-tolerance: the tolerance given is in force at once. exception-plan: the manager asks for a change, and only
    its approval moves the baseline. close: the project is stopped, which takes that authority as well. no-action: it
    stays as it is; a worse forecast is a new exception.
    """
    from lifecycle.actions.exceptions import decide_exception as decide
    from lifecycle.control.exceptions import CHOICES, Resolution

    amounts = {"days": days, "cost": cost, "count": count}
    resolution = given.checked(Resolution, by=desk.person, choice=choice, reason=reason, **amounts)
    decided = decide(desk.work, project, number, resolution)
    text = f"On exception {number} of {project} it is decided: {CHOICES[decided.choice]}."
    plan = f"change raise {project} --title TEXT --reason TEXT --origin issue"
    following = plan if choice == "exception-plan" else f"project show {project}"
    return Answer(decided, text).then(following)


def _exceptions(records: "Iterable[Record]") -> Iterator[dict[str, object]]:
    """Each exception with its decision and its end."""
    from lifecycle.history.control import ExceptionDecided, ExceptionEnded, ExceptionRaised

    known = [*records]
    decided = {one.number: one for one in known if isinstance(one, ExceptionDecided)}
    ended = {one.number: one for one in known if isinstance(one, ExceptionEnded)}
    for raised in known:
        if isinstance(raised, ExceptionRaised):
            decision, end = decided.get(raised.number), ended.get(raised.number)
            yield {
                "number": raised.number,
                "state": "over" if end else "open",
                "level": raised.subject.level,
                "subject": raised.phase or raised.activity or raised.project,
                "measure": raised.measure,
                "raised": raised.at.date(),
                "forecast": raised.forecast,
                "limit": raised.limit,
                "decision": decision.choice if decision else None,
                "by": decision.by if decision else None,
                "reason": decision.reason if decision else None,
                "ended": end.at.date() if end else None,
            }
