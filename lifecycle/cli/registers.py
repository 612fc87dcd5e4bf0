"""Commands for the registers: risks, issues, lessons, and what stays to be done after the project."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer

from lifecycle.cli import given, words
from lifecycle.cli.command import Answer, command, group
from lifecycle.cli.desk import Desk
from lifecycle.cli.options import Day, Number, Owner, Project

if TYPE_CHECKING:
    from lifecycle.history import Numbered

risks = group("risk", "Risks: what may happen, and the response to it.")
issues = group("issue", "Issues: what is in the way now.")
lessons = group("lesson", "Lessons: what the next project should know.")
follow_ons = group("follow-on", "Follow-on actions: what stays to be done after the project.")
apps = (risks, issues, lessons, follow_ons)

R = TypeVar("R", bound="Numbered")
E = TypeVar("E", bound="Numbered")
Level = Annotated[int, typer.Option(min=1, max=5, help="From 1 (low) to 5 (high).")]
Title = Annotated[str, typer.Option("--title", metavar="TEXT", help="What it is, in a few words.")]
Said = Annotated[str, typer.Option("--text", metavar="TEXT", help="What it is.")]


@command(
    risks,
    "add",
    'phasegate risk add website --title "Fonts are licensed too late" --category supplier --probability 2 --impact 3 '
    "--owner supplier --as priya.nair",
)
def add_risk(
    desk: Desk,
    project: Project,
    *,
    title: Title,
    category: Annotated[
        Literal["technical", "delay", "scope", "cost", "people", "supplier", "external"],
        typer.Option(help="What kind of risk it is."),
    ],
    probability: Level,
    impact: Level,
    owner: Owner,
    response: Annotated[str | None, typer.Option(metavar="TEXT", help="What is done about it.")] = None,
) -> Answer:
    """Register a risk."""
    from lifecycle.actions.registers import add_risk as add
    from lifecycle.history.charter import RiskEntry

    entry = given.checked(
        RiskEntry,
        title=title,
        category=category,
        probability=probability,
        impact=impact,
        response=response,
        owner=owner,
    )
    raised = add(desk.work, project, entry, by=desk.person)
    advice = "" if response else " It has no response yet."
    text = f"Risk {raised.number} of {project} is registered, {probability * impact} points.{advice}"
    return Answer(raised, text).then(f"risk list {project}")


@command(risks, "close", 'phasegate risk close website 1 --note "The licence is there" --as priya.nair')
def close_risk(
    desk: Desk,
    project: Project,
    number: Number,
    note: Annotated[str, typer.Option(metavar="TEXT", help="How it ended.")],
    happened: Annotated[bool, typer.Option("--happened", help="It came true.")] = False,
) -> Answer:
    """Close a risk: it cannot happen any more, or it did."""
    from lifecycle.actions.registers import close_risk as close

    closed = close(desk.work, project, number=number, note=note, happened=happened, by=desk.person)
    following = f"issue add {project} --title TEXT --severity high --owner ROLE" if happened else f"risk list {project}"
    text = f"Risk {number} of {project} is closed; it {'happened' if happened else 'did not happen'}."
    return Answer(closed, text).then(following)


@command(risks, "list", "phasegate risk list website")
def list_risks(desk: Desk, project: Project) -> Answer:
    """List the risks of a project, open and closed."""
    from lifecycle.history.control import RiskClosed, RiskRaised

    listed = [
        {
            "number": raised.number,
            "state": "open" if ended is None else "happened" if ended.happened else "closed",
            "points": raised.risk.probability * raised.risk.impact,
            "probability": raised.risk.probability,
            "impact": raised.risk.impact,
            "category": raised.risk.category,
            "owner": raised.risk.owner,
            "title": raised.risk.title,
            "response": raised.risk.response,
        }
        for raised, ended in _register(desk, project, RiskRaised, RiskClosed)
    ]
    return Answer(listed, words.register(listed, f"There is no risk on record in {project}."))


@command(
    issues,
    "add",
    'phasegate issue add website --title "The test server is down" --severity high --owner supplier --as priya.nair',
)
def add_issue(
    desk: Desk,
    project: Project,
    title: Title,
    severity: Annotated[Literal["low", "medium", "high"], typer.Option(help="How much it hinders.")],
    owner: Owner,
) -> Answer:
    """Register something that is in the way now."""
    from lifecycle.actions.registers import raise_issue

    raised = raise_issue(desk.work, project, title=title, severity=severity, owner=owner, by=desk.person)
    text = f"Issue {raised.number} of {project} is registered for {words.line(raised.owner)}."
    return Answer(raised, text).then(f"issue list {project}")


@command(issues, "close", 'phasegate issue close website 1 --action "Moved to another server" --as priya.nair')
def close_issue(
    desk: Desk,
    project: Project,
    number: Number,
    action: Annotated[str, typer.Option(metavar="TEXT", help="What was done about it.")],
) -> Answer:
    """Close an issue with what was done about it."""
    from lifecycle.actions.registers import close_issue as close

    closed = close(desk.work, project, number, action=action, by=desk.person)
    text = f"Issue {number} of {project} is closed."
    return Answer(closed, text).then(f"issue list {project}")


@command(issues, "list", "phasegate issue list website")
def list_issues(desk: Desk, project: Project) -> Answer:
    """List the issues of a project, open and closed."""
    from lifecycle.history.control import IssueClosed, IssueRaised

    listed = [
        {
            "number": raised.number,
            "state": "closed" if ended else "open",
            "severity": raised.severity,
            "owner": raised.owner,
            "raised": raised.at.date(),
            "title": raised.title,
            "action": ended.action if ended else None,
        }
        for raised, ended in _register(desk, project, IssueRaised, IssueClosed)
    ]
    return Answer(listed, words.register(listed, f"There is no issue on record in {project}."))


@command(
    lessons,
    "add",
    'phasegate lesson add website --text "Contents came late" --recommendation "Name an editor for each department" '
    "--as priya.nair",
)
def add_lesson(
    desk: Desk,
    project: Project,
    text: Said,
    recommendation: Annotated[str, typer.Option(metavar="TEXT", help="What the next project should do about it.")],
) -> Answer:
    """Record what the next project should know."""
    from lifecycle.actions.registers import record_lesson

    recorded = record_lesson(desk.work, project, text, recommendation=recommendation, by=desk.person)
    said = f"Lesson {recorded.number} of {project} is recorded."
    return Answer(recorded, said).then(f"lesson list {project}")


@command(lessons, "list", "phasegate lesson list website")
def list_lessons(desk: Desk, project: Project) -> Answer:
    """List the lessons of a project."""
    from lifecycle.history.closing import LessonRecorded

    listed = [
        {"number": r.number, "recorded": r.at.date(), "by": r.by, "text": r.text, "recommendation": r.recommendation}
        for r in _entries(desk, project, LessonRecorded)
    ]
    return Answer(listed, words.register(listed, f"There is no lesson on record in {project}."))


@command(
    follow_ons,
    "add",
    'phasegate follow-on add website --text "Measure the calls about invoices" --owner hannah.schmidt '
    "--due 2027-03-31 --as priya.nair",
)
def add_follow_on(
    desk: Desk,
    project: Project,
    text: Said,
    owner: Annotated[str, typer.Option(metavar="PERSON", help="Who does it.")],
    due: Day,
) -> Answer:
    """Note what stays to be done after the project."""
    from lifecycle.actions.registers import add_follow_on as add

    noted = add(desk.work, project, text=text, owner=owner, due=due, by=desk.person)
    said = f"Follow-on action {noted.number} of {project} is noted for {words.line(noted.owner)}, due {noted.due}."
    return Answer(noted, said).then(f"follow-on list {project}")


@command(follow_ons, "list", "phasegate follow-on list website")
def list_follow_ons(desk: Desk, project: Project) -> Answer:
    """List what stays to be done after a project."""
    from lifecycle.history.closing import FollowOnAction

    listed = [
        {"number": noted.number, "due": noted.due, "owner": noted.owner, "text": noted.text}
        for noted in _entries(desk, project, FollowOnAction)
    ]
    return Answer(listed, words.register(listed, f"There is no follow-on action on record in {project}."))


def _register(desk: Desk, project: str, raised: "type[R]", ended: "type[E]") -> "Iterator[tuple[R, E | None]]":
    """The entries of a register in their order, each with the record of its end."""
    from lifecycle.actions.views import records_of

    records = records_of(desk.work, project)
    ends = {record.number: record for record in records if isinstance(record, ended)}
    return ((record, ends.get(record.number)) for record in records if isinstance(record, raised))


def _entries(desk: Desk, project: str, kind: "type[R]") -> "Iterator[R]":
    """The entries of a register that have no end."""
    return (entry for entry, _ in _register(desk, project, kind, kind))
