"""What may happen next in a project: the engine's own step, or each decision that its people may take.

Every move is carried out by the verbs of governance, on a history that nobody stores.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from lifecycle.errors import LifecycleError, RuleViolation
from lifecycle.governance import closing, conditions, deliverables, review, voting
from lifecycle.governance.people import gate_of, holders
from lifecycle.history import SYSTEM, History
from lifecycle.history.charter import Charter
from lifecycle.history.closing import LessonRecorded
from lifecycle.history.gates import ConditionText, Outcome, ReviewRequested, Seat
from lifecycle.history.work import PhaseOpened, ProjectStarted
from lifecycle.process.definition import DeliverableDefinition, ProcessDefinition
from lifecycle.progress import (
    AwaitClosing,
    AwaitDecision,
    CloseProject,
    OnHold,
    OpenPhase,
    PrepareGate,
    next_step,
)
from lifecycle.rehearsal.staffing import author, bare
from lifecycle.value import digest

Move = Outcome | Literal["open", "submit", "resume", "close"]

OUTCOMES: tuple[Outcome, ...] = ("go", "conditional_go", "hold", "recycle", "kill")
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
"""The moment of everything in a rehearsal's history; its durations are counted elsewhere."""

_NOTHING = digest(b"")
_REASON = "Rehearsed."


def beginning(definition: ProcessDefinition, charter: Charter) -> History:
    """The history of a project that has just been started; the definition is the expanded one."""
    started = ProjectStarted(project=charter.project, at=NOW, by=SYSTEM, charter=charter, definition=bare(definition))
    return History([started])


def moves(history: History) -> dict[Move, History]:
    """Everything that may happen next, with the history that follows; nothing after the end, or where all is stuck."""
    step = next_step(history)
    try:
        if isinstance(step, OpenPhase):
            return {"open": _opened(history, step)}
        if isinstance(step, PrepareGate):
            return {"submit": _submitted(history, step.gate)}
        if isinstance(step, AwaitDecision):
            return _decisions(history, step.gate)
        if isinstance(step, OnHold):
            return {"resume": _resumed(history, step.gate)}
        if isinstance(step, CloseProject):
            return {"close": history.and_then(closing.close(history, SYSTEM, NOW, _NOTHING))}
        if isinstance(step, AwaitClosing):
            return {"close": _wound_up(history)}
    except LifecycleError:
        return {}
    return {}


def seats(history: History, gate: str) -> tuple[Seat, ...]:
    """The seats of the review that waits; under the policy `in_order` as the engine lets them vote one by one."""
    left = [*review.waiting(history, gate).seats]
    if gate_of(history, gate).policy != "in_order":
        return tuple(left)
    ordered: list[Seat] = []
    while following := _next_to_vote(history, gate, left):
        seat, history = following
        left.remove(seat)
        ordered.append(seat)
    return (*ordered, *left)


def _next_to_vote(history: History, gate: str, left: Sequence[Seat]) -> tuple[Seat, History] | None:
    """The first of these seats that may approve now, with the history after it; None when none may."""
    for seat in left:
        try:
            return seat, voted(history, gate, seat.person, "go")
        except RuleViolation:
            continue
    return None


def voted(history: History, gate: str, person: str, wanted: Outcome) -> History:
    """A person votes for an outcome; RuleViolation when that vote may not be cast."""
    return history.and_then(*voting.cast(history, _ballot(history, gate, person, wanted), NOW))


def _cleared(history: History) -> History:
    """The conditions of a decision are met, before the next gate is decided."""
    for condition in history.open_conditions:
        by = conditions.may_clear(history, condition.gate, condition.owner)[0]
        history = history.and_then(conditions.clear(history, condition.name, by, _REASON, NOW))
    return history


def _opened(history: History, step: OpenPhase) -> History:
    names = (step.phase, *(phase.id for phase in history.definition.beside(step.phase)))
    return history.and_then(
        *(
            PhaseOpened(
                project=history.project, at=NOW, by=SYSTEM, phase=name, attempt=step.attempt, premature=step.premature
            )
            for name in names
        )
    )


def _submitted(history: History, gate: str) -> History:
    for item in history.definition.deliverables_for(gate):
        if not item.optional:
            history = _handed_in(history, item, holders(history.charter, gate_of(history, gate).approvers))
    return history.and_then(_requested(history, gate))


