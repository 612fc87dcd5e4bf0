"""A process without some of its things, whole again: what a gate needed, the next one of its phase needs."""

from collections.abc import Collection
from typing import NamedTuple

from lifecycle.process.definition import GateDefinition, PhaseDefinition, ProcessDefinition, ReportDefinition


class Names(NamedTuple):
    """The names of what goes, by kind; criteria as `G2/first-risks`."""

    phases: Collection[str] = ()
    gates: Collection[str] = ()
    deliverables: Collection[str] = ()
    criteria: Collection[str] = ()
    roles: Collection[str] = ()
    tailoring: Collection[str] = ()


def without(definition: ProcessDefinition, gone: Names) -> ProcessDefinition:
    """The process without what is named; names that it does not have change nothing."""
    phases = tuple(_phase(phase, gone) for phase in definition.phases if phase.id not in gone.phases)
    heirs = {gate.id: _heir(phase, gate.id, gone) for phase in definition.phases for gate in phase.gates}
    return definition.model_copy(
        update={
            "roles": tuple(role for role in definition.roles if role.id not in gone.roles),
            "phases": tuple(_inherited(phase, heirs) for phase in phases),
            "reports": tuple(_report(report, gone) for report in definition.reports if _told(report, gone)),
            "tailoring": tuple(rule for rule in definition.tailoring if rule.id not in gone.tailoring),
        }
    )


def _phase(phase: PhaseDefinition, gone: Names) -> PhaseDefinition:
    return phase.model_copy(
        update={
            "deliverables": tuple(item for item in phase.deliverables if item.id not in gone.deliverables),
            "gates": tuple(_gate(gate, gone) for gate in phase.gates if gate.id not in gone.gates),
        }
    )


def _told(report: ReportDefinition, gone: Names) -> bool:
    """Whether a report still goes with something, and to somebody."""
    with_nothing = report.during and set(report.during) <= set(gone.phases)
    return not with_nothing and not set(report.to) <= set(gone.roles)


def _report(report: ReportDefinition, gone: Names) -> ReportDefinition:
    during = tuple(phase for phase in report.during if phase not in gone.phases)
    return report.model_copy(
        update={"during": during, "to": tuple(role for role in report.to if role not in gone.roles)}
    )


def _gate(gate: GateDefinition, gone: Names) -> GateDefinition:
    kept = tuple(one for one in gate.criteria if f"{gate.id}/{one.id}" not in gone.criteria)
    return gate.model_copy(update={"criteria": kept})


def _heir(phase: PhaseDefinition, gate: str, gone: Names) -> str | None:
    """The gate that asks for what this one did: itself, else the next of its phase; None: the phase's last one."""
    names = [one.id for one in phase.gates]
    return next((name for name in names[names.index(gate) :] if name not in gone.gates), None)


def _inherited(phase: PhaseDefinition, heirs: dict[str, str | None]) -> PhaseDefinition:
    items = (item.model_copy(update={"gate": heirs.get(item.gate or "", item.gate)}) for item in phase.deliverables)
    steps = (step.model_copy(update={"gate": heirs.get(step.gate or "", step.gate)}) for step in phase.steps)
    return phase.model_copy(update={"deliverables": tuple(items), "steps": tuple(steps)})
