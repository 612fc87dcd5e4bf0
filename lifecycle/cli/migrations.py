"""Commands that move a running project to another version of its process."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lifecycle.cli import words
from lifecycle.cli.command import Answer, command
from lifecycle.cli.desk import Desk
from lifecycle.cli.hindsight import app
from lifecycle.cli.options import Project, Reason
from lifecycle.cli.refusals import CHECK_FAILED
from lifecycle.errors import BadInput

if TYPE_CHECKING:
    from lifecycle.history.migration import MigrationPlan, PlanLine

__all__ = ["app"]

HEADS = {
    "returned": "Goes back to its submitter",
    "dropped": "Dropped",
    "not asked": "Not asked any more",
    "renamed": "Called otherwise",
    "added": "Added",
    "changed": "Changed",
    "goes on": "Goes on",
    "kept": "Kept as it is",
}
"""What becomes of things, in the order in which a reader has to know it."""

To = Annotated[
    str, typer.Option("--to", metavar="VERSION", help="A version of its process, NAME@VERSION, or a process's file.")
]
MapFile = Annotated[Path | None, typer.Option("--map", metavar="FILE", help="What is called otherwise in it, as YAML.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the plan, and write nothing.")]
PlanRead = Annotated[
    str | None,
    typer.Option("--plan", metavar="SHA256", help="The digest of the plan that you read."),
]


@command(app, "migrate", "phasegate process migrate website --to ours.yaml --dry-run")
def migrate(
    desk: Desk,
    project: Project,
    *,
    to: To,
    map_: MapFile = None,
    dry_run: DryRun = False,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why; it stays on record.")] = None,
) -> Answer:
    """Ask to move a project to another version. Of its process, while it runs; somebody else has to confirm it.

    The plan says what becomes of each phase, gate, deliverable and role, and of what is open. What cannot be
    mapped is refused, all of it at once. With --dry-run the plan is only shown.
    """
    from lifecycle.actions.migration import Destination, plan_migration, request_migration

    destination = Destination(to, map_)
    if dry_run:
        plan = plan_migration(desk.work, project, destination)
        faults = _faults(plan)
        return Answer(plan, shown(plan), CHECK_FAILED if faults else 0, faults)
    if reason is None:
        raise BadInput("Say why the project shall move: --reason TEXT. To see the plan only: --dry-run.")
    asked = request_migration(desk.work, project, destination, reason, by=desk.person)
    text = f"{words.line(asked.by)} asks to move {project} to {asked.plan.to_version}. It moves once confirmed."
    ways = (f"process show-migration {project}", f"process confirm-migration {project} --as PERSON")
    return Answer(asked, words.paragraphs(shown(asked.plan), text)).then(*ways)


@command(app, "show-migration", "phasegate process show-migration website")
def show_migration(desk: Desk, project: Project) -> Answer:
    """Show the move that somebody asked for. The plan, the reason, and who may confirm it."""
    from lifecycle.actions.migration import pending_migration

    asked, confirmers = pending_migration(desk.work, project)
    facts = {
        "Asked for by": asked.by,
        "On": f"{words.day(asked.at)}, {words.days((desk.work.today() - asked.at.date()).days)} ago",
        "Reason": asked.reason,
        "May confirm": words.joined(confirmers),
        "Plan": asked.digest,
    }
    ways = (
        f"process confirm-migration {project} --plan {asked.digest} --as {confirmers[0] if confirmers else 'PERSON'}",
        f"process withdraw-migration {project} --reason TEXT --as {words.line(asked.by)}",
    )
    value = {**asked.model_dump(mode="json", exclude={"definition"}), "confirmers": confirmers}
    return Answer(value, words.paragraphs(shown(asked.plan), words.fields(facts))).then(*ways)


@command(app, "confirm-migration", "phasegate process confirm-migration website --as anna.berg")
def confirm_migration(desk: Desk, project: Project, plan: PlanRead = None) -> Answer:
    """Confirm a move as a second person. The project follows the other version from now on."""
    from lifecycle.actions.migration import confirm_migration as confirm

    done = confirm(desk.work, project, by=desk.person, read=plan)
    version = f"{done.definition.process} {done.definition.version}"
    text = f"{project} follows {words.line(version)} from now on. What was decided before stays decided."
    value = done.model_dump(mode="json", exclude={"definition"})
    return Answer(value, text).then("worker", f"project show {project}")


@command(
    app, "withdraw-migration", 'phasegate process withdraw-migration website --reason "Not before G2" --as priya.nair'
)
def withdraw_migration(desk: Desk, project: Project, reason: Reason) -> Answer:
    """Take a request for a move back, or decline it."""
    from lifecycle.actions.migration import withdraw_migration as withdraw

    done = withdraw(desk.work, project, reason, by=desk.person)
    text = f"The request to move {project} is withdrawn by {words.line(done.by)}."
    return Answer(done, text).then(f"project show {project}")


def shown(plan: "MigrationPlan") -> str:
    """A plan in groups: what becomes of things, the gravest first; what is kept only by name."""
    head = f"{plan.project}: from {words.line(plan.from_version)} to {words.line(plan.to_version)}"
    groups = {fate: [line for line in plan.lines if line.fate == fate] for fate in HEADS}
    told = [f"{HEADS[fate]}\n{_told(fate, lines)}" for fate, lines in groups.items() if lines]
    return words.paragraphs(head, *told)


def _told(fate: str, lines: "list[PlanLine]") -> str:
    return words.bullets(_by_kind(lines)) if fate == "kept" else words.bullets(line.text for line in lines)


def _by_kind(lines: "list[PlanLine]") -> Iterator[str]:
    for kind in dict.fromkeys(line.kind for line in lines):
        names = [line.name for line in lines if line.kind == kind]
        plural = "criteria" if kind == "criterion" else f"{kind}s"
        yield f"{kind if len(names) == 1 else plural}: {', '.join(names)}"


def _faults(plan: "MigrationPlan") -> str:
    if not plan.refusals:
        return ""
    count = words.counted(len(plan.refusals), "thing")
    return f"It cannot move; {count} in the way:\n{words.bullets(plan.refusals)}"
