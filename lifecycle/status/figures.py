"""The facts that the criteria of gates may read, all of them, under the names of the catalogue."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from lifecycle.control.changes import open_changes
from lifecycle.control.earned_value import EarnedValue
from lifecycle.control.exceptions import unsettled
from lifecycle.control.registers import exposure, high_issues, high_risks, open_issues, open_risks, unanswered
from lifecycle.control.tolerances import cost_limit, escalated, open_exceptions, time_limit
from lifecycle.history import History
from lifecycle.history.charter import ProgramCharter
from lifecycle.history.closing import LessonRecorded, PersonReleased, SuccessJudged
from lifecycle.history.gates import Fact
from lifecycle.history.work import HandedOver
from lifecycle.process.definition import DeliverableDefinition
from lifecycle.status.colour import is_red
from lifecycle.status.outlook import Outlook, outlook

Facts = dict[str, Fact]


def facts(
    history: History,
    today: date,
    members: Sequence[History] = (),
    *,
    not_before: Mapping[str, date] | None = None,
) -> Facts:
    """Every fact of a project; None for what is not known. `members` are the started projects of a program.

    No fact of today's catalogue moves with `today`: a dossier has the same digest tomorrow as long as
    nothing was recorded.
    """
    ahead = outlook(history, not_before)
    return {
        **_project(history, ahead),
        **_plan(history),
        **_deliverables(history),
        **_registers(history),
        **_people(history),
        **_activities(ahead),
        **_program(history, members),
    }


def _number(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


def _index(value: EarnedValue | None, name: str) -> float | None:
    """A figure of earned value; unknown before the first report and where its formula is undefined."""
    return _number(getattr(value, name)) if value else None


def _project(history: History, ahead: Outlook) -> Facts:
    limits, value = history.constraints, ahead.value
    return {
        "project.attempt": history.phase.attempt if history.phase else None,
        "project.days_late": ahead.days_late,
        "project.time_tolerance_days": limits.time.tolerance_days,
        "project.duration_days": (limits.time.finish - limits.time.start).days,
        "project.highest_risk": max((exposure(record.risk) for record in open_risks(history)), default=0),
        "project.budget": _number(limits.cost.budget),
        "project.forecast_cost": _number(ahead.cost),
        "project.cost_limit": _number(cost_limit(limits)),
        "project.cpi": _index(value, "cpi"),
        "project.spi": _index(value, "spi"),
        "project.percent_complete": _index(value, "percent_complete"),
        "project.percent_spent": _index(value, "percent_spent"),
    }


def _plan(history: History) -> Facts:
    """The facts of the newest plan; whether it keeps the limits is unknown as long as there is none."""
    current, limits = history.current_plan, history.constraints
    activities = current.plan.activities if current else ()
    cost = sum((activity.cost for activity in activities), Decimal(0))
    held = {role for person in history.charter.people for role in person.roles}
    return {
        "plan.activities": len(activities),
        "plan.submitted": current is not None,
        "plan.finish_within_limit": current.schedule.finish <= time_limit(limits) if current else None,
        "plan.cost_within_budget": cost <= limits.cost.budget if current else None,
        "plan.baselined": history.baseline is not None,
        "plan.unassigned": sum(activity.owner not in held for activity in activities),
    }


def _deliverables(history: History) -> Facts:
    """What the current phase owes with those beside it, and the products of the whole project."""
    due = _due(history)
    accepted = sum(history.accepted(item.id) for item in due)
    products = [item.id for item in history.definition.deliverables if item.product]
    handed_over = {record.deliverable for record in history.all(HandedOver)}
    return {
        "deliverables.required": len(due),
        "deliverables.missing": sum(history.version(item.id) is None for item in due),
        "deliverables.accepted": accepted,
        "deliverables.unaccepted": len(due) - accepted,
        "products.total": len(products),
        "products.accepted": sum(map(history.accepted, products)),
        "products.handed_over": len(handed_over.intersection(products)),
    }


def _due(history: History) -> list[DeliverableDefinition]:
    """What the current phase cannot do without; of a stopped project only what it owes in any case."""
    if history.phase is None:
        return []
    phase = history.definition.phase(history.phase.phase)
    phases = (phase, *history.definition.beside(phase.id))
    items = [item for one in phases for item in one.deliverables if not item.optional]
    return [item for item in items if item.premature or not history.phase.premature]


def _registers(history: History) -> Facts:
    levels = [raised.subject.level for raised in open_exceptions(history)]
    return {
        "risks.open": len(open_risks(history)),
        "risks.high": len(high_risks(history)),
        "risks.high_without_response": len(unanswered(history)),
        "issues.open": len(open_issues(history)),
        "issues.high": len(high_issues(history)),
        "changes.undecided": len(open_changes(history)),
        "exceptions.open": len(escalated(history)),
        "exceptions.stage_open": levels.count("stage"),
        "exceptions.work_packages_open": levels.count("work-package"),
        "exceptions.unsettled": len(unsettled(history)),
        "conditions.open": len(history.open_conditions),
        "lessons.recorded": len(history.all(LessonRecorded)),
    }


def _people(history: History) -> Facts:
    """The people of the charter, and its success criteria with what was judged."""
    people = {person.id for person in history.charter.people}
    asked = {criterion.id for criterion in history.charter.success_criteria}
    judged = {one.criterion: one.met for one in history.all(SuccessJudged) if one.criterion in asked}
    released = {record.person for record in history.all(PersonReleased)}
    return {
        "success.criteria": len(asked),
        "success.judged": len(judged),
        "success.met": sum(judged.values()),
        "people.total": len(people),
        "people.released": len(people & released),
    }


def _activities(ahead: Outlook) -> Facts:
    return {
        "activities.total": len(ahead.activities),
        "activities.done": len(ahead.done),
        "milestones.done": sum(activity.milestone for activity in ahead.done),
    }


def _program(history: History, members: Sequence[History]) -> Facts:
    """The facts of a program's projects, those not started included; unknown in a project."""
    charter = history.charter
    known = isinstance(charter, ProgramCharter)
    return {
        "program.projects": len(charter.projects) if isinstance(charter, ProgramCharter) else None,
        "program.projects_closed": sum(bool(one.closed) for one in members) if known else None,
        "program.projects_red": sum(map(is_red, members)) if known else None,
    }
