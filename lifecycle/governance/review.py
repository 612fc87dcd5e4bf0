"""One review's life around its votes: requested, withdrawn, gone stale, resumed after a hold."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from lifecycle.errors import (
    EvidenceChanged,
    NotAuthorised,
    NotReady,
    ReviewClosed,
    SeparationOfDuties,
    TransitionNotAllowed,
)
from lifecycle.governance.dossier import difference, dossier
from lifecycle.governance.people import gate_of, holders, require_role
from lifecycle.governance.readiness import gaps, in_words
from lifecycle.governance.roster import roster
from lifecycle.history import SYSTEM, History, utc
from lifecycle.history.gates import Fact, GateDecided, GateResumed, ReviewRequested, ReviewReturned
from lifecycle.process.definition import GateDefinition
from lifecycle.progress import AwaitDecision, OnHold, PrepareGate, next_step, standing
from lifecycle.value import digest

SETTLED = {"votes": "settled by the vote of", "overdue": "since it was overdue, by", "override": "by override of"}
"""How a review got its outcome, in words, before the name of whoever brought it about."""


def request(history: History, gate: str, by: str, now: datetime, facts: Mapping[str, Fact]) -> ReviewRequested:
    """Submit a gate: freeze its dossier and its roster. Due after the gate's calendar days.

    Raises NotFound, TransitionNotAllowed, NotAuthorised, NotReady (all gaps, with owners) or
    SeparationOfDuties (too few persons left to vote).
    """
    definition = gate_of(history, gate)
    step = preparing(history, gate)
    _require_submitter(history, definition, by)
    frozen = dossier(history, gate, facts, step.round)
    _require_ready(history, frozen.gate, [in_words(history, gap) for gap in gaps(frozen.findings)])
    return ReviewRequested(
        project=history.project,
        at=utc(now),
        by=by,
        gate=gate,
        round=step.round,
        phase=step.phase,
        attempt=step.attempt,
        dossier=frozen,
        digest=digest(frozen),
        seats=roster(history, gate, by),
        policy=definition.policy,
        quorum=definition.quorum,
        due=now.date() + timedelta(days=definition.due_days),
    )


def request_where_possible(
    history: History, gate: str, by: str, now: datetime, facts: Mapping[str, Fact]
) -> tuple[ReviewRequested, ...]:
    """Submit a gate if that can be done now; not with gaps, in the name of who may not, or with too few to vote."""
    try:
        return (request(history, gate, by, now, facts),)
    except (NotReady, NotAuthorised, SeparationOfDuties):
        return ()


def request_automatically(
    history: History, gate: str, now: datetime, facts: Mapping[str, Fact]
) -> tuple[ReviewRequested, ...]:
    """The review that the engine asks for by itself, as soon as the gate is ready.

    What was sent back is not put before the approvers once more as it was: the engine waits until something that was
    pinned has changed, or for the manager to submit it.
    """
    before = history.review(gate)
    if before and sent_back(history, before) and not _moved_since(history, before, facts):
        return ()
    return request_where_possible(history, gate, SYSTEM, now, facts)


def sent_back(history: History, review: ReviewRequested) -> bool:
    """Whether a review ended with more work to do on what was submitted: recycled, or withdrawn."""
    decided, returned = history.outcome(review), history.returned(review)
    return bool((decided and decided.outcome == "recycle") or (returned and returned.cause == "withdrawn"))


def withdraw(history: History, gate: str, by: str, now: datetime) -> ReviewReturned:
    """Take a review back before its outcome: its submitter may; a manager when that one is the engine or no manager."""
    review = waiting(history, gate)
    managers = holders(history.charter, (history.definition.manager,))
    may = (review.by,) if review.by in managers else managers
    if by not in may:
        who = ", ".join(map(history.charter.name_of, may))
        raise NotAuthorised(f"Only who submitted {gate} may withdraw it: {who}.")
    return _returned(review, by, now)


def stale(history: History, facts: Mapping[str, Fact], now: datetime) -> tuple[ReviewReturned, ...]:
    """Return the reviews whose pinned evidence or mandatory results are no longer what was submitted."""
    if history.closed or history.stopped:
        return ()
    return tuple(
        _returned(review, SYSTEM, now, moved)
        for review in history.open_reviews
        if (moved := _moved_since(history, review, facts))
    )


def resume(history: History, gate: str, by: str, reason: str, now: datetime) -> GateResumed:
    """End a hold by the gate's authority: a holder of an approver role who did not submit it."""
    definition = gate_of(history, gate)
    step = next_step(history)
    if not isinstance(step, OnHold) or step.gate != gate:
        raise TransitionNotAllowed(f"{gate} is not on hold (now: {standing(step)}).")
    require_role(history, definition.approvers, by, f"resume {gate}")
    review = history.review(gate)
    if review and review.by == by:
        raise SeparationOfDuties(f"{history.charter.name_of(by)} submitted {gate}; another approver resumes it.")
    return GateResumed(project=history.project, at=utc(now), by=by, gate=gate, round=step.round, reason=reason)


