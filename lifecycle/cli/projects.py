"""Commands around a project: start, look, deliverables, results, stop and close."""

from pathlib import Path
from typing import Annotated

import typer

from lifecycle.cli import advice, strip, words
from lifecycle.cli.command import Answer, command, group, plain
from lifecycle.cli.desk import Desk
from lifecycle.cli.options import Deliverable, File, Project, Reason

app = group("project", "Projects: start, look, hand in work, judge it, stop, close.")

NotMet = Annotated[
    list[str] | None,
    typer.Option("--not-met", metavar="CRITERION", help="A quality criterion that is not met; may be repeated."),
]


@command(app, "start", "phasegate project start config/examples/digital-platform/website/charter.yaml --as anna.berg")
def start(desk: Desk, file: File) -> Answer:
    """Start a project from its charter, a YAML file. It keeps its own copy of its process."""
    from lifecycle.actions.projects import start_project

    started = start_project(desk.work, file, by=desk.person)
    process = f"{started.definition.process} {started.definition.version}"
    text = f"{words.line(started.charter.title)} ({started.project}) has started on the process {process}."
    value = {"id": started.id, "project": started.project, "process": process, "at": started.at, "by": started.by}
    return Answer(value, text).then("worker", f"project why {started.project}")


@command(app, "list", "phasegate project list")
def list_projects(desk: Desk) -> Answer:
    """List all projects and programs with their states."""
    from lifecycle.actions.views import project_list

    listed = project_list(desk.work)
    if not listed:
        none = f"There is no project in {desk.data} yet."
        return Answer(listed, none).then("project start CHARTER.yaml", "demo")
    heads = ("project", "state", "phase", "gate", "since", "program", "process", "title")
    rows = ((p.id, words.state(p.state), p.phase, p.gate, p.since[:10], p.program, p.process, p.title) for p in listed)
    return Answer(listed, words.table(heads, rows))


@command(app, "show", "phasegate project show website")
def show(desk: Desk, project: Project) -> Answer:
    """Show how a project stands. Phase strip, dates, money, deliverables, and who is waited for."""
    from lifecycle.actions.processes import followed
    from lifecycle.actions.views import project_status

    status, process = project_status(desk.work, project), followed(desk.work, project)
    value = {**plain(status), "process": plain(process)}
    page = strip.page(status, process, desk.work.files.draft(project, ""))
    return Answer(value, page).then(*advice.ways_on(status))


@command(app, "why", "phasegate project why website")
def why(desk: Desk, project: Project) -> Answer:
    """Say why its gate is not open. Everything that is missing, whose it is, and who is waited for."""
    from lifecycle.actions.views import why as ask

    found = ask(desk.work, project)
    return Answer(found, strip.reasons(found)).then(*strip.ways_on(found))


@command(app, "submit-deliverable", "phasegate project submit-deliverable website business-case --as amara.okafor")
def submit_deliverable(
    desk: Desk,
    project: Project,
    deliverable: Deliverable,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="The file. Default: the draft in the data folder.")
    ] = None,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="What is new in this version.")] = None,
) -> Answer:
    """Hand in a version of a deliverable. It is kept under its SHA-256 and never changes."""
    from lifecycle.actions.projects import submit_deliverable as submit

    done = submit(desk.work, project, deliverable=deliverable, by=desk.person, file=file, note=note)
    text = f"{deliverable} version {done.version} is handed in: {words.line(done.file)}, SHA-256 {done.sha256}."
    return Answer(done, text).then(f"project why {project}")


