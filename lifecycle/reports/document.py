"""What a document template may use: the project's records as plain data."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from lifecycle.history import History
from lifecycle.history.charter import Member, ProgramCharter
from lifecycle.history.closing import LessonRecorded
from lifecycle.history.control import ChangeAssessed, ChangeDecided, ChangeRaised, PlanSubmitted
from lifecycle.history.gates import GateDecided
from lifecycle.history.plan import Activity, Link, ScheduledActivity
from lifecycle.history.work import PhaseOpened
from lifecycle.process.definition import DeliverableDefinition
from lifecycle.process.tolerances import asked, in_words
from lifecycle.reports import registers, words
from lifecycle.reports.people import role_title
from lifecycle.reports.tailoring import tailoring

Plain = dict[str, Any]


def document_context(history: History, phase: PhaseOpened, deliverable: str, today: date) -> Plain:
    """Everything that a template of this deliverable may use; KeyError when the process has no such deliverable.

    Dates are dates, money is decimal; texts are as people wrote them.
    """
    definition = history.definition
    wanted = {item.id: item for item in definition.deliverables}[deliverable]
    opened = definition.phase(phase.phase)
    return {
        "project": _project(history),
        "process": {"title": definition.title, "version": definition.version},
        "phase": {"id": opened.id, "title": opened.title, "purpose": opened.purpose, "attempt": phase.attempt},
        "document": _document(history, wanted),
        "tailoring": [line.model_dump(include=TAILORING) for line in tailoring(history)],
        "tolerances": [*_tolerances(history)],
        "exceptions": [line.model_dump(include=EXCEPTION) for line in registers.exceptions(history)],
        "plan": _plan(history.plan),
        "risks": [line.model_dump(include=RISK) for line in registers.risks(history)],
        "issues": [line.model_dump(include=ISSUE) for line in registers.issues(history)],
        "changes": [_change(history, change) for change in history.all(ChangeRaised)],
        "lessons": [
            {"number": lesson.number, "text": lesson.text, "recommendation": lesson.recommendation}
            for lesson in history.all(LessonRecorded)
        ],
        "decisions": [_decision(history, decided) for decided in history.all(GateDecided)],
        "deliverables": [_deliverable(history, item) for item in definition.deliverables],
        **_program(history),
        "date": today,
    }


RISK = {"number", "title", "category", "probability", "impact", "score", "response", "owner", "state"}
TAILORING = {"rule", "left_out", "made_optional", "reason"}
EXCEPTION = {"number", "level", "subject", "text", "open", "state"}
ISSUE = {"number", "title", "severity", "owner", "state"}


def _project(history: History) -> Plain:
    charter, limits = history.charter, history.constraints
    return {
        "id": history.project,
        "title": charter.title,
        "goal": charter.goal,
        "need": charter.need,
        "start": limits.time.start,
        "finish": limits.time.finish,
        "tolerance_days": limits.time.tolerance_days,
        "budget": limits.cost.budget,
        "currency": limits.cost.currency,
        "tolerance_percent": limits.cost.tolerance_percent,
        "scope": limits.scope.statement,
        "excluded": list(limits.scope.excluded),
        "assumptions": list(charter.assumptions),
        "success_criteria": [criterion.model_dump() for criterion in charter.success_criteria],
        "benefits": [benefit.model_dump() for benefit in charter.benefits],
        "people": [_person(history, member) for member in charter.people],
        "products": [_product(item) for item in history.definition.deliverables if item.product],
        "program": history.started.program,
    }


def _tolerances(history: History) -> Iterator[Plain]:
    """The tolerances of the process, with the title of the role that is asked; the project's own are its limits."""
    for row in history.definition.tolerances:
        role = asked(history.definition, row.level, row.measure)
        yield {
            "level": row.level.replace("-", " "),
            "measure": row.measure,
            "amount": in_words(row),
            "asked": role_title(history, role) if role else "by the authority table",
        }


def _person(history: History, member: Member) -> Plain:
    roles = list(member.roles)
    return {
        "id": member.id,
        "name": member.name,
        "roles": roles,
        "titles": [role_title(history, r) for r in roles],
    }


def _product(item: DeliverableDefinition) -> Plain:
    criteria = list(item.acceptance.criteria)
    return {"id": item.id, "title": item.title, "owner": item.owner, "criteria": criteria}


def _document(history: History, item: DeliverableDefinition) -> Plain:
    return {
        "id": item.id,
        "title": item.title,
        "owner": item.owner,
        "owner_title": role_title(history, item.owner),
        "accepted_by": item.acceptance.by,
        "criteria": list(item.acceptance.criteria),
        "rasci": dict(item.rasci),
    }


def _plan(submitted: PlanSubmitted | None) -> list[Plain]:
    if submitted is None:
        return []
    dates = {line.activity: line for line in submitted.schedule.activities}
    return [_activity(activity, dates[activity.id]) for activity in submitted.plan.activities]


def _activity(activity: Activity, dates: ScheduledActivity) -> Plain:
    return {
        "id": activity.id,
        "name": activity.name,
        "wbs": activity.wbs,
        "duration": activity.duration,
        "predecessors": "; ".join(_link(link) for link in activity.links),
        "owner": activity.owner,
        "cost": activity.cost,
        "start": dates.start,
        "finish": dates.finish,
        "float": dates.total_float,
        "critical": dates.critical,
    }


def _link(link: Link) -> str:
    """A link as plans write it: `A1`, `A2SS+2`."""
    lag = f"{link.lag:+d}" if link.lag else ""
    return link.predecessor + (link.type + lag if lag or link.type != "FS" else "")


def _change(history: History, change: ChangeRaised) -> Plain:
    assessed = history.last(ChangeAssessed, number=change.number)
    decided = history.last(ChangeDecided, number=change.number)
    size = decided or assessed
    return {
        "number": change.number,
        "title": change.title,
        "state": words.VERDICTS[decided.verdict].lower() if decided else "assessed" if assessed else "raised",
        "cost": size.cost if size else None,
        "days": size.days if size else None,
    }


def _decision(history: History, decided: GateDecided) -> Plain:
    return {
        "gate": decided.gate,
        "title": history.definition.gate(decided.gate).title,
        "round": decided.round,
        "outcome": words.OUTCOMES[decided.outcome],
        "date": decided.at.date(),
    }


def _deliverable(history: History, item: DeliverableDefinition) -> Plain:
    version = history.version(item.id)
    judged = history.judgement(version) if version else None
    state = "missing" if version is None else "submitted"
    if judged:
        state = "accepted" if judged.accepted else "sent back"
    return {
        "deliverable": item.id,
        "title": item.title,
        "state": state,
        "version": version.version if version else 0,
    }


def _program(history: History) -> Mapping[str, Any]:
    """What only a program's charter says; empty lists for a project."""
    charter = history.charter
    if not isinstance(charter, ProgramCharter):
        return {"objectives": [], "projects": [], "dependencies": []}
    return {
        "objectives": [objective.model_dump() for objective in charter.objectives],
        "projects": [{"project": p.project, "objective": p.objective} for p in charter.projects],
        "dependencies": [d.model_dump(include={"id", "text", "before", "after"}) for d in charter.dependencies],
    }
