"""The picture of a whole program on one day."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from lifecycle.history import History
from lifecycle.history.charter import Benefit, Objective, ProgramCharter
from lifecycle.program.impact import Impact
from lifecycle.program.summary import DecisionNeeded, GateWaiting, ProjectSummary, RiskLine, summary
from lifecycle.status import Rag, status
from lifecycle.value import Value

TOP_RISKS = 10
WORST_FIRST: tuple[Rag, ...] = ("red", "amber", "green")


class Totals(Value):
    """The money of all member projects in one currency; different currencies are never added up.

    `forecast` takes the budget of projects that have no forecast yet.
    """

    currency: str
    budget: Decimal
    actual: Decimal
    forecast: Decimal


class ObjectiveLine(Value):
    """A strategic objective, the projects that serve it, and the worst of their colours, if any does."""

    objective: str
    text: str
    projects: tuple[str, ...]
    rag: Rag | None


class Failure(Value):
    """A child run that broke, as a line in the report: the program goes on."""

    project: str
    text: str


class ProgramStatus(Value):
    """The whole picture: the program's own state and gates, its projects, and what they add up to."""

    program: str
    title: str
    as_of: date
    own: ProjectSummary
    projects: tuple[ProjectSummary, ...]
    totals: tuple[Totals, ...]
    colours: dict[Rag, int]
    objectives: tuple[ObjectiveLine, ...]
    waiting: tuple[GateWaiting, ...]
    benefits: tuple[Benefit, ...]
    risks: tuple[RiskLine, ...]
    decisions: tuple[DecisionNeeded, ...]
    impacts: tuple[Impact, ...]
    failures: tuple[Failure, ...]


def consolidate(
    program: History,
    members: Sequence[ProjectSummary],
    impacts: Sequence[Impact],
    today: date,
    failures: Mapping[str, str],
) -> ProgramStatus:
    """Bring the projects together. `failures` says for projects whose run broke what it said."""
    charter = program.charter
    own = summary(program, status(program, today))
    projects = tuple(_with_failure(member, failures) for member in members)
    everybody = (own, *projects)
    return ProgramStatus(
        program=program.project,
        title=charter.title,
        as_of=today,
        own=own,
        projects=projects,
        totals=tuple(_totals(projects)),
        colours={rag: Counter(project.rag for project in projects)[rag] for rag in WORST_FIRST},
        objectives=_objectives(charter.objectives if isinstance(charter, ProgramCharter) else (), projects),
        waiting=_sorted_waiting(everybody),
        benefits=tuple(sorted(charter.benefits, key=lambda benefit: benefit.due)),
        risks=_top_risks(everybody),
        decisions=_sorted_decisions(everybody),
        impacts=tuple(impacts),
        failures=tuple(Failure(project=project, text=text) for project, text in sorted(failures.items())),
    )


def _with_failure(member: ProjectSummary, failures: Mapping[str, str]) -> ProjectSummary:
    if member.project not in failures:
        return member
    reason = f"its last run failed: {failures[member.project]}"
    known = f"; {member.reason}" if member.rag != "green" else ""
    return member.model_copy(update={"rag": "red", "reason": reason + known})


def _totals(projects: Sequence[ProjectSummary]) -> Iterator[Totals]:
    for currency in sorted({project.currency for project in projects}):
        same = [project for project in projects if project.currency == currency]
        forecasts = (p.budget if p.forecast_cost is None else p.forecast_cost for p in same)
        yield Totals(
            currency=currency,
            budget=sum((project.budget for project in same), Decimal(0)),
            actual=sum((project.actual_cost or Decimal(0) for project in same), Decimal(0)),
            forecast=sum(forecasts, Decimal(0)),
        )


def _objectives(objectives: Sequence[Objective], projects: Sequence[ProjectSummary]) -> tuple[ObjectiveLine, ...]:
    return tuple(_objective(objective, projects) for objective in objectives)


def _objective(objective: Objective, projects: Sequence[ProjectSummary]) -> ObjectiveLine:
    serving = [project for project in projects if project.objective == objective.id]
    colours = {project.rag for project in serving}
    return ObjectiveLine(
        objective=objective.id,
        text=objective.text,
        projects=tuple(project.project for project in serving),
        rag=next((rag for rag in WORST_FIRST if rag in colours), None),
    )


def _sorted_waiting(everybody: Sequence[ProjectSummary]) -> tuple[GateWaiting, ...]:
    """Those that wait longest come first."""
    gates = (gate for project in everybody for gate in project.waiting)
    return tuple(sorted(gates, key=lambda gate: (gate.submitted, gate.due, gate.project)))


def _top_risks(everybody: Sequence[ProjectSummary]) -> tuple[RiskLine, ...]:
    risks = (risk for project in everybody for risk in project.risks)
    return tuple(sorted(risks, key=lambda risk: -risk.score)[:TOP_RISKS])


def _sorted_decisions(everybody: Sequence[ProjectSummary]) -> tuple[DecisionNeeded, ...]:
    """Those due first come first, those without a date last."""
    decisions = (decision for project in everybody for decision in project.decisions)
    return tuple(sorted(decisions, key=lambda decision: decision.due or date.max))
