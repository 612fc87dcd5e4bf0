"""Commands while the work is done: plans, progress, changes."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lifecycle.cli import given, words
from lifecycle.cli.command import Answer, command, group
from lifecycle.cli.desk import Desk
from lifecycle.cli.options import Cost, File, Number, Project, Reason, SomeDay

if TYPE_CHECKING:
    from lifecycle.history import Record

plans = group("plan", "Plans: activities with links, owners and costs.")
progress = group("progress", "Progress: how far the work is, and what it has cost.")
changes = group("change", "Changes: the only way to move a baseline.")
apps = (plans, progress, changes)

VERDICTS = {"accept": "accepted", "reject": "rejected", "modify": "accepted in modified form"}

EXAMPLES = "config/examples/digital-platform/website"


@command(plans, "import", f"phasegate plan import website {EXAMPLES}/plan.csv --as priya.nair")
def import_plan(desk: Desk, project: Project, file: File) -> Answer:
    """Draw up a plan from a file. A gate or an approved change makes it the baseline."""
    from lifecycle.actions.plans import import_plan as draw_up

    drawn = draw_up(desk.work, project, file, by=desk.person)
    critical = [line.activity for line in drawn.schedule.activities if line.critical]
    cost = sum((activity.cost for activity in drawn.plan.activities), Decimal(0))
    text = words.fields(
        {
            "Plan": f"number {drawn.number} of {project}, {len(drawn.plan.activities)} activities",
            "Dates": f"{drawn.schedule.start} to {drawn.schedule.finish}",
            "Cost": words.money(cost),
            "Critical path": ", ".join(critical),
        }
    )
    return Answer(drawn, text).then(f"project why {project}")


@command(progress, "import", f"phasegate progress import website {EXAMPLES}/progress/2026-03-13.csv --as priya.nair")
def import_progress(desk: Desk, project: Project, file: File) -> Answer:
    """Report progress from a CSV file. It may hold several status dates; all of it is taken, or nothing."""
    from lifecycle.actions.plans import import_progress as report

    reported = report(desk.work, project, file, by=desk.person)
    rows = ((r.status_date, len(r.lines), sum((line.actual_cost for line in r.lines), Decimal(0))) for r in reported)
    text = words.table(("status date", "activities", "cost to date"), ((d, n, words.money(c)) for d, n, c in rows))
    return Answer(reported, text).then(f"project show {project}")


@command(
    progress,
    "record",
    "phasegate progress record website W31 --percent 25 --cost 8190 --date 2026-04-10 --started 2026-03-23 "
    "--as priya.nair",
)
def record_progress(
    desk: Desk,
    project: Project,
    activity: Annotated[str, typer.Argument(metavar="ACTIVITY", help="The activity's id in the plan.")],
    *,
    percent: Annotated[float, typer.Option(parser=given.percent, metavar="0-100", help="How much of it is complete.")],
    cost: Cost,
    on: Annotated[date, typer.Option("--date", parser=given.day, metavar="YYYY-MM-DD", help="The status date.")],
    started: SomeDay = None,
    finished: SomeDay = None,
    remaining: Annotated[int | None, typer.Option(min=0, help="Working days that are left, if known better.")] = None,
) -> Answer:
    """Report how far one activity is. Percent and cost count from its start."""
    from lifecycle.actions.plans import record_progress as report
    from lifecycle.history.plan import ProgressLine

    line = given.checked(
        ProgressLine,
        activity=activity,
        percent=percent,
        actual_cost=cost,
        actual_start=started,
        actual_finish=finished,
        remaining=remaining,
    )
    reported = report(desk.work, project, on, line, by=desk.person)
    text = f"{words.line(activity)} of {project} is {percent:g} % complete on {on} and has cost {words.money(cost)}."
    return Answer(reported, text).then(f"project show {project}")


@command(
    changes,
    "raise",
    'phasegate change raise website --title "Fourth language" --reason "The branch in Madrid opens" --as priya.nair',
)
def raise_change(
    desk: Desk,
    project: Project,
    title: Annotated[str, typer.Option(metavar="TEXT", help="What is asked for.")],
    reason: Reason,
    origin: Annotated[Literal["request", "issue", "risk", "external"], typer.Option(help="Where it comes from.")] = (
        "request"
    ),
) -> Answer:
    """Ask for something else than what was agreed."""
    from lifecycle.actions.changes import raise_change as raise_

    raised = raise_(desk.work, project, title=title, reason=reason, origin=origin, by=desk.person)
    text = f"Change {raised.number} of {project} is raised: {words.line(raised.title)}. It needs an assessment."
    following = f"change assess {project} {raised.number} --scope TEXT --cost AMOUNT --days DAYS"
    return Answer(raised, text).then(following)


@command(
    changes,
    "assess",
    'phasegate change assess website 1 --scope "60 more pages" --cost 18000 --days 10 --impact 2 --as amara.okafor',
)
def assess_change(
    desk: Desk,
    project: Project,
    number: Number,
    *,
    scope: Annotated[str, typer.Option(metavar="TEXT", help="What it does to the scope.")],
    cost: Annotated[
        Decimal,
        typer.Option(parser=given.difference, metavar="AMOUNT", help="What it costs more; negative when it saves."),
    ],
    days: Annotated[int, typer.Option(metavar="DAYS", help="How many calendar days later the finish is.")],
    impact: Annotated[
        int | None, typer.Option(min=1, max=5, metavar="1-5", help="How grave the rest of it is, as a risk is weighed.")
    ] = None,
    plan: Annotated[Path | None, typer.Option(metavar="FILE", help="The plan as it would be.")] = None,
) -> Answer:
    """Say what a change would do to scope, cost and time. Without an impact it is beyond every limit of impact."""
    from lifecycle.actions.changes import assess_change as assess
    from lifecycle.control.changes import Impact

    effect = given.checked(Impact, scope=scope, cost=cost, days=days, impact=impact)
    assessed = assess(desk.work, project, number=number, impact=effect, by=desk.person, plan=plan)
    weight = f", impact {assessed.impact} of 5" if assessed.impact else ""
    said = f"cost {words.money(assessed.cost)}, {words.days(assessed.days)}{weight}"
    text = f"Change {number} of {project} is assessed, version {assessed.version}: {said}."
    following = f"change decide {project} {number} accept --reason TEXT"
    return Answer(assessed, text).then(following)


@command(
    changes, "decide", 'phasegate change decide website 1 accept --reason "Madrid pays for it" --as ingrid.solberg'
)
def decide_change(
    desk: Desk,
    project: Project,
    number: Number,
    verdict: Annotated[Literal["accept", "reject", "modify"], typer.Argument(help="The decision.")],
    *,
    reason: Reason,
    cost: Annotated[
        Decimal | None, typer.Option(parser=given.difference, metavar="AMOUNT", help="What is granted, with modify.")
    ] = None,
    days: Annotated[int | None, typer.Option(metavar="DAYS", help="Days that are granted, with modify.")] = None,
) -> Answer:
    """Accept, reject or modify a change. What is granted moves the baseline in the same moment."""
    from lifecycle.actions.changes import decide_change as decide
    from lifecycle.control.changes import Ruling

    ruling = given.checked(Ruling, by=desk.person, verdict=verdict, reason=reason, cost=cost, days=days)
    decided = decide(desk.work, project, number, ruling)
    granted = "" if verdict == "reject" else f": cost {words.money(decided.cost)}, {words.days(decided.days)}"
    text = f"Change {number} of {project} is {VERDICTS[verdict]}{granted}."
    return Answer(decided, text).then(f"project show {project}")


@command(changes, "list", "phasegate change list website")
def list_changes(desk: Desk, project: Project) -> Answer:
    """List the changes of a project with what became of them."""
    from lifecycle.actions.views import records_of

    listed = [*_changes(records_of(desk.work, project))]
    return Answer(listed, words.register(listed, f"There is no change in {project} yet."))


def _changes(records: "Iterable[Record]") -> Iterator[dict[str, object]]:
    """Each change with its newest assessment, or with what was granted once it is decided."""
    from lifecycle.history.control import ChangeAssessed, ChangeDecided, ChangeRaised

    newest: dict[int, ChangeAssessed | ChangeDecided] = {}
    impact: dict[int, int | None] = {}
    raised = []
    for record in records:
        if isinstance(record, ChangeAssessed):
            impact[record.number] = record.impact
        if isinstance(record, ChangeRaised):
            raised.append(record)
        elif isinstance(record, ChangeAssessed | ChangeDecided):
            newest[record.number] = record
    for change in raised:
        last = newest.get(change.number)
        state = last.verdict if isinstance(last, ChangeDecided) else "assessed" if last else "raised"
        yield {
            "number": change.number,
            "state": VERDICTS.get(state, state),
            "cost": last.cost if last else None,
            "days": last.days if last else None,
            "impact": impact.get(change.number),
            "raised": change.at.date(),
            "by": change.by,
            "origin": change.origin,
            "title": change.title,
        }