def _requested(history: History, gate: str) -> ReviewRequested:
    """The review, submitted by whoever leaves enough people to vote; the last refusal when nobody does."""
    automatic = gate_of(history, gate).request == "automatic"
    managers = holders(history.charter, (history.definition.manager,))
    refused: RuleViolation = RuleViolation(f"Nobody submits {gate}.")
    for by in (SYSTEM,) if automatic else managers:
        try:
            return review.request(history, gate, by, NOW, {})
        except RuleViolation as refusal:
            refused = refusal
    raise refused


def _handed_in(history: History, item: DeliverableDefinition, approvers: Sequence[str] = ()) -> History:
    """Somebody writes a deliverable, and a product is accepted; once is enough."""
    if history.version(item.id):
        return history
    by = author(history.charter, item, frozenset(approvers))
    if by is None:
        raise RuleViolation(f"Nobody writes '{item.title}'.")
    file = deliverables.Submission(deliverable=item.id, file="rehearsal", sha256=digest(item.id.encode()), size=1)
    history = history.and_then(deliverables.submit(history, file, by, NOW))
    if not item.product:
        return history
    others = [person for person in holders(history.charter, (item.acceptance.by,)) if person != by]
    if not others:
        raise RuleViolation(f"Nobody accepts '{item.title}'.")
    judgement = deliverables.Judgement(deliverable=item.id)
    return history.and_then(deliverables.judge(history, judgement, others[0], NOW))


def _decisions(history: History, gate: str) -> dict[Move, History]:
    """Each outcome that the approvers can bring about when they are of one mind; conditions are met at once."""
    found: dict[Move, History] = {}
    for wanted in OUTCOMES:
        after = _decided(history, gate, wanted)
        decided = after.outcome(review_of(after, gate))
        if decided:
            found.setdefault(decided.outcome, _cleared(after))
    return found


def review_of(history: History, gate: str) -> ReviewRequested:
    """The newest review of a gate that was submitted."""
    found = history.review(gate)
    assert found is not None  # noqa: S101 - who asks has just submitted it
    return found


def _decided(history: History, gate: str, wanted: Outcome) -> History:
    """The votes of all seats in their order until there is an outcome; as it was when they may not vote for it."""
    before = history
    for seat in seats(history, gate):
        if history.outcome(review_of(history, gate)) is None:
            try:
                history = voted(history, gate, seat.person, wanted)
            except RuleViolation:
                return before
    return history


def _ballot(history: History, gate: str, person: str, wanted: Outcome) -> voting.Ballot:
    if wanted == "go":
        return voting.Ballot(gate=gate, by=person, choice="approve", reason=_REASON)
    if wanted == "conditional_go":
        owner = next((one for one in _by_age(history, gate) if conditions.may_clear(history, gate, one)), person)
        promise = ConditionText(text=_REASON, owner=owner, due=(NOW + timedelta(days=14)).date())
        return voting.Ballot(
            gate=gate, by=person, choice="approve_with_conditions", reason=_REASON, conditions=(promise,)
        )
    return voting.Ballot(gate=gate, by=person, choice="reject", proposal=wanted, reason=_REASON)


def _by_age(history: History, gate: str) -> list[str]:
    """The people who could be given a condition, the managers first."""
    managers = holders(history.charter, (history.definition.manager,))
    return [*managers, *(person.id for person in history.charter.people)]


def _resumed(history: History, gate: str) -> History:
    """The hold ends by an approver who did not submit the gate."""
    submitter = review_of(history, gate).by
    able = [person for person in holders(history.charter, gate_of(history, gate).approvers) if person != submitter]
    return history.and_then(review.resume(history, gate, able[0], _REASON, NOW))


def _wound_up(history: History) -> History:
    """What a stopped project still owes is done, then its manager closes it."""
    for item in history.definition.deliverables:
        if item.premature:
            history = _handed_in(history, item)
    by = holders(history.charter, (history.definition.manager,))[0]
    lesson = LessonRecorded(project=history.project, at=NOW, by=by, number=1, text=_REASON, recommendation=_REASON)
    history = history.and_then(lesson)
    for person in closing.unreleased(history):
        history = history.and_then(closing.release(history, person, by, NOW))
    return history.and_then(closing.close(history, by, NOW, _NOTHING))
