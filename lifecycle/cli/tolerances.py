"""Commands around tolerances: those in force, and those that a stage or a work package gets of its own."""

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from lifecycle.cli import given, words
from lifecycle.cli.command import Answer, command, group
from lifecycle.cli.desk import Desk
from lifecycle.cli.options import Project, Reason

if TYPE_CHECKING:
    from lifecycle.actions.tolerances import Unmeasured
    from lifecycle.control.readings import Reading

app = group("tolerance", "Tolerances: how far forecasts may stray, level by level.")


@command(app, "list", "phasegate tolerance list town-archive")
def list_tolerances(desk: Desk, project: Project) -> Answer:
    """List the tolerances in force. Each stands beside what was approved, what is forecast, and the limit.

    What was granted to a part of which nothing is measured yet stands below, without a forecast.
    """
    from lifecycle.actions.tolerances import readings_of, unmeasured

    listed = [_line(project, reading) for reading in readings_of(desk.work, project)]
    listed += [_granted(given) for given in unmeasured(desk.work, project)]
    return Answer(listed, words.register(listed, f"{project} has no plan yet, and nothing that could stray."))


@command(
    app,
    "grant",
    'phasegate tolerance grant town-archive --stage delivery-stage-1 --days 15 --reason "Damp boxes" --as omar.haddad',
)
def grant_tolerance(
    desk: Desk,
    project: Project,
    *,
    stage: Annotated[str | None, typer.Option(metavar="PHASE", help="The stage that gets it.")] = None,
    work_package: Annotated[str | None, typer.Option(metavar="ACTIVITY", help="The work package that gets it.")] = None,
    days: Annotated[int | None, typer.Option(metavar="DAYS", help="Days after its finish in the baseline.")] = None,
    cost: Annotated[
        Decimal | None,
        typer.Option(parser=given.cost, metavar="AMOUNT", help="Money beyond its cost in the baseline."),
    ] = None,
    count: Annotated[int | None, typer.Option(metavar="COUNT", help="How many versions may be sent back.")] = None,
    reason: Reason,
) -> Answer:
    """Give a stage or a work package a tolerance of its own. It takes the place of the one that the process says.

    Whoever is asked when it is broken may give it. A later one, or a decision on an exception, counts instead.
    """
    from lifecycle.actions.tolerances import grant_tolerance as grant
    from lifecycle.control.granting import Grant

    amounts = {"days": days, "cost": cost, "count": count}
    wanted = given.checked(Grant, by=desk.person, phase=stage, activity=work_package, reason=reason, **amounts)
    granted = grant(desk.work, project, wanted)
    text = f"{stage or work_package} has a tolerance of {wanted.measure} of its own."
    return Answer(granted, text).then(f"tolerance list {project}")


def _granted(one: "Unmeasured") -> dict[str, object]:
    return {
        "level": one.subject.level,
        "subject": one.subject.phase or one.subject.activity,
        "measure": one.measure,
        "approved": None,
        "forecast": None,
        "tolerance": one.said,
        "limit": None,
        "exceeded": False,
    }


def _line(project: str, reading: "Reading") -> dict[str, object]:
    return {
        "level": reading.subject.level,
        "subject": reading.subject.phase or reading.subject.activity or project,
        "measure": reading.measure,
        "approved": reading.in_text(reading.approved),
        "forecast": reading.in_text(reading.forecast),
        "tolerance": reading.said,
        "limit": reading.in_text(reading.limit),
        "exceeded": bool(reading.breach),
    }
