"""The program report: where the whole stands, what projects do to each other, and what is to be decided."""

from collections.abc import Sequence
from datetime import date, datetime

from lifecycle.history import History
from lifecycle.history.charter import ProgramCharter
from lifecycle.program import GateWaiting, ProgramStatus
from lifecycle.reports import figure, results, words
from lifecycle.reports.dependencies import DependencyMap, ImpactLine, coloured, dependency_map, impact_line
from lifecycle.reports.figure import Figure
from lifecycle.reports.head import Head, StripGate, head, strip_gate
from lifecycle.reports.lights import WORDS, Colour
from lifecycle.reports.matrix import ENDED, ProjectLine, light_of, project_line
from lifecycle.reports.results import BenefitLine
from lifecycle.value import Value


class ObjectiveLine(Value):
    """A strategic objective with the projects that serve it."""

    id: str
    text: str
    projects: tuple[str, ...]
    colour: Colour
    word: str


class TotalLine(Value):
    """The money of all projects in one currency."""

    currency: str
    budget: Figure
    actual: Figure
    forecast: Figure


class WaitingLine(Value):
    """A gate that waits for its decision."""

    project: str
    gate: str
    submitted: date
    waiting: str
    due: date
    overdue: bool
    persons: str
    record: str


class NeededLine(Value):
    """A decision that somebody owes."""

    project: str
    person: str
    text: str
    due: date | None
    overdue: bool


class RiskRow(Value):
    """A risk of the program or of one of its projects."""

    project: str
    title: str
    category: str
    score: int
    response: str | None
    owner: str
    record: str


class FailureLine(Value):
    """A project whose last run broke; the others are not touched by that."""

    project: str
    text: str


class ProgramReport(Value):
    """All that the program report says."""

    head: Head
    vision: Figure
    need: Figure
    state: str
    colour: Colour
    word: str
    summary: str
    gates: tuple[StripGate, ...]
    objectives: tuple[ObjectiveLine, ...]
    projects: tuple[ProjectLine, ...]
    totals: tuple[TotalLine, ...]
    map: DependencyMap | None
    impacts: tuple[ImpactLine, ...]
    decisions: tuple[NeededLine, ...]
    waiting: tuple[WaitingLine, ...]
    risks: tuple[RiskRow, ...]
    benefits: tuple[BenefitLine, ...]
    failures: tuple[FailureLine, ...]


def program_report(history: History, status: ProgramStatus, now: datetime) -> ProgramReport:
    """Tell the whole program as it was consolidated; `history` is the program's own."""
    titles = {project.project: project.title for project in (status.own, *status.projects)}
    colour = _overall(status)
    return ProgramReport(
        head=head(history, "program", "Program report", now.date().isoformat(), now),
        vision=figure.quoted(history.charter.goal, history.started.id),
        need=figure.quoted(history.charter.need, history.started.id),
        state=status.own.state,
        colour=colour,
        word=ENDED.get(status.own.state) or WORDS[colour],
        summary=_summary(status),
        gates=tuple(strip_gate(gate) for gate in status.own.gates),
        objectives=_objectives(status, titles),
        projects=tuple(project_line(project) for project in status.projects),
        totals=_totals(status),
        map=_map(history, status),
        impacts=tuple(impact_line(impact, titles) for impact in status.impacts),
        decisions=_decisions(status, titles, now.date()),
        waiting=tuple(_waiting(gate, titles) for gate in status.waiting),
        risks=tuple(RiskRow(**risk.model_dump() | {"project": titles[risk.project]}) for risk in status.risks),
        benefits=results.benefits(history),
        failures=tuple(
            FailureLine(project=titles.get(failure.project, failure.project), text=failure.text)
            for failure in status.failures
        ),
    )


def _overall(status: ProgramStatus) -> Colour:
    """The worst colour of the program itself and of the projects that are still running."""
    running = [project.rag for project in status.projects if project.state not in ENDED]
    order: tuple[Colour, ...] = ("red", "amber", "green")
    return min((status.own.rag, *running), key=order.index)


def _summary(status: ProgramStatus) -> str:
    ended = sum(project.state in ENDED for project in status.projects)
    late = [project.title for project in status.projects if (project.days_late or 0) > 0]
    hit = [impact for impact in status.impacts if (impact.effect or 0) > 0]
    parts = [
        f"{words.counted(len(status.projects), 'project')}, {ended or 'none'} of them ended",
        f"{words.listed(late)} late" if late else "none late",
        f"{words.counted(len(hit), 'milestone')} moving another project" if hit else "no project moved by another",
        f"{words.counted(len(status.decisions), 'decision')} needed",
    ]
    return words.sentence(words.listed(parts))


def _objectives(status: ProgramStatus, titles: dict[str, str]) -> tuple[ObjectiveLine, ...]:
    return tuple(
        ObjectiveLine(
            id=line.objective,
            text=line.text,
            projects=tuple(titles[project] for project in line.projects),
            colour=line.rag or "grey",
            word=WORDS[line.rag or "grey"],
        )
        for line in status.objectives
    )


def _totals(status: ProgramStatus) -> tuple[TotalLine, ...]:
    """Sums come from the program, which consolidated them."""
    return tuple(
        TotalLine(
            currency=line.currency,
            budget=figure.money(line.budget, line.currency, status.program),
            actual=figure.money(line.actual, line.currency, status.program),
            forecast=figure.money(line.forecast, line.currency, status.program),
        )
        for line in status.totals
    )


def _map(history: History, status: ProgramStatus) -> DependencyMap | None:
    if not isinstance(history.charter, ProgramCharter):
        return None
    lights = {project.project: light_of(project) for project in status.projects}
    return coloured(dependency_map(history.charter, status.projects, lights), status.impacts)


def _decisions(status: ProgramStatus, titles: dict[str, str], today: date) -> tuple[NeededLine, ...]:
    return tuple(
        NeededLine(
            project=titles[line.project],
            person=line.person,
            text=line.text,
            due=line.due,
            overdue=line.due is not None and line.due < today,
        )
        for line in status.decisions
    )


def _waiting(gate: GateWaiting, titles: dict[str, str]) -> WaitingLine:
    return WaitingLine(
        project=titles[gate.project],
        gate=f"{gate.gate} {gate.title}",
        submitted=gate.submitted,
        waiting=words.days(gate.days),
        due=gate.due,
        overdue=gate.overdue,
        persons=_persons(gate.persons),
        record=gate.record,
    )


def _persons(names: Sequence[str]) -> str:
    return words.listed(names) if names else "nobody"
