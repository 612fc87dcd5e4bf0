"""The verbs of a gate: submit, decide, override, withdraw, resume, waive, clear a condition."""

from collections.abc import Sequence

from lifecycle.actions.repeating import Request, once
from lifecycle.actions.settling import facts_of, others_move
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import LifecycleError
from lifecycle.governance import conditions, overrides, review, voting, waivers
from lifecycle.governance.overrides import Override
from lifecycle.governance.people import gate_of
from lifecycle.governance.seating import silent
from lifecycle.governance.voting import Ballot
from lifecycle.history import History, Record
from lifecycle.history.gates import (
    ConditionCleared,
    CriterionWaived,
    GateDecided,
    GateResumed,
    ReviewRequested,
    ReviewReturned,
    VoteCast,
)
from lifecycle.history.people import OverrideRequested, OverrideReviewed
from lifecycle.progress import gate_meant
from lifecycle.value import Value


class Decision(Value):
    """What a vote led to: the vote's record, the state of the count in words, and the outcome once there is one."""

    project: str
    gate: str
    round: int
    vote: str
    outcome: str | None = None
    text: str


class Answered(Value):
    """What came of one ballot among several: a decision, or the error's code and sentence."""

    project: str
    gate: str
    decision: Decision | None = None
    code: str | None = None
    text: str


def submit_gate(work: Workspace, project: str, gate: str | None, by: str) -> ReviewRequested:
    """Submit a gate, or the one that is due when none is named: freeze dossier and roster."""
    with work.change("submit gate", project, by) as store:
        history = store.history(project)
        request = review.request(history, gate or gate_meant(history), by, store.now, facts_of(store, project))
        store.append(request)
    return request


def decide_gate(work: Workspace, project: str, ballot: Ballot, key: str | None = None) -> Decision:
    """Cast a vote; when the votes add up, the outcome is written in the same transaction.

    The same idempotency key gives the same answer again; used for something else, KeyReused.
    """
    vote = Request("vote", project, ballot.by, ballot.model_dump(mode="json"), key)
    return once(work, vote, Decision, lambda here: _decide(here, project, ballot))


def _decide(work: Workspace, project: str, ballot: Ballot) -> Decision:
    with work.change("vote", project, ballot.by) as store:
        history = store.history(project)
        if others_move(history):
            review.require_unmoved(history, ballot.gate, facts_of(store, project))
        records = voting.cast(history, ballot, store.now)
        store.append(*records)
        return _decision(store.history(project), records)


def decide_gates(work: Workspace, ballots: Sequence[tuple[str, Ballot]]) -> tuple[Answered, ...]:
    """Cast many ballots, each with its project, as decisions of their own: what is refused hinders no other."""
    return tuple(_answered(work, project, ballot) for project, ballot in ballots)


def _answered(work: Workspace, project: str, ballot: Ballot) -> Answered:
    try:
        decision = decide_gate(work, project, ballot)
    except LifecycleError as error:
        return Answered(project=project, gate=ballot.gate, code=error.code, text=str(error))
    return Answered(project=project, gate=ballot.gate, decision=decision, text=decision.text)


def request_override(work: Workspace, project: str, wish: Override, by: str) -> OverrideRequested:
    """Ask to decide a review past its votes, in an emergency."""
    with work.change("request override", project, by) as store:
        history = store.history(project)
        review.require_unmoved(history, wish.gate, facts_of(store, project))
        asked = overrides.request(history, wish, by, store.now)
        store.append(asked)
    return asked


def confirm_override(work: Workspace, project: str, gate: str, by: str, dossier: str | None = None) -> GateDecided:
    """Confirm an override as a second person: the review is decided in the same transaction."""
    with work.change("confirm override", project, by) as store:
        history = store.history(project)
        review.require_unmoved(history, gate, facts_of(store, project))
        decided = overrides.confirm(history, gate, by, store.now, dossier)
        store.append(decided)
    return decided


def review_override(work: Workspace, project: str, gate: str, finding: str, by: str) -> OverrideReviewed:
    """Write down afterwards what was found about an override."""
    with work.change("review override", project, by) as store:
        found = overrides.look_back(store.history(project), gate, by, finding, store.now)
        store.append(found)
    return found


def withdraw_gate(work: Workspace, project: str, gate: str, by: str) -> ReviewReturned:
    """Take a submitted gate back before its outcome."""
    with work.change("withdraw gate", project, by) as store:
        returned = review.withdraw(store.history(project), gate, by, store.now)
        store.append(returned)
    return returned


def resume_gate(work: Workspace, project: str, gate: str, reason: str, by: str) -> GateResumed:
    """End a hold; the gate goes straight into a new review where its submitter could ask for one, else back to them."""
    with work.change("resume gate", project, by) as store:
        resumed = review.resume(store.history(project), gate, by, reason, store.now)
        store.append(resumed)
        history = store.history(project)
        if held := history.review(gate):
            store.append(*review.request_where_possible(history, gate, held.by, store.now, facts_of(store, project)))
    return resumed


def waive_criterion(
    work: Workspace, project: str, *, gate: str, criterion: str, reason: str, by: str
) -> CriterionWaived:
    """Let a mandatory criterion go for this attempt, by the gate's authority."""
    with work.change("waive criterion", project, by) as store:
        waiver = waivers.waive(store.history(project), gate, criterion=criterion, by=by, reason=reason, now=store.now)
        store.append(waiver)
    return waiver


def clear_condition(
    work: Workspace, project: str, *, name: str, evidence: str, by: str, waive: bool = False
) -> ConditionCleared:
    """Record that a condition (`G2.1.1`) is met, or let it go by the gate's authority."""
    settle_condition = conditions.waive if waive else conditions.clear
    with work.change("clear condition", project, by) as store:
        cleared = settle_condition(store.history(project), name, by, evidence, store.now)
        store.append(cleared)
    return cleared


def _decision(history: History, records: tuple[Record, ...]) -> Decision:
    vote = next(record for record in records if isinstance(record, VoteCast))
    outcome = next((record for record in records if isinstance(record, GateDecided)), None)
    return Decision(
        project=vote.project,
        gate=vote.gate,
        round=vote.round,
        vote=vote.id,
        outcome=outcome.outcome if outcome else None,
        text=_tally(history, vote, outcome),
    )


def _tally(history: History, vote: VoteCast, outcome: GateDecided | None) -> str:
    title = gate_of(history, vote.gate).title
    if outcome:
        return f"{title} ({vote.gate}, round {vote.round}): {outcome.outcome.replace('_', ' ')}."
    review_ = history.review(vote.gate)
    left = [seat.person for seat in silent(history, review_)] if review_ else []
    names = ", ".join(history.charter.name_of(person) for person in left)
    return f"Vote recorded at {title} ({vote.gate}, round {vote.round}). Still to vote: {names}."
