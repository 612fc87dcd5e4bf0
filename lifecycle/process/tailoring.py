"""What a project may do without: the rules of its process, chosen by its charter, applied before it starts."""

from collections.abc import Collection, Iterator
from typing import Literal, NamedTuple

from lifecycle.process.definition import ProcessDefinition, TailoringDefinition
from lifecycle.process.leaving import Names, without

ThingKind = Literal["gate", "deliverable", "criterion"]


class Thing(NamedTuple):
    """Something that a rule is about: its kind, its name, what people call it, whether it is marked mandatory."""

    kind: ThingKind
    name: str
    title: str
    mandatory: bool


def things(definition: ProcessDefinition) -> dict[str, Thing]:
    """Whatever a rule may be about, by the name that the rule gives it."""
    return {thing.name: thing for thing in _things(definition)}


def _things(definition: ProcessDefinition) -> Iterator[Thing]:
    for phase in definition.phases:
        for item in phase.deliverables:
            yield Thing("deliverable", item.id, item.title, item.mandatory)
        for gate in phase.gates:
            for one in gate.criteria:
                held = one.mandatory or (gate.mandatory and not one.advisory)
                yield Thing("criterion", f"{gate.id}/{one.id}", one.text, held)
            yield Thing("gate", gate.id, gate.title, gate.mandatory)


def tailored(definition: ProcessDefinition, chosen: Collection[str]) -> ProcessDefinition:
    """The process as a project gets it that chose these rules: its own copy, without any rules.

    Asked of the standard process, before its stages are counted: a gate that is left out is so in every stage.
    """
    rules = [rule for rule in definition.tailoring if rule.id in chosen]
    gone = frozenset(name for rule in rules for name in rule.leave_out)
    eased = frozenset(name for rule in rules for name in rule.make_optional)
    every = frozenset(rule.id for rule in definition.tailoring)
    return _eased(without(definition, Names(gates=gone, deliverables=gone, criteria=gone, tailoring=every)), eased)


def _eased(definition: ProcessDefinition, names: Collection[str]) -> ProcessDefinition:
    """The process with these deliverables optional, and these criteria only shown."""
    phases = []
    for phase in definition.phases:
        items = tuple(
            item.model_copy(update={"optional": True}) if item.id in names else item for item in phase.deliverables
        )
        gates = tuple(
            gate.model_copy(
                update={
                    "criteria": tuple(
                        one.model_copy(update={"advisory": True}) if f"{gate.id}/{one.id}" in names else one
                        for one in gate.criteria
                    )
                }
            )
            for gate in phase.gates
        )
        phases.append(phase.model_copy(update={"deliverables": items, "gates": gates}))
    return definition.model_copy(update={"phases": tuple(phases)})


def rule_of(definition: ProcessDefinition, name: str) -> TailoringDefinition | None:
    """The rule of that name, if the process has one."""
    return next((rule for rule in definition.tailoring if rule.id == name), None)
