"""Automated steps as a process names them: the facts that they give to criteria, and whether they make sense."""

from collections.abc import Iterator
from typing import NamedTuple

from lifecycle.process.definition import CriterionDefinition, PhaseDefinition, ProcessDefinition, StepDefinition
from lifecycle.process.expression import asked
from lifecycle.process.facts import OF_STEPS, PASSED, FactDefinition, suggestion
from lifecycle.process.unsound import Loc, Unsound

STEPS = 20


class Placed(NamedTuple):
    """A step with its place in the file and its phase."""

    loc: Loc
    phase: PhaseDefinition
    step: StepDefinition


def fact_name(step: str, figure: str) -> str:
    """What criteria call a figure of a step: `step.link_check.broken`; CEL knows no hyphens in names."""
    return f"{OF_STEPS}{step.replace('-', '_')}.{figure}"


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
    yield from _asked(definition)


def _needed(definition: ProcessDefinition, one: Placed) -> Iterator[Unsound]:
    """The gate that a step is for ends its phase."""
    ends = one.phase.beside or one.phase.id
    gates = [gate.id for phase in definition.phases if phase.id == ends for gate in phase.gates]
    if one.step.gate and one.step.gate not in gates:
        hint = suggestion(one.step.gate, gates) or f"; its gates are {', '.join(gates) or 'none'}"
        yield Unsound((*one.loc, "gate"), f"gate '{one.step.gate}' does not end phase '{ends}'{hint}")


def _owned(definition: ProcessDefinition, one: Placed) -> Iterator[Unsound]:
    roles = {role.id for role in definition.roles}
    if one.step.owner not in roles:
        hint = suggestion(one.step.owner, roles) or f"; the roles are {', '.join(sorted(roles))}"
        yield Unsound((*one.loc, "owner"), f"there is no role '{one.step.owner}'{hint}")


def _asked(definition: ProcessDefinition) -> Iterator[Unsound]:
    """Criteria and tailoring rules ask only for what steps report, and rules for none of it."""
    known = {fact.name for fact in step_facts(definition)}
    for place, expression in _expressions(definition):
        for line, column, fact in asked(expression):
            if fact.startswith(OF_STEPS) and (place[0] == "tailoring" or fact not in known):
                yield Unsound(place, _no_fact(fact, known, place[0] == "tailoring"), line, column)


def _no_fact(fact: str, known: set[str], early: bool) -> str:
    if early:
        return f"'{fact}' is not known when a project starts; ask what a charter answers"
    hint = suggestion(fact, known) or f"; the steps report {', '.join(sorted(known)) or 'nothing'}"
    return f"there is no fact '{fact}'{hint} (`phasegate process facts` lists them)"


def _expressions(definition: ProcessDefinition) -> Iterator[tuple[Loc, str]]:
    """Every expression of a process with its place."""
    for n, rule in enumerate(definition.tailoring):
        yield ("tailoring", n, "when"), rule.when
    for n, phase in enumerate(definition.phases):
        for m, gate in enumerate(phase.gates):
            for k, criterion in enumerate(gate.criteria):
                yield from _of_criterion(("phases", n, "gates", m, "criteria", k), criterion)


def _of_criterion(loc: Loc, criterion: CriterionDefinition) -> Iterator[tuple[Loc, str]]:
    if criterion.expression:
        yield (*loc, "expression"), criterion.expression
    if criterion.table:
        yield (*loc, "table", "otherwise"), criterion.table.otherwise or ""
        for n, row in enumerate(criterion.table.rows):
            yield (*loc, "table", "rows", n, "when"), row.when
            yield (*loc, "table", "rows", n, "then"), row.then
