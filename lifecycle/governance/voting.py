"""One vote on one dossier, what it may say, and the outcome it may bring about."""

from collections.abc import Iterator
from datetime import date, datetime

from lifecycle.errors import EvidenceChanged, RuleViolation
from lifecycle.governance.conditions import may_clear
from lifecycle.governance.dossier import evidence, evidence_moved
from lifecycle.governance.outcome import outcome
from lifecycle.governance.people import gate_of, named
from lifecycle.governance.review import waiting
from lifecycle.governance.seating import seat_for
from lifecycle.history import History, Record, utc
from lifecycle.history.gates import (
    Choice,
    ConditionSet,
    ConditionText,
    GateDecided,
    Proposal,
    ReviewRequested,
    Seat,
    VoteCast,
)
from lifecycle.history.record import Person
from lifecycle.history.work import Digest
from lifecycle.process.definition import Name, Text
from lifecycle.value import Value


class Ballot(Value):
    """What a person wants to vote; `digest` is the dossier that was read, the current one when left out.

    `seat` is the person in whose place they vote; left out, their own seat, or the first they may fill.
    """

    gate: Name
    by: Person
    choice: Choice
    reason: Text
    proposal: Proposal | None = None
    conditions: tuple[ConditionText, ...] = ()
    digest: Digest | None = None
    seat: Person | None = None


def cast(history: History, ballot: Ballot, now: datetime) -> tuple[Record, ...]:
    """Return the vote and, if it settles the review, its outcome and the conditions set.

    Figures are not looked at again: whatever moves a mandatory one sends the review back in the same
    transaction (`review.stale`), so that a vote costs the same however long the project's history is.

    The guards in their order: status (NotFound, TransitionNotAllowed, ReviewClosed), evidence
    (EvidenceChanged), exclusion (SeparationOfDuties), first vote (AlreadyVoted), seat (NotAnApprover,
    OutOfTurn), earlier conditions and what the vote says (RuleViolation).
    """
    review = waiting(history, ballot.gate)
    require_same_evidence(history, review, ballot.digest)
    seat = seat_for(history, review, ballot.by, now.date(), ballot.seat)
    require_no_open_conditions(history, ballot.gate)
    _require_fitting_proposal(history, review, ballot)
    _require_fitting_conditions(history, ballot, now.date())
    vote = _vote(review, ballot, seat, now)
    return (vote, *_settled(history, review, vote))


def require_same_evidence(history: History, review: ReviewRequested, read: str | None) -> None:
    """Refuse with EvidenceChanged when another dossier was read, or its evidence moved since."""
    if read not in (None, review.digest):
        raise EvidenceChanged(
            f"The dossier of {review.gate} is another one than you read ({review.digest[:12]}, round "
            f"{review.round}). Read it, then decide."
        )
    if moved := tuple(evidence_moved(review.dossier.evidence, evidence(history, review.gate))):
        raise EvidenceChanged(f"The evidence of {review.gate} changed since it was submitted. {' '.join(moved)}")


def require_no_open_conditions(history: History, gate: str) -> None:
    """Refuse with RuleViolation to decide a gate while a condition of an earlier one is open."""
    if history.open_conditions:
        names = (f"{c.name} ({history.charter.name_of(c.owner)}: {c.text})" for c in history.open_conditions)
        raise RuleViolation(
            f"{gate} cannot be decided while a condition of an earlier gate is open: {', '.join(names)}. "
            "Clear it, or have it waived by that gate's authority."
        )


def _require_fitting_proposal(history: History, review: ReviewRequested, ballot: Ballot) -> None:
    if ballot.proposal and ballot.choice != "reject":
        raise RuleViolation(f"A proposal to {ballot.proposal} goes with reject, not with {ballot.choice}.")
    if ballot.proposal == "recycle":
        require_recyclable(history, review)


def require_recyclable(history: History, review: ReviewRequested) -> None:
    """Refuse with RuleViolation when the phase may not be attempted once more."""
    rounds = gate_of(history, review.gate).rounds
    if review.attempt >= rounds:
        raise RuleViolation(
            f"{review.phase} was attempted {review.attempt} time(s) and {review.gate} allows {rounds}: "
            "it cannot be recycled again. Propose hold or kill instead."
        )


def _require_fitting_conditions(history: History, ballot: Ballot, today: date) -> None:
    conditional = ballot.choice == "approve_with_conditions"
    if conditional and not ballot.conditions:
        raise RuleViolation("Approving with conditions takes at least one condition: text, owner and due date.")
    if ballot.conditions and not conditional:
        raise RuleViolation(f"Conditions go with approve_with_conditions, not with {ballot.choice}.")
    if conditional and ballot.gate == history.definition.gates[-1].id:
        raise RuleViolation(f"{ballot.gate} is the last gate: nobody is left to meet a condition. Approve or reject.")
    for condition in ballot.conditions:
        _require_fitting_condition(history, ballot.gate, condition, today)


def _require_fitting_condition(history: History, gate: str, condition: ConditionText, today: date) -> None:
    if history.charter.person(condition.owner) is None:
        people = named(history.charter)
        raise RuleViolation(f"A condition's owner must belong to the project; {condition.owner} does not. {people}.")
    if condition.due < today:
        raise RuleViolation(f"A condition cannot be due in the past ({condition.due}). Today is {today}.")
    if not may_clear(history, gate, condition.owner):
        owner = history.charter.name_of(condition.owner)
        raise RuleViolation(f"Nobody could clear a condition owned by {owner}, the only approver. Name another owner.")


def _vote(review: ReviewRequested, ballot: Ballot, seat: Seat, now: datetime) -> VoteCast:
    return VoteCast(
        project=review.project,
        at=utc(now),
        by=ballot.by,
        gate=review.gate,
        round=review.round,
        seat=seat.person,
        role=seat.role,
        choice=ballot.choice,
        reason=ballot.reason,
        digest=review.digest,
        proposal=ballot.proposal,
        conditions=ballot.conditions,
    )


def _settled(history: History, review: ReviewRequested, vote: VoteCast) -> Iterator[Record]:
    votes = (*history.votes(review), vote)
    result = outcome(review.policy, review.seats, votes, review.quorum)
    if result is None:
        return
    yield GateDecided(
        project=review.project,
        at=vote.at,
        by=vote.by,
        gate=review.gate,
        round=review.round,
        phase=review.phase,
        attempt=review.attempt,
        outcome=result,
        digest=review.digest,
    )
    if result == "conditional_go":
        yield from _conditions(votes, vote.at)


def _conditions(votes: tuple[VoteCast, ...], at: datetime) -> Iterator[ConditionSet]:
    """Number the conditions of all approving votes through; each is set by the person who stated it."""
    stated = ((vote, condition) for vote in votes for condition in vote.conditions)
    for number, (vote, condition) in enumerate(stated, start=1):
        yield ConditionSet(
            project=vote.project,
            at=at,
            by=vote.by,
            gate=vote.gate,
            round=vote.round,
            number=number,
            text=condition.text,
            owner=condition.owner,
            due=condition.due,
        )
