"""The report plan of a process: who is told how often, on the rhythm of the work or of a track beside it."""

from collections.abc import Iterator

from lifecycle.process.definition import ProcessDefinition, ReportDefinition
from lifecycle.process.facts import suggestion
from lifecycle.process.unsound import Loc, Unsound


def rhythm(definition: ProcessDefinition, report: ReportDefinition) -> int:
    """After how many calendar days a report comes round: its own number, else that of the phases it goes with."""
    rhythms = (phase.cadence_days for phase in definition.phases if phase.id in report.during)
    return report.every_days or min((days for days in rhythms if days), default=0)


def problems(definition: ProcessDefinition) -> Iterator[Unsound]:
    """Say everything that makes no sense about reports and the rhythm of phases."""
    for n, phase in enumerate(definition.phases):
        if phase.cadence_days and not phase.beside:
            message = f"'{phase.id}' has gates for its rhythm; only a phase `beside` another one has a cadence"
            yield Unsound(("phases", n, "cadence_days"), message)
    seen: set[str] = set()
    for n, report in enumerate(definition.reports):
        loc: Loc = ("reports", n)
        if report.id in seen:
            message = f"report '{report.id}' stands here a second time; give each report a name of its own"
            yield Unsound((*loc, "id"), message)
        seen.add(report.id)
        yield from _unknown(definition, report, loc)
        if not rhythm(definition, report):
            message = f"nobody can tell when '{report.id}' is due; write `every_days`, or a phase with `cadence_days`"
            yield Unsound(loc, message)


def _unknown(definition: ProcessDefinition, report: ReportDefinition, loc: Loc) -> Iterator[Unsound]:
    roles, phases = [role.id for role in definition.roles], [phase.id for phase in definition.phases]
    for place, role in [((*loc, "by"), report.by), *(((*loc, "to", n), role) for n, role in enumerate(report.to))]:
        if role not in roles:
            hint = suggestion(role, roles) or f"; the roles are {', '.join(sorted(roles))}"
            yield Unsound(place, f"there is no role '{role}'{hint}")
    for n, phase in enumerate(report.during):
        if phase not in phases:
            hint = suggestion(phase, phases) or f"; the phases are {', '.join(phases)}"
            yield Unsound((*loc, "during", n), f"there is no phase '{phase}'{hint}")
