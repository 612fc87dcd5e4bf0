"""Automated steps as a process names them: the facts that they give to criteria, and whether they make sense."""

from collections.abc import Iterator
from typing import NamedTuple

from lifecycle.process.definition import PhaseDefinition, ProcessDefinition, StepDefinition
from lifecycle.process.facts import FactDefinition, suggestion
from lifecycle.process.unsound import Loc, Unsound

STEPS = 20
PASSED = "passed"


class Placed(NamedTuple):
    """A step with its place in the file and its phase."""

    loc: Loc
    phase: PhaseDefinition
    step: StepDefinition


def fact_name(step: str, figure: str) -> str:
    """What criteria call a figure of a step: `step.link_check.broken`; CEL knows no hyphens in names."""
    return f"step.{step.replace('-', '_')}.{figure}"


def step_facts(definition: ProcessDefinition) -> tuple[FactDefinition, ...]:
    """The facts that criteria may read beside those of the catalogue, each once: a stage's steps are the same."""
    steps = {step.id: step for phase in definition.phases for step in phase.steps}
    return tuple(fact for step in steps.values() for fact in _facts_of(step))


def _facts_of(step: StepDefinition) -> Iterator[FactDefinition]:
    yield FactDefinition(fact_name(step.id, PASSED), "bool", "yes or no", f"{step.title}: the step has passed")
    for figure, meaning in step.facts.items():
        yield FactDefinition(fact_name(step.id, figure), "number", "number", f"{step.title}: {meaning}")


def placed(definition: ProcessDefinition) -> Iterator[Placed]:
    """Every step with its place."""
    for n, phase in enumerate(definition.phases):
        for m, step in enumerate(phase.steps):
            yield Placed(("phases", n, "steps", m), phase, step)


def problems(definition: ProcessDefinition) -> Iterator[Unsound]:
    """Say everything that makes no sense about the steps of a process."""
    for n, phase in enumerate(definition.phases):
        if len(phase.steps) > STEPS:
            message = f"a phase has at most {STEPS} automated steps; let '{phase.id}' take several checks in one"
            yield Unsound(("phases", n, "steps"), message)
    seen: set[str] = set()
    for one in placed(definition):
        if one.step.id in seen:
            message = f"step '{one.step.id}' stands here a second time; give each step a name of its own"
            yield Unsound((*one.loc, "id"), message)
        seen.add(one.step.id)
        yield from _needed(definition, one)
        yield from _owned(definition, one)
        if PASSED in one.step.facts:
            message = f"every step says whether it has passed; leave '{PASSED}' out"
            yield Unsound((*one.loc, "facts", PASSED, "[key]"), message)


def _needed(definition: ProcessDefinition, one: Placed) -> Iterator[Unsound]:
    """The gate that a step is for ends its phase, and where it waits for papers some are needed there."""
    ends = one.phase.beside or one.phase.id
    main = next((phase for phase in definition.phases if phase.id == ends), None)
    gates = [gate.id for gate in main.gates] if main else []
    gate = one.step.gate or (gates[-1] if gates else None)
    if one.step.gate and one.step.gate not in gates:
        hint = suggestion(one.step.gate, gates) or f"; its gates are {', '.join(gates) or 'none'}"
        yield Unsound((*one.loc, "gate"), f"gate '{one.step.gate}' does not end phase '{ends}'{hint}")
    elif main and gate and one.step.after == "hand-in" and not _handed_in(definition, main, gate):
        message = f"nothing has to be handed in for gate '{gate}', so this would never run; write `after: opening`"
        yield Unsound((*one.loc, "after"), message)


def _handed_in(definition: ProcessDefinition, main: PhaseDefinition, gate: str) -> bool:
    """Whether a gate needs anything to be handed in; the charter's products count."""
    phases = (main, *definition.beside(main.id))
    items = (item for phase in phases for item in phase.deliverables if not item.optional)
    return any((item.gate or main.gates[-1].id) == gate for item in items) or any(phase.products for phase in phases)


def _owned(definition: ProcessDefinition, one: Placed) -> Iterator[Unsound]:
    roles = {role.id for role in definition.roles}
    if one.step.owner not in roles:
        hint = suggestion(one.step.owner, roles) or f"; the roles are {', '.join(sorted(roles))}"
        yield Unsound((*one.loc, "owner"), f"there is no role '{one.step.owner}'{hint}")
