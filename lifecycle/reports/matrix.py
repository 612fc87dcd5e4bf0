"""The matrix of a program's projects: gates, light, dates and money of each, in one row."""

from lifecycle.program import ProjectSummary
from lifecycle.reports import figure, words
from lifecycle.reports.figure import Figure
from lifecycle.reports.head import StripGate, strip_gate
from lifecycle.reports.lights import WORDS, Colour
from lifecycle.value import Value

ENDED = {"closed": "Closed", "closed early": "Closed early"}


class ProjectLine(Value):
    """A project as a row of the matrix."""

    project: str
    title: str
    lead: str
    objective: str | None
    state: str
    phase: str | None
    gates: tuple[StripGate, ...]
    colour: Colour
    word: str
    reason: str
    complete: Figure | None
    approved: Figure
    forecast: Figure | None
    late: str
    budget: Figure
    forecast_cost: Figure | None
    actual_cost: Figure | None
    spi: Figure
    cpi: Figure


def light_of(project: ProjectSummary) -> tuple[Colour, str]:
    """The colour and its word; an ended project says so instead."""
    return project.rag, ENDED.get(project.state) or WORDS[project.rag]


def project_line(line: ProjectSummary) -> ProjectLine:
    """Tell one project of a program."""
    source, currency, (colour, word) = line.project, line.currency, light_of(line)
    return ProjectLine(
        project=source,
        title=line.title,
        lead=line.manager,
        objective=line.objective,
        state=line.state,
        phase=line.phase,
        gates=tuple(strip_gate(gate) for gate in line.gates),
        colour=colour,
        word=word,
        reason=words.sentence(line.reason),
        complete=None if line.percent_complete is None else figure.percent(line.percent_complete, source),
        approved=figure.day(line.approved_finish, source),
        forecast=figure.day(line.forecast_finish, source) if line.forecast_finish else None,
        late="–" if line.days_late is None else words.late(line.days_late),
        budget=figure.money(line.budget, currency, source),
        forecast_cost=None if line.forecast_cost is None else figure.money(line.forecast_cost, currency, source),
        actual_cost=None if line.actual_cost is None else figure.money(line.actual_cost, currency, source),
        spi=figure.ratio(line.spi, source),
        cpi=figure.ratio(line.cpi, source),
    )
