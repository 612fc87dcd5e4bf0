"""What comes next? The only place that knows; flows, commands and pages ask here and obey."""

from collections.abc import Collection
from typing import Literal

from lifecycle.history import History
from lifecycle.history.gates import GateDecided, GateResumed, ReviewRequested
from lifecycle.history.work import PhaseOpened
from lifecycle.process.definition import GateDefinition, PhaseDefinition
from lifecycle.value import Value

PASSED = ("go", "conditional_go")


class OpenPhase(Value):
    """The engine's turn: begin an attempt of a phase."""

    word: Literal["open phase"] = "open phase"
    phase: str
    attempt: int
    premature: bool = False


class AwaitPredecessor(Value):
    """Another project's turn: the phase may not begin before these dependencies are met."""

    word: Literal["awaiting predecessor"] = "awaiting predecessor"
    phase: str
    dependencies: tuple[str, ...]


class PrepareGate(Value):
    """The manager's turn: the phase's work is done and its gate submitted. `round` is the one to come."""

    word: Literal["preparing"] = "preparing"
    phase: str
    attempt: int
    gate: str
    round: int


class AwaitDecision(Value):
    """The approvers' turn."""

    word: Literal["awaiting decision"] = "awaiting decision"
    phase: str
    attempt: int
    gate: str
    round: int


class OnHold(Value):
    """The gate's authority's turn: the clock stands still until it resumes the gate."""

    word: Literal["on hold"] = "on hold"
    phase: str
    attempt: int
    gate: str
    round: int


class AwaitClosing(Value):
    """The manager's turn: a stopped project is wound up, then closed by hand."""

    word: Literal["closing early"] = "closing early"
    phase: str
    attempt: int


class CloseProject(Value):
    """The engine's turn: the last gate was passed."""

    word: Literal["closing"] = "closing"
    phase: str


class Ended(Value):
    """Nobody's turn any more."""

    word: Literal["closed", "closed early"]


Step = OpenPhase | AwaitPredecessor | PrepareGate | AwaitDecision | OnHold | AwaitClosing | CloseProject | Ended


def next_step(history: History, unmet: Collection[str] = ()) -> Step:
    """Say what comes next in a project.

    `unmet` names the dependencies on other projects, still open, that hold back the phase which would
    begin next (see `lifecycle.program`).
    """
    if history.closed:
        return Ended(word="closed early" if history.closed.premature else "closed")
    current = history.phase
    if history.stopped:
        return _winding_up(history, current)
    if current is None:
        return _begin(history.definition.main_phases[0], 1, unmet)
    return _within(history, current, unmet)


def gate_at(step: Step) -> str | None:
    """The gate that a step is at; None between gates."""
    return step.gate if isinstance(step, PrepareGate | AwaitDecision | OnHold) else None


def gate_meant(history: History) -> str:
    """The gate that is meant where none is named: where the project is, or what it comes to next; else its last."""
    step = next_step(history)
    if isinstance(step, OpenPhase | AwaitPredecessor):
        return history.definition.phase(step.phase).gates[0].id
    return gate_at(step) or history.definition.gates[-1].id


def standing(step: Step) -> str:
    """Where the lifecycle stands, in words: `G1, awaiting decision`; for the engine's turn, how it is taken."""
    if isinstance(step, OpenPhase):
        return f"{step.phase} is opened by the next run: phasegate worker"
    if isinstance(step, CloseProject):
        return "closed by the next run: phasegate worker"
    place = gate_at(step) or getattr(step, "phase", None)
    return f"{place}, {step.word}" if place else step.word


def next_phase(history: History) -> str | None:
    """The main phase that would begin after the current one; None when there is no further one."""
    order = [phase.id for phase in history.definition.main_phases]
    position = order.index(history.phase.phase) + 1 if history.phase else 0
    return order[position] if position < len(order) else None


def passed(history: History, gate: str, attempt: int) -> GateDecided | None:
    """The outcome that let the project through a gate in this attempt of its phase."""
    decided = history.last(GateDecided, gate=gate, attempt=attempt)
    return decided if decided and decided.outcome in PASSED else None


def next_round(history: History, gate: str) -> int:
    """The number of the gate's next review."""
    review = history.review(gate)
    return review.round + 1 if review else 1


def _winding_up(history: History, current: PhaseOpened | None) -> Step:
    closing = history.definition.closing_phase.id
    if current and current.phase == closing and current.premature:
        return AwaitClosing(phase=closing, attempt=current.attempt)
    attempt = current.attempt + 1 if current and current.phase == closing else 1
    return OpenPhase(phase=closing, attempt=attempt, premature=True)


def _within(history: History, current: PhaseOpened, unmet: Collection[str]) -> Step:
    """The first gate of the phase that was not passed says what comes next; then the next phase."""
    phase = history.definition.phase(current.phase)
    for gate in phase.gates:
        if not passed(history, gate.id, current.attempt):
            return _at(history, current, gate)
    following = next_phase(history)
    if following is None:
        return CloseProject(phase=phase.id)
    return _begin(history.definition.phase(following), 1, unmet)


def _at(history: History, current: PhaseOpened, gate: GateDefinition) -> Step:
    review = history.last(ReviewRequested, gate=gate.id, attempt=current.attempt)
    if review is None or history.returned(review):
        return _prepare(history, current, gate)
    outcome = history.outcome(review)
    if outcome and outcome.outcome == "recycle":
        return OpenPhase(phase=current.phase, attempt=current.attempt + 1)
    if history.the(GateResumed, gate=gate.id, round=review.round):
        return _prepare(history, current, gate)
    waiting = OnHold if outcome else AwaitDecision
    return waiting(phase=current.phase, attempt=current.attempt, gate=gate.id, round=review.round)


def _prepare(history: History, current: PhaseOpened, gate: GateDefinition) -> PrepareGate:
    round = next_round(history, gate.id)
    return PrepareGate(phase=current.phase, attempt=current.attempt, gate=gate.id, round=round)


def _begin(phase: PhaseDefinition, attempt: int, unmet: Collection[str]) -> Step:
    if unmet:
        return AwaitPredecessor(phase=phase.id, dependencies=tuple(sorted(unmet)))
    return OpenPhase(phase=phase.id, attempt=attempt)
