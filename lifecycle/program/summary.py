"""What the program asks of each project: one summary, complete, with its colour and the reason for it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from lifecycle.control.registers import exposure, high_risks, open_risks
from lifecycle.control.tolerances import escalated
from lifecycle.governance.people import holders, named
from lifecycle.governance.seating import silent
from lifecycle.history import History
from lifecycle.history.charter import ProgramCharter
from lifecycle.status import GateStatus, ProjectStatus, Rag, colour
from lifecycle.value import Value

DECISIONS = ("decide", "decide change", "resume", "confirm override", "confirm migration")


class RiskLine(Value):
    """An open risk; score is probability times impact, 1 to 25."""

    project: str
    record: str
    title: str
    category: str
    score: int
    response: str | None
    owner: str


class GateWaiting(Value):
    """A gate that was submitted and waits for its outcome, since when (calendar days) and for whom."""

    project: str
    gate: str
    title: str
    record: str
    submitted: date
    due: date
    days: int
    overdue: bool
    persons: tuple[str, ...]


class DecisionNeeded(Value):
    """A decision that a person owes: at a gate, on a change, on a hold."""

    project: str
    person: str
    text: str
    due: date | None


class ProjectSummary(Value):
    """One project as its program sees it. Money in the project's currency, lateness in calendar days."""

    project: str
    title: str
    manager: str
    objective: str | None
    state: str
    phase: str | None
    gates: tuple[GateStatus, ...]
    percent_complete: Decimal | None
    spi: Decimal | None
    cpi: Decimal | None
    approved_finish: date
    planned_finish: date | None
    forecast_finish: date | None
    days_late: int | None
    currency: str
    budget: Decimal
    forecast_cost: Decimal | None
    actual_cost: Decimal | None
    high_risks: int
    exceptions: tuple[str, ...]
    risks: tuple[RiskLine, ...]
    waiting: tuple[GateWaiting, ...]
    decisions: tuple[DecisionNeeded, ...]
    awaited: tuple[str, ...]
    rag: Rag
    reason: str


def summary(history: History, status: ProjectStatus, objective: str | None = None) -> ProjectSummary:
    """Sum a project up; `objective` is the program's objective that it serves."""
    value, limits = status.value, status.constraints
    rag, reason = colour(history, status)
    return ProjectSummary(
        project=status.project,
        title=status.title,
        manager=named(history.charter, holders(history.charter, (history.definition.manager,))),
        objective=objective,
        state=status.state,
        phase=status.phase,
        gates=status.gates,
        percent_complete=value.percent_complete if value else None,
        spi=value.spi if value else None,
        cpi=value.cpi if value else None,
        approved_finish=limits.time.finish,
        planned_finish=status.schedule.finish if status.schedule else None,
        forecast_finish=status.forecast_finish,
        days_late=status.days_late,
        currency=limits.cost.currency,
        budget=limits.cost.budget,
        forecast_cost=status.forecast_cost,
        actual_cost=value.ac if value else None,
        high_risks=len(high_risks(history)),
        exceptions=tuple(record.text for record in escalated(history)),
        risks=tuple(_risks(history)),
        waiting=tuple(_waiting(history, status)),
        decisions=tuple(_decisions(history, status)),
        awaited=tuple(f"{history.charter.name_of(item.person)}: {item.text}" for item in status.awaited),
        rag=rag,
        reason=reason,
    )


def objective_of(charter: ProgramCharter, project: str) -> str | None:
    """The objective that a member project serves; None for a project that the charter does not name."""
    return {member.project: member.objective for member in charter.projects}.get(project)


def _risks(history: History) -> Iterator[RiskLine]:
    for record in open_risks(history):
        risk = record.risk
        yield RiskLine(
            project=history.project,
            record=record.id,
            title=risk.title,
            category=risk.category,
            score=exposure(risk),
            response=risk.response,
            owner=named(history.charter, holders(history.charter, (risk.owner,))),
        )


def _waiting(history: History, status: ProjectStatus) -> Iterator[GateWaiting]:
    for gate in status.gates:
        review = history.open_review(gate.gate)
        if review is None or gate.state != "awaiting decision":
            continue
        left = (seat.person for seat in silent(history, review))
        yield GateWaiting(
            project=history.project,
            gate=gate.gate,
            title=gate.title,
            record=review.id,
            submitted=review.at.date(),
            due=review.due,
            days=(status.as_of - review.at.date()).days,
            overdue=review.due < status.as_of,
            persons=tuple(map(history.charter.name_of, left)),
        )


def _decisions(history: History, status: ProjectStatus) -> Iterator[DecisionNeeded]:
    for item in status.awaited:
        if item.what in DECISIONS:
            person = history.charter.name_of(item.person)
            yield DecisionNeeded(project=history.project, person=person, text=item.text, due=item.due)
