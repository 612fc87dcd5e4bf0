"""What stands at the top of every report, and the strip of phases and gates."""

from datetime import date, datetime
from typing import Literal

from lifecycle.history import History
from lifecycle.reports import words
from lifecycle.reports.people import answerable
from lifecycle.status import GateStatus, ProjectStatus
from lifecycle.value import Value

Kind = Literal["closure", "gate", "status", "program"]


class Head(Value):
    """The report's name, what it is about, and of when. `subject` tells reports of one kind apart."""

    kind: Kind
    title: str
    project: str
    project_title: str
    subject: str
    made: datetime
    process: str
    lead: str
    program: str | None
    currency: str


class StripGate(Value):
    """A gate on the strip; `tone` is how good that is: done, now, wait, stop or ahead."""

    gate: str
    title: str
    words: str
    tone: Literal["done", "now", "wait", "stop", "ahead"]
    decided: date | None
    record: str | None


class StripPhase(Value):
    """A phase on the strip with its gates and the phases that run beside it."""

    phase: str
    title: str
    words: str
    tone: Literal["done", "now", "ahead", "skipped"]
    opened: date | None
    record: str | None
    beside: tuple[str, ...]
    gates: tuple[StripGate, ...]


Tone = Literal["done", "now", "wait", "stop", "ahead"]
PHASE_TONES: dict[str, Literal["done", "now", "ahead", "skipped"]] = {
    "to come": "ahead",
    "open": "now",
    "passed": "done",
    "skipped": "skipped",
}
GATE_TONES: dict[str, Tone] = {
    "to come": "ahead",
    "preparing": "now",
    "awaiting decision": "now",
    "passed": "done",
    "on hold": "wait",
    "recycled": "wait",
    "killed": "stop",
}


def head(history: History, kind: Kind, title: str, subject: str, now: datetime) -> Head:
    """The top of a report about a project or program."""
    definition = history.definition
    return Head(
        kind=kind,
        title=title,
        project=history.project,
        project_title=history.charter.title,
        subject=subject,
        made=now,
        process=f"{definition.title}, version {definition.version}",
        lead=answerable(history, definition.manager),
        program=history.started.program,
        currency=history.charter.constraints.cost.currency,
    )


def strip(status: ProjectStatus) -> tuple[StripPhase, ...]:
    """The phases in sequence, each with its gates."""
    return tuple(_phase(status, number) for number, p in enumerate(status.phases) if p.beside is None)


def _phase(status: ProjectStatus, number: int) -> StripPhase:
    phase = status.phases[number]
    attempt = f", attempt {phase.attempt}" if phase.attempt > 1 else ""
    return StripPhase(
        phase=phase.phase,
        title=phase.title,
        words=f"{phase.state}{attempt}",
        tone=PHASE_TONES[phase.state],
        opened=phase.opened,
        record=phase.record,
        beside=tuple(other.title for other in status.phases if other.beside == phase.phase),
        gates=tuple(strip_gate(gate) for gate in status.gates if gate.phase == phase.phase),
    )


def strip_gate(gate: GateStatus) -> StripGate:
    """A gate on the strip."""
    outcome = words.OUTCOMES[gate.outcome] if gate.outcome else None
    spoken = outcome if gate.state == "passed" and outcome else gate.state
    return StripGate(
        gate=gate.gate,
        title=gate.title,
        words=spoken.lower(),
        tone=GATE_TONES[gate.state],
        decided=gate.decided,
        record=gate.record,
    )
