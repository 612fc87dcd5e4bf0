"""One review of the past, held once more: the same facts, people and votes, under other rules.

The history it is held in has the other process in place of the project's own; everything else is as it was.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from lifecycle.errors import OutOfTurn, RuleViolation
from lifecycle.governance import readiness, voting
from lifecycle.governance.deadlines import demanded
from lifecycle.governance.dossier import evidence, evidence_moved
from lifecycle.governance.people import holders, titled
from lifecycle.governance.roster import roster
from lifecycle.governance.voting import Ballot
from lifecycle.history import SYSTEM, History, Record
from lifecycle.history.gates import (
    GateDecided,
    ReviewEscalated,
    ReviewReminded,
    ReviewRequested,
    ReviewReturned,
    VoteCast,
)
from lifecycle.history.work import DeliverableSubmitted


class NotSubmitted(NamedTuple):
    """Why the gate could not have been submitted. `untold`: only since nobody recorded what is asked now."""

    reasons: tuple[str, ...]
    untold: bool = False


class Held(NamedTuple):
    """The review as it would have been submitted, the history after the votes given, and the votes refused."""

    review: ReviewRequested
    history: History
    refused: tuple[str, ...]


def held_again(before: History, review: ReviewRequested, following: Iterable[Record]) -> Held | NotSubmitted:
    """Submit a gate as it stood before a review, and let everything follow that followed it."""
    metrics = review.dossier.metrics
    if gaps := readiness.gaps(readiness.findings(before, review.gate, metrics)):
        untold = all(gap.result == "unknown" and not gap.read.keys() <= metrics.keys() for gap in gaps)
        return NotSubmitted(tuple(readiness.in_words(before, gap) for gap in gaps), untold)
    try:
        submitted = _submitted(before, review)
    except RuleViolation as refusal:
        return NotSubmitted((str(refusal),))
    return _followed(before.and_then(submitted), submitted, following)


def _submitted(before: History, review: ReviewRequested) -> ReviewRequested:
    """The review with the roster and the rule of counting of the other process; RuleViolation when it has none."""
    gate, by = before.definition.gate(review.gate), _submitter(before, review)
    pinned = review.dossier.model_copy(update={"evidence": evidence(before, gate.id)})
    rules = {"policy": gate.policy, "quorum": gate.quorum, "due": review.at.date() + timedelta(days=gate.due_days)}
    return review.model_copy(update={"by": by, "dossier": pinned, "seats": roster(before, gate.id, by), **rules})


def _submitter(before: History, review: ReviewRequested) -> str:
    """Who would have submitted the gate: the same person where that was allowed, else the first who was."""
    if before.definition.gate(review.gate).request == "automatic":
        return SYSTEM
    managers = holders(before.charter, (before.definition.manager,))
    if not managers:
        role = titled(before.definition, (before.definition.manager,))
        raise RuleViolation(f"Nobody in the project held the role {role}, which submits {review.gate}.")
    return review.by if review.by in managers else managers[0]


def _followed(history: History, review: ReviewRequested, following: Iterable[Record]) -> Held:
    """Go on until the review ends by these rules, or until it ended in life. Time passes by these rules, too."""
    early: list[VoteCast] = []
    refused: list[str] = []
    for record in following:
        history = history.and_then(*demanded(history, record.at))
        if history.open_review(review.gate) is None or _ends(record, review):
            break
        if isinstance(record, VoteCast):
            history, early, no = _voted(history, [*early, record], record.at)
            refused += no
        elif not isinstance(record, ReviewReminded | ReviewEscalated):
            history = _moved(history.and_then(record), review, record)
    return Held(review, history, tuple(refused))


def _ends(record: Record, review: ReviewRequested) -> bool:
    kinds = GateDecided | ReviewReturned
    return isinstance(record, kinds) and (record.gate, record.round) == (review.gate, review.round)


def _voted(history: History, votes: list[VoteCast], at: datetime) -> tuple[History, list[VoteCast], list[str]]:
    """Cast what may be cast now; the votes that came before their turn, and why others are refused.

    Who voted before their turn would have voted when it came.
    """
    early: list[VoteCast] = []
    refused: list[str] = []
    for vote in votes:
        if history.open_review(vote.gate) is None:
            return history, [], refused
        try:
            history = history.and_then(*voting.cast(history, _ballot(vote), at))
        except OutOfTurn:
            early.append(vote)
        except RuleViolation as refusal:
            refused.append(str(refusal))
    if early and len(early) < len(votes):
        history, early, more = _voted(history, early, at)
        refused += more
    return history, early, refused


def _ballot(vote: VoteCast) -> Ballot:
    return Ballot(
        gate=vote.gate,
        by=vote.by,
        choice=vote.choice,
        reason=vote.reason,
        proposal=vote.proposal,
        conditions=vote.conditions,
        seat=vote.seat,
    )


def _moved(history: History, review: ReviewRequested, record: Record) -> History:
    """A new version of what is pinned sends the review back."""
    moved = tuple(evidence_moved(review.dossier.evidence, evidence(history, review.gate)))
    if not moved or not isinstance(record, DeliverableSubmitted):
        return history
    back = {"project": review.project, "at": record.at, "by": SYSTEM, "gate": review.gate, "round": review.round}
    return history.and_then(ReviewReturned.model_validate({**back, "cause": "stale", "difference": moved}))
