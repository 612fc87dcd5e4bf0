"""What a picture of a process shows, however it is drawn: phases, what runs beside them, gates with their approvers."""

from collections.abc import Iterator
from typing import NamedTuple

from lifecycle.process.definition import AtLeast, GateDefinition, PhaseDefinition, Policy, ProcessDefinition
from lifecycle.value import days


class GateMark(NamedTuple):
    """A gate in a picture; `rule` says who decides and how, `limits` when it is due and how often it may be tried."""

    id: str
    title: str
    question: str
    rule: str
    limits: str
    recycles: bool


class PhaseMark(NamedTuple):
    """A phase in a picture, with what runs beside it; `repeats` says how often, empty when once.

    `rhythm` says after how many days its work comes round, empty when nothing says so.
    """

    id: str
    title: str
    purpose: str
    repeats: str
    rhythm: str
    closing: bool
    beside: tuple["PhaseMark", ...]
    steps: tuple[str, ...]
    gates: tuple[GateMark, ...]


class Picture(NamedTuple):
    """A process as it is drawn: `recycle` leads back to the gate's own phase, `kill` to the closing one."""

    name: str
    title: str
    purpose: str
    phases: tuple[PhaseMark, ...]

    @property
    def sentences(self) -> Iterator[str]:
        """The picture told in words, for whoever cannot see it."""
        yield f"{len(self.phases)} phases in sequence: {', '.join(phase.title for phase in self.phases)}."
        for phase in self.phases:
            if phase.repeats:
                yield f"{phase.title} repeats: {phase.repeats}."
            for other in phase.beside:
                yield f"{other.title} runs beside {phase.title}{other.rhythm and ', '}{other.rhythm}."
            if steps := [step for mark in (phase, *phase.beside) for step in mark.steps]:
                yield f"Automated steps in {phase.title}: {', '.join(steps)}."
            for gate in phase.gates:
                back = f"; recycle leads back to {phase.title}" if gate.recycles else ""
                yield f"{phase.title} ends at gate {gate.id}, {gate.title}: {gate.rule}{back}."
        closing = next(phase.title for phase in self.phases if phase.closing)
        yield f"Hold keeps a project at its gate. Kill leads from every gate to {closing}, and early closure."


def picture(definition: ProcessDefinition) -> Picture:
    """What is drawn of a sound process."""
    phases = tuple(_phase(definition, phase) for phase in definition.main_phases)
    name = f"{definition.process} {definition.version}"
    return Picture(name, _line(definition.title), _line(definition.purpose), phases)


def policy_in_words(policy: Policy) -> str:
    """How many approvals a gate takes, in words."""
    if isinstance(policy, AtLeast):
        return f"at least {policy.at_least} approve"
    return {"all": "all approve", "any": "one approves", "in_order": "all approve, one after another"}[policy]


def _phase(definition: ProcessDefinition, phase: PhaseDefinition) -> PhaseMark:
    return PhaseMark(
        id=phase.id,
        title=_line(phase.title),
        purpose=_line(phase.purpose),
        repeats=_line(phase.repeat or ""),
        rhythm=f"every {days(phase.cadence_days)}" if phase.cadence_days else "",
        closing=phase.closing,
        beside=tuple(_phase(definition, other) for other in definition.beside(phase.id)),
        steps=tuple(_line(step.title) for step in phase.steps),
        gates=tuple(_gate(definition, gate) for gate in phase.gates),
    )


def _gate(definition: ProcessDefinition, gate: GateDefinition) -> GateMark:
    titles = {role.id: _line(role.title) for role in definition.roles}

    def named(roles: tuple[str, ...]) -> str:
        return ", ".join(titles.get(role, role) for role in roles)

    rule = [named(gate.approvers)]
    if len(gate.approvers) > 1 or gate.policy not in ("all", "any", "in_order"):
        rule.append(policy_in_words(gate.policy))
    if gate.quorum:
        rule.append(f"quorum {gate.quorum}")
    if gate.veto:
        rule.append(f"veto: {named(gate.veto)}")
    limits = [f"due in {days(gate.due_days)}"]
    limits += [f"{days(level.after_days)} later to {named((level.to,))}" for level in gate.escalation]
    limits.append(f"at most {gate.rounds} rounds" if gate.rounds > 1 else "one round only")
    return GateMark(
        id=gate.id,
        title=_line(gate.title),
        question=_line(gate.question),
        rule="; ".join(rule),
        limits="; ".join(limits),
        recycles=gate.rounds > 1,
    )


def _line(text: str) -> str:
    return " ".join(text.split())