def require_unmoved(history: History, gate: str, facts: Mapping[str, Fact]) -> None:
    """Refuse with EvidenceChanged when a review that waits is no longer about what was submitted."""
    if moved := _moved_since(history, waiting(history, gate), facts):
        raise EvidenceChanged(f"The evidence of {gate} changed since it was submitted. {' '.join(moved)}")


def preparing(history: History, gate: str) -> PrepareGate:
    """The step in which this gate is prepared; TransitionNotAllowed when the lifecycle is elsewhere."""
    step = next_step(history)
    if not isinstance(step, PrepareGate) or step.gate != gate:
        way = "; withdraw it first" if isinstance(step, AwaitDecision) and step.gate == gate else ""
        raise TransitionNotAllowed(f"{gate} is not in preparation (now: {standing(step)}){way}.")
    return step


def waiting(history: History, gate: str) -> ReviewRequested:
    """The review of a gate that still waits for its outcome.

    Raises NotFound, TransitionNotAllowed (never submitted, or the project was stopped), ReviewClosed (decided
    or withdrawn: what, by whom, when) or EvidenceChanged (gone stale, with the difference).
    """
    gate_of(history, gate)
    review = history.review(gate)
    if review is None:
        raise TransitionNotAllowed(f"{gate} was not submitted yet (now: {standing(next_step(history))}).")
    _require_undecided(history, history.outcome(review))
    _require_unreturned(history, history.returned(review))
    if history.stopped:
        who, when = history.charter.name_of(history.stopped.by), history.stopped.at.date()
        raise TransitionNotAllowed(f"The project was stopped by {who} on {when}; {gate} is not decided any more.")
    return review


def _require_submitter(history: History, gate: GateDefinition, by: str) -> None:
    if by != SYSTEM or gate.request != "automatic":
        require_role(history, (history.definition.manager,), by, f"submit {gate.id}")


def _require_ready(history: History, gate: str, missing: list[str]) -> None:
    if missing:
        lines = "".join(f"\n- {gap}" for gap in missing)
        raise NotReady(f"{gate} of {history.charter.title} is not ready; missing:{lines}")


def _require_undecided(history: History, outcome: GateDecided | None) -> None:
    if outcome and outcome.cause == "overdue":
        raise ReviewClosed(
            f"{outcome.gate} round {outcome.round} went on hold on {outcome.at.date()}: nobody decided it in time. "
            f"An approver resumes it: phasegate gate resume {outcome.project} {outcome.gate}"
        )
    if outcome:
        who = history.charter.name_of(outcome.by)
        raise ReviewClosed(
            f"{outcome.gate} round {outcome.round} was decided: {outcome.outcome} on {outcome.at.date()}, "
            f"{SETTLED[outcome.cause]} {who}. No vote changes that."
        )


def _require_unreturned(history: History, returned: ReviewReturned | None) -> None:
    if returned is None:
        return
    name = f"{returned.gate} round {returned.round}"
    if returned.cause == "withdrawn":
        who = history.charter.name_of(returned.by)
        raise ReviewClosed(f"{name} was withdrawn by {who} on {returned.at.date()}. Wait for the next round.")
    raise EvidenceChanged(f"{name} went back to its submitter: {' '.join(returned.difference)}")


def _returned(review: ReviewRequested, by: str, now: datetime, moved: tuple[str, ...] | None = None) -> ReviewReturned:
    return ReviewReturned(
        project=review.project,
        at=utc(now),
        by=by,
        gate=review.gate,
        round=review.round,
        cause="withdrawn" if moved is None else "stale",
        difference=moved or (),
    )


def _moved_since(history: History, review: ReviewRequested, facts: Mapping[str, Fact]) -> tuple[str, ...]:
    """What changed since a review was submitted, in sentences; empty while it is what the approvers read."""
    return difference(review.dossier, dossier(history, review.gate, facts, review.round))