@command(app, "accept-deliverable", "phasegate project accept-deliverable website website-platform --as hannah.schmidt")
def accept_deliverable(
    desk: Desk,
    project: Project,
    deliverable: Deliverable,
    *,
    not_met: NotMet = None,
    send_back: Annotated[bool, typer.Option("--send-back", help="Send it back to its owner.")] = False,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why; needed when it is not all met.")] = None,
) -> Answer:
    """Accept a deliverable, or send it back. Judges its newest version by its quality criteria."""
    from lifecycle.actions.projects import judge_deliverable

    judged = judge_deliverable(
        desk.work,
        project,
        deliverable=deliverable,
        by=desk.person,
        not_met=not_met or (),
        send_back=send_back,
        reason=reason,
    )
    verdict = "accepted" if judged.accepted else "sent back"
    checks = words.table(("criterion", "met"), ((c.criterion, "yes" if c.met else "no") for c in judged.checks))
    text = f"{deliverable} version {judged.version} is {verdict} by {words.line(judged.by)}."
    following = f"project why {project}" if judged.accepted else f"project submit-deliverable {project} {deliverable}"
    return Answer(judged, words.paragraphs(text, checks if judged.checks else "")).then(following)


@command(app, "hand-over", "phasegate project hand-over website website-platform --to hannah.schmidt --as priya.nair")
def hand_over(
    desk: Desk,
    project: Project,
    deliverable: Deliverable,
    to: Annotated[str, typer.Option(metavar="PERSON", help="Who takes it over.")],
) -> Answer:
    """Hand an accepted product over. It goes to a person who will live with it."""
    from lifecycle.actions.projects import hand_over as hand

    done = hand(desk.work, project, deliverable, to=to, by=desk.person)
    text = f"{deliverable} is handed over to {words.line(done.to)}."
    return Answer(done, text).then(f"project why {project}")


@command(app, "release", "phasegate project release website --as priya.nair")
def release(
    desk: Desk,
    project: Project,
    person: Annotated[
        list[str] | None, typer.Argument(metavar="[PERSON]...", help="Who is released. Default: everybody.")
    ] = None,
) -> Answer:
    """Release people for other work."""
    from lifecycle.actions.projects import release_people

    released = release_people(desk.work, project, person or (), by=desk.person)
    text = f"Released from {project}: {words.joined(record.person for record in released)}."
    return Answer(released, text).then(f"project why {project}")


@command(
    app,
    "judge",
    'phasegate project judge website found --met --evidence "97 % of last year\'s visits" --as ingrid.solberg',
)
def judge(
    desk: Desk,
    project: Project,
    criterion: Annotated[str, typer.Argument(metavar="CRITERION", help="The success criterion's id in the charter.")],
    met: Annotated[bool, typer.Option("--met/--not-met", help="Whether it was reached.")],
    evidence: Annotated[str, typer.Option(metavar="TEXT", help="What was measured.")],
) -> Answer:
    """Say whether a success criterion was met. The criteria stand in the charter."""
    from lifecycle.actions.projects import judge_success

    judged = judge_success(desk.work, project, criterion=criterion, met=met, evidence=evidence, by=desk.person)
    text = f"Success criterion {criterion} is {'met' if judged.met else 'not met'}: {words.line(judged.evidence)}"
    return Answer(judged, text).then(f"project why {project}")


@command(app, "stop", 'phasegate project stop website --reason "The need is gone" --as ingrid.solberg')
def stop(desk: Desk, project: Project, reason: Reason) -> Answer:
    """Stop a project outside its gates. It is wound up in its closing phase, then closed early."""
    from lifecycle.actions.projects import stop_project

    stopped = stop_project(desk.work, project, reason, by=desk.person)
    text = f"{project} is stopped by {words.line(stopped.by)}. What it still owes is done in its closing phase."
    return Answer(stopped, text).then("worker", f"project why {project}")


@command(app, "close", "phasegate project close website --as priya.nair")
def close(desk: Desk, project: Project) -> Answer:
    """Close a stopped project that is wound up. (One that passes its last gate closes by itself.)"""
    from lifecycle.actions.projects import close_project

    closed = close_project(desk.work, project, by=desk.person)
    text = f"{project} is closed{' early' if closed.premature else ''}. Journal head: {closed.journal_head}."
    return Answer(closed, text).then(f"report closure {project}")
