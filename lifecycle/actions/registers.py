"""The verbs of the registers: risks, issues, lessons, follow-on actions. Anybody in the project may use them."""

from datetime import date
from typing import Any, Literal, TypeVar

from lifecycle.actions.workspace import Workspace
from lifecycle.errors import NotFound, TransitionNotAllowed
from lifecycle.governance.people import present
from lifecycle.history import History, Numbered
from lifecycle.history.charter import RiskEntry
from lifecycle.history.closing import FollowOnAction, LessonRecorded
from lifecycle.history.control import IssueClosed, IssueRaised, RiskClosed, RiskRaised

N = TypeVar("N", bound=Numbered)


def add_risk(work: Workspace, project: str, entry: RiskEntry, by: str) -> RiskRaised:
    """Register a risk."""
    return _add(work, "add risk", project, by, RiskRaised, risk=entry)


def close_risk(work: Workspace, project: str, *, number: int, note: str, happened: bool, by: str) -> RiskClosed:
    """Close a risk: it did not happen, or it did and is an issue now."""
    facts = {"number": number, "note": note, "happened": happened}
    return _end(work, "close risk", project=project, by=by, raised=RiskRaised, ended=RiskClosed, **facts)


def raise_issue(
    work: Workspace, project: str, *, title: str, severity: Literal["low", "medium", "high"], owner: str, by: str
) -> IssueRaised:
    """Register an issue; `owner` is a role."""
    return _add(work, "raise issue", project, by, IssueRaised, title=title, severity=severity, owner=owner)


def close_issue(work: Workspace, project: str, number: int, *, action: str, by: str) -> IssueClosed:
    """Close an issue with what was done about it."""
    return _end(
        work, "close issue", project=project, by=by, raised=IssueRaised, ended=IssueClosed, number=number, action=action
    )


def record_lesson(work: Workspace, project: str, text: str, *, recommendation: str, by: str) -> LessonRecorded:
    """Record what the next project should know."""
    return _add(work, "record lesson", project, by, LessonRecorded, text=text, recommendation=recommendation)


def add_follow_on(work: Workspace, project: str, *, text: str, owner: str, due: date, by: str) -> FollowOnAction:
    """Note what stays to be done after the project; `owner` is a person."""
    return _add(work, "add follow-on action", project, by, FollowOnAction, text=text, owner=owner, due=due)


def _add(work: Workspace, verb: str, project: str, by: str, kind: type[N], **fields: object) -> N:
    """Write the next record of a numbered kind."""
    with work.change(verb, project, by) as store:
        history = store.history(project)
        present(history, by)
        _require_known(history, fields)
        number = history.next_number(kind)
        record = kind.model_validate({"project": project, "at": store.now, "by": by, "number": number, **fields})
        store.append(record)
    return record


def _end(
    work: Workspace, verb: str, *, project: str, by: str, raised: type[Numbered], ended: type[N], **fields: Any
) -> N:
    """Write the end of a numbered record, once."""
    with work.change(verb, project, by) as store:
        history = store.history(project)
        present(history, by)
        number = fields["number"]
        if history.last(raised, number=number) is None:
            raise NotFound(raised.kind, str(number), (str(record.number) for record in history.all(raised)))
        if done := history.last(ended, number=number):
            who = history.charter.name_of(done.by)
            raise TransitionNotAllowed(f"{raised.kind} {number} was closed by {who} on {done.at.date()}.")
        record = ended.model_validate({"project": project, "at": store.now, "by": by, **fields})
        store.append(record)
    return record


def _require_known(history: History, fields: dict[str, object]) -> None:
    """An owner is a role of the process or a person of the project."""
    entry = fields.get("risk")
    owner = entry.owner if isinstance(entry, RiskEntry) else fields.get("owner")
    roles = [role.id for role in history.definition.roles]
    people = [person.id for person in history.charter.people]
    if isinstance(owner, str) and owner not in (*roles, *people):
        raise NotFound("role or person in the project", owner, (*roles, *people))
