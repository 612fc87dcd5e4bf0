"""Do the automated steps of a process make sense? Names of their own, gates of their phase, roles that exist."""

from collections.abc import Iterator, Sequence

from lifecycle.process.definition import PhaseDefinition, ProcessDefinition, StepDefinition
from lifecycle.process.facts import suggestion
from lifecycle.process.unsound import Loc, Unsound

Placed = tuple[Loc, PhaseDefinition, StepDefinition]

LONGEST_STEM = 64 - len("-50")
"""How long the name of a step may be whose phase repeats: its stages add their number."""


def problems(definition: ProcessDefinition) -> Iterator[Unsound]:
    """Say what makes no sense in the automated steps of a process. Their functions are not looked at, nor imported."""
    steps = [
        (("phases", n, "steps", m), phase, step)
        for n, phase in enumerate(definition.phases)
        for m, step in enumerate(phase.steps)
    ]
    yield from _names(definition, steps)
    for placed in steps:
        yield from _gate(definition, *placed)
        yield from _owner(definition, placed)


def _names(definition: ProcessDefinition, steps: Sequence[Placed]) -> Iterator[Unsound]:
    """Ids are unique in the whole process, also once stages are numbered, since records carry them."""
    repeating = {phase.id for phase in definition.phases if phase.repeat}
    stems = {step.id for _, phase, step in steps if phase.repeat or phase.beside in repeating}
    seen: set[str] = set()
    for loc, _, step in steps:
        stem, _, number = step.id.rpartition("-")
        if step.id in seen:
            yield Unsound((*loc, "id"), f"step '{step.id}' stands here a second time; give each step a name of its own")
        elif step.id in stems and len(step.id) > LONGEST_STEM:
            yield Unsound((*loc, "id"), f"this repeats and its stages add their number; shorten it to {LONGEST_STEM}")
        elif stem in stems and number.isdecimal():
            yield Unsound((*loc, "id"), f"'{step.id}' is what a stage of '{stem}' will be called; choose another name")
        seen.add(step.id)


def _gate(definition: ProcessDefinition, loc: Loc, phase: PhaseDefinition, step: StepDefinition) -> Iterator[Unsound]:
    """A step belongs to a gate of its phase, and one that reads documents to a gate that has some."""
    main = next((one for one in definition.phases if one.id == (phase.beside or phase.id)), phase)
    there = [gate.id for gate in main.gates]
    if step.gate and step.gate not in there:
        hint = suggestion(step.gate, there) or f"; its gates are {', '.join(there) or 'none'}"
        yield Unsound((*loc, "gate"), f"gate '{step.gate}' does not end phase '{main.id}'{hint}")
    elif step.documents and there:
        gate, together = step.gate or there[-1], (main, *definition.beside(main.id))
        items = (item for one in together for item in one.deliverables if not item.optional)
        if not any(one.products for one in together) and all((item.gate or there[-1]) != gate for item in items):
            message = f"nothing that it could read has to be submitted for gate '{gate}'; leave `documents` out"
            yield Unsound((*loc, "documents"), message)


def _owner(definition: ProcessDefinition, placed: Placed) -> Iterator[Unsound]:
    loc, _, step = placed
    roles = {role.id for role in definition.roles}
    if step.owner not in roles:
        hint = suggestion(step.owner, roles) or f"; the roles are {', '.join(sorted(roles))}"
        yield Unsound((*loc, "owner"), f"there is no role '{step.owner}'{hint}")
