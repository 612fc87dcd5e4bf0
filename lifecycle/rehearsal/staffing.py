"""The people of a rehearsal, and the process as they follow it."""

from datetime import date
from decimal import Decimal

from lifecycle.governance.roster import dead_gates
from lifecycle.history.charter import (
    Charter,
    Constraints,
    CostLimit,
    Member,
    ScopeLimit,
    SuccessCriterion,
    TimeLimit,
)
from lifecycle.process.definition import (
    AtLeast,
    DeliverableDefinition,
    GateDefinition,
    PhaseDefinition,
    ProcessDefinition,
)

FEW = 5
"""Up to so many people in each role are tried one by one where no charter says who takes part."""
MOST = 25
"""The most people in each role that a gate may ask for: each votes in the rehearsal, which takes a second then."""

_TIME = TimeLimit(start=date(2026, 1, 5), finish=date(2026, 12, 31))
_LIMITS = Constraints(time=_TIME, cost=CostLimit(budget=Decimal(0)), scope=ScopeLimit(statement="A rehearsal."))


def staffed(definition: ProcessDefinition) -> Charter:
    """A charter for a process nobody was named for: one person in each role, more where one is not enough.

    The process is the expanded one. When as many as a gate asks for, and two who have no vote since they submitted it
    or wrote for it, cannot decide it either, or when these are more than `MOST`, it is one in each.
    """
    enough = max((_votes_wanted(gate) for gate in definition.gates), default=1) + 2
    tried = (cast_of(definition, each) for each in (*range(1, FEW + 1), min(enough, MOST)))
    return next((charter for charter in tried if not dead_gates(definition, charter)), cast_of(definition, 1))


def _votes_wanted(gate: GateDefinition) -> int:
    """The votes that a gate asks for by number."""
    return max(gate.quorum or 1, gate.policy.at_least if isinstance(gate.policy, AtLeast) else 1)


def cast_of(definition: ProcessDefinition, each: int) -> Charter:
    """A charter with so many people in each role, and nobody in two of them."""
    people = tuple(
        Member(id=f"person-{n}-{number}", name=f"{role.title} {number}" if each > 1 else role.title, roles=(role.id,))
        for n, role in enumerate(definition.roles, start=1)
        for number in range(1, each + 1)
    )
    return Charter(
        project="rehearsal",
        title="Rehearsal",
        process=definition.process,
        goal="To see how the process runs.",
        need="To see how the process runs.",
        success_criteria=(SuccessCriterion(id="seen", text="It was seen.", measure="The figures are there."),),
        constraints=_LIMITS,
        people=people,
    )


def bare(definition: ProcessDefinition) -> ProcessDefinition:
    """The process with nothing in the way of its gates that a rehearsal cannot know.

    Criteria read the facts of a real project, baselines need its plan, automated steps its documents: all are taken
    as met. What nobody has to write is left out.
    """
    return definition.model_copy(update={"phases": tuple(map(_phase, definition.phases))})


def _phase(phase: PhaseDefinition) -> PhaseDefinition:
    owed = tuple(item for item in phase.deliverables if not item.optional or item.premature)
    return phase.model_copy(update={"deliverables": owed, "steps": (), "gates": tuple(map(_gate, phase.gates))})


def _gate(gate: GateDefinition) -> GateDefinition:
    return gate.model_copy(update={"criteria": (), "baseline": False})


def author(charter: Charter, item: DeliverableDefinition, approvers: frozenset[str]) -> str | None:
    """Who writes a deliverable: an owner who neither votes on it nor accepts it, if there is one."""
    acceptors = {person.id for person in charter.holders(item.acceptance.by)}
    owners = sorted(charter.holders(item.owner), key=lambda one: (one.id in acceptors, one.id in approvers))
    return owners[0].id if owners else None
