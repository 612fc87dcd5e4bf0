"""From the standard process to a project's own copy: stages counted, the charter's products added."""

from collections.abc import Mapping, Sequence

from lifecycle.process.definition import DeliverableDefinition, PhaseDefinition, ProcessDefinition, ReportDefinition


def expand(
    definition: ProcessDefinition,
    stages: Mapping[str, int],
    products: Sequence[DeliverableDefinition] = (),
) -> ProcessDefinition:
    """Return the process as one project will follow it.

    `stages` says for each repeating phase how many there are (1 when not named). A repeated phase and its
    gates, deliverables and steps carry the stage's number in their names: `tranche-2`, `T-2`. A phase beside a
    repeated one is repeated with it. Products of a repeated phase belong to the stage whose gate they name
    (`gate: T-2`), else to the last. Tailoring rules name the things of the standard process; they stay behind.
    """
    copies = {phase.id: stages.get(phase.id, 1) for phase in definition.phases if phase.repeat}
    phases: list[PhaseDefinition] = []
    for phase in definition.phases:
        count = copies.get(phase.beside or phase.id)
        grown = [_numbered(phase, n) for n in range(1, count + 1)] if count else [phase]
        phases += _with_products(grown, products) if phase.products else grown
    reports = tuple(_going_with(report, definition, copies) for report in definition.reports)
    return definition.model_copy(update={"phases": tuple(phases), "reports": reports, "tailoring": ()})


def _going_with(report: ReportDefinition, definition: ProcessDefinition, copies: Mapping[str, int]) -> ReportDefinition:
    """The report with the stages of the phases that it goes with."""
    counts = {phase.id: copies.get(phase.beside or phase.id) for phase in definition.phases}
    names = ([f"{name}-{n}" for n in range(1, (counts[name] or 0) + 1)] or [name] for name in report.during)
    return report.model_copy(update={"during": tuple(name for stage in names for name in stage)})


def _with_products(
    stages: Sequence[PhaseDefinition], products: Sequence[DeliverableDefinition]
) -> list[PhaseDefinition]:
    """Give each product to the stage that has its gate, else to the last stage."""
    gates = {gate.id: stage.id for stage in stages for gate in stage.gates}
    home = {product.id: gates.get(product.gate or "", stages[-1].id) for product in products}

    def own(stage: PhaseDefinition) -> tuple[DeliverableDefinition, ...]:
        return tuple(product for product in products if home[product.id] == stage.id)

    return [stage.model_copy(update={"deliverables": (*stage.deliverables, *own(stage))}) for stage in stages]


def _numbered(phase: PhaseDefinition, number: int) -> PhaseDefinition:
    """Give a stage, its gates, its deliverables and its steps the stage's number."""

    def numbered(name: str) -> str:
        return f"{name}-{number}"

    gates = [g.model_copy(update={"id": numbered(g.id), "title": f"{g.title} {number}"}) for g in phase.gates]
    items = [
        d.model_copy(
            update={
                "id": numbered(d.id),
                "title": f"{d.title} {number}",
                "gate": numbered(d.gate) if d.gate else None,
            }
        )
        for d in phase.deliverables
    ]
    steps = [
        s.model_copy(
            update={
                "id": numbered(s.id),
                "title": f"{s.title} {number}",
                "gate": numbered(s.gate) if s.gate else None,
            }
        )
        for s in phase.steps
    ]
    return phase.model_copy(
        update={
            "id": numbered(phase.id),
            "title": f"{phase.title} {number}",
            "gates": tuple(gates),
            "deliverables": tuple(items),
            "steps": tuple(steps),
            "beside": numbered(phase.beside) if phase.beside else None,
            "repeat": None,
        }
    )
