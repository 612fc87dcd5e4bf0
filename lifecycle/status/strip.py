"""The strip of phases and gates, and the deliverables below it."""

from typing import Literal

from lifecycle.history import History
from lifecycle.history.gates import GateDecided, ReviewRequested
from lifecycle.history.work import DocumentDrafted, HandedOver, PhaseOpened
from lifecycle.process.definition import DeliverableDefinition, GateDefinition, PhaseDefinition
from lifecycle.progress import OpenPhase, Step, passed
from lifecycle.status.picture import DeliverableStatus, GateStatus, PhaseStatus, RoundStatus, State

PhaseState = Literal["to come", "open", "passed", "skipped"]
GateState = Literal["to come", "preparing", "awaiting decision", "passed", "on hold", "recycled", "killed"]


def phases(history: History) -> tuple[PhaseStatus, ...]:
    """All phases in the order of the process, those beside another included."""
    return tuple(_phase(history, phase) for phase in history.definition.phases)


def gates(history: History, step: Step) -> tuple[GateStatus, ...]:
    """All gates in the order in which they are passed."""
    return tuple(_gate(history, gate, step) for gate in history.definition.gates)


def deliverables(history: History) -> tuple[DeliverableStatus, ...]:
    """All deliverables, phase by phase."""
    return tuple(
        _deliverable(history, phase, item) for phase in history.definition.phases for item in phase.deliverables
    )


def _phase(history: History, phase: PhaseDefinition) -> PhaseStatus:
    opened = history.last(PhaseOpened, phase=phase.id) or _main_opened(history, phase)
    return PhaseStatus(
        phase=phase.id,
        title=phase.title,
        beside=phase.beside,
        state=_begun(history, opened) if opened else _unbegun(history, phase),
        attempt=opened.attempt if opened else 0,
        opened=opened.at.date() if opened else None,
        record=opened.id if opened else None,
    )


def _main_opened(history: History, phase: PhaseDefinition) -> PhaseOpened | None:
    """The newest attempt of the phase itself, or of the one that it runs beside."""
    return history.last(PhaseOpened, phase=phase.beside or phase.id)


def _begun(history: History, opened: PhaseOpened) -> PhaseState:
    definition = history.definition
    main = definition.phase(definition.phase(opened.phase).beside or opened.phase)
    through = all(passed(history, gate.id, opened.attempt) for gate in main.gates)
    if history.phase and history.phase.phase == main.id:
        return "passed" if history.closed or (main.gates and through) else "open"
    return "passed" if through else "skipped"


def _unbegun(history: History, phase: PhaseDefinition) -> PhaseState:
    closing = history.definition.closing_phase.id
    left_out = history.closed or (history.stopped and (phase.beside or phase.id) != closing)
    return "skipped" if left_out else "to come"


def _gate(history: History, gate: GateDefinition, step: Step) -> GateStatus:
    review, decided = history.review(gate.id), history.last(GateDecided, gate=gate.id)
    newest = decided or review
    return GateStatus(
        gate=gate.id,
        title=gate.title,
        phase=history.definition.phase_of_gate(gate.id).id,
        state=_gate_state(history, gate.id, step),
        outcome=decided.outcome if decided else None,
        round=review.round if review else 0,
        decided=decided.at.date() if decided else None,
        record=newest.id if newest else None,
        rounds=tuple(_round(history, one) for one in history.all(ReviewRequested) if one.gate == gate.id),
    )


def _round(history: History, review: ReviewRequested) -> RoundStatus:
    decided = history.outcome(review)
    if decided is None:
        return RoundStatus(round=review.round)
    return RoundStatus(round=review.round, outcome=decided.outcome, decided=decided.at.date())


def _gate_state(history: History, gate: str, step: Step) -> GateState:
    phase = history.definition.phase_of_gate(gate).id
    opened, decided = history.last(PhaseOpened, phase=phase), history.last(GateDecided, gate=gate)
    if decided and decided.outcome == "kill":
        return "killed"
    if opened and passed(history, gate, opened.attempt):
        return "passed"
    if step.word in ("preparing", "awaiting decision", "on hold") and step.gate == gate:
        return step.word
    repeating = isinstance(step, OpenPhase) and step.phase == phase
    return "recycled" if repeating and decided and decided.outcome == "recycle" else "to come"


def _deliverable(history: History, phase: PhaseDefinition, item: DeliverableDefinition) -> DeliverableStatus:
    version = history.version(item.id)
    state, record = _state(history, phase, item)
    return DeliverableStatus(
        deliverable=item.id,
        title=item.title,
        phase=phase.id,
        owner=item.owner,
        product=item.product,
        optional=item.optional,
        state=state,
        version=version.version if version else 0,
        record=record,
    )


def _state(history: History, phase: PhaseDefinition, item: DeliverableDefinition) -> tuple[State, str | None]:
    """How far a deliverable is, and the id of the record that says so."""
    if handed := history.last(HandedOver, deliverable=item.id):
        return "handed over", handed.id
    if version := history.version(item.id):
        judged = history.judgement(version)
        if judged is None:
            return "submitted", version.id
        return ("accepted" if judged.accepted else "sent back"), judged.id
    if draft := history.last(DocumentDrafted, deliverable=item.id):
        return "draft", draft.id
    owed = _main_opened(history, phase) and (item.premature or not history.stopped)
    return ("missing" if owed else "not due"), None
