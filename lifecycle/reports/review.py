"""One review of a gate as a report tells it: what was asked, on which evidence, who said what, and the outcome."""

from collections.abc import Iterator
from datetime import date, datetime

from lifecycle.governance.overrides import pending
from lifecycle.governance.seating import silent, vacant
from lifecycle.history import History
from lifecycle.history.gates import Evidence, GateResumed, ReviewRequested, Seat, VoteCast
from lifecycle.history.people import OverrideReviewed, StaffingChanged
from lifecycle.history.work import DeliverableSubmitted
from lifecycle.process.definition import AtLeast, Policy
from lifecycle.reports import people, words
from lifecycle.reports.conditions import AskedLine, ConditionLine, asked, conditions
from lifecycle.reports.people import Actor
from lifecycle.value import Value

RETURNED = {
    "withdrawn": "Withdrawn by the submitter",
    "stale": "Returned: its evidence changed",
    "migrated": "Returned: its rules changed",
}
"""How a review ended without an outcome."""


class EvidenceLine(Value):
    """A deliverable version that the decision rests on."""

    deliverable: str
    title: str
    version: int
    sha256: str
    author: str
    accepted: bool
    record: str


class FindingLine(Value):
    """A criterion of the gate and its answer."""

    criterion: str
    text: str
    result: str
    owner: str
    advisory: bool
    detail: str


class VoteLine(Value):
    """One person's vote."""

    voter: Actor
    seat: str
    choice: str
    proposal: str | None
    reason: str
    at: datetime
    digest: str
    record: str


class Flag(Value):
    """What a signer must not overlook: the decision stays, and everybody is told.

    An override; evidence that changed after the decision on it; a vote of somebody who has left since.
    """

    word: str = "EVIDENCE CHANGED"
    text: str
    record: str


class ReviewLine(Value):
    """A whole review. `outcome` is None while it waits, `ending` says how it ended in words.

    Reports that earlier versions filed do not say what was `asked`.
    """

    gate: str
    title: str
    question: str
    phase: str
    attempt: int
    round: int
    submitter: Actor
    requested: datetime
    due: date
    policy: str
    digest: str
    outcome: str | None
    ending: str
    decided: datetime | None
    settled_by: Actor | None
    evidence: tuple[EvidenceLine, ...]
    findings: tuple[FindingLine, ...]
    votes: tuple[VoteLine, ...]
    absent: tuple[str, ...]
    asked: tuple[AskedLine, ...] = ()
    conditions: tuple[ConditionLine, ...]
    flags: tuple[Flag, ...]
    record: str
    outcome_record: str | None


def review_line(history: History, review: ReviewRequested) -> ReviewLine:
    """Tell one review."""
    rules = history.definition_at(review)
    gate = rules.gate(review.gate)
    decided = history.outcome(review)
    return ReviewLine(
        gate=gate.id,
        title=gate.title,
        question=gate.question,
        phase=rules.phase(review.phase).title,
        attempt=review.attempt,
        round=review.round,
        submitter=people.by(history, review),
        requested=review.at,
        due=review.due,
        policy=_rule(review),
        digest=review.digest,
        outcome=words.OUTCOMES[decided.outcome] if decided else None,
        ending=_ending(history, review),
        decided=decided.at if decided else None,
        settled_by=people.by(history, decided) if decided else None,
        evidence=tuple(_evidence(history, item) for item in review.dossier.evidence),
        findings=_findings(history, review),
        votes=tuple(_vote(history, vote) for vote in history.votes(review)),
        absent=tuple(_seat(history, s.person, s.role) for s in silent(history, review)),
        asked=asked(history, review),
        conditions=conditions(history, review),
        flags=flags(history, review),
        record=review.id,
        outcome_record=decided.id if decided else None,
    )


def policy_in_words(policy: Policy, seats: int) -> str:
    """Say how many of the seats must approve."""
    if isinstance(policy, AtLeast):
        return f"at least {policy.at_least} of {words.counted(seats, 'seat')} approve"
    return {
        "all": "all approvers approve",
        "any": "any one approver approves",
        "in_order": "all approvers approve, one after the other",
    }[policy]


def _rule(review: ReviewRequested) -> str:
    """How the votes were counted: the policy, the quorum, the vetoes."""
    quorum = f"; a quorum of {review.quorum} votes" if review.quorum else ""
    veto = "; with a veto" if any(seat.veto for seat in review.seats) else ""
    return f"{policy_in_words(review.policy, len(review.seats))}{quorum}{veto}"


def flags(history: History, review: ReviewRequested) -> tuple[Flag, ...]:
    """An override, votes of those who left, and evidence that changed after the project had passed the gate on it."""
    return (*_override(history, review), *_departed(history, review), *_changed(history, review))


def _override(history: History, review: ReviewRequested) -> Iterator[Flag]:
    """Who decided past the votes, why, and what was found about it afterwards."""
    decided, asked = history.outcome(review), pending(history, review)
    if decided is None or decided.cause != "override" or asked is None:
        return
    who, second = people.name_of(history, asked.by), people.name_of(history, decided.by)
    looked = history.last(OverrideReviewed, gate=review.gate, round=review.round)
    found = (
        f"Looked into by {people.name_of(history, looked.by)}: {looked.finding}" if looked else "Not looked into yet."
    )
    text = (
        f"{review.gate}, round {review.round}, was decided past its votes ({words.OUTCOMES[decided.outcome]}): asked "
        f"for by {who}, confirmed by {second} on {words.day(decided.at)}. Reason: {asked.reason} {found}"
    )
    yield Flag(word="OVERRIDE", text=text, record=decided.id)


def _departed(history: History, review: ReviewRequested) -> Iterator[Flag]:
    """The votes of those who left afterwards, or no longer hold the role of the seat; they stand."""
    for vote in history.votes(review):
        change = next((c for c in history.all(StaffingChanged) if _unseats(history, vote, c)), None)
        if change:
            did = "holds other roles since" if change.roles else "left on"
            text = f"{people.name_of(history, vote.by)} voted at {vote.gate} and {did} {words.day(change.at)}."
            yield Flag(word="VOTER NO LONGER THERE", text=text, record=change.id)


def _unseats(history: History, vote: VoteCast, change: StaffingChanged) -> bool:
    later = history.records.index(change) > history.records.index(vote)
    return later and change.person == vote.by == vote.seat and vote.role not in change.roles


def _changed(history: History, review: ReviewRequested) -> tuple[Flag, ...]:
    decided = history.outcome(review)
    if decided is None or decided.outcome not in ("go", "conditional_go"):
        return ()
    pinned = {item.deliverable: item.version for item in review.dossier.evidence}
    later = history.records[history.records.index(decided) :]
    changed = (r for r in later if isinstance(r, DeliverableSubmitted) and r.deliverable in pinned)
    return tuple(_flag(history, review.gate, pinned[version.deliverable], version) for version in changed)


def all_flags(history: History) -> tuple[Flag, ...]:
    """Every flag of every review of the project."""
    return tuple(flag for review in history.all(ReviewRequested) for flag in flags(history, review))


def _flag(history: History, gate: str, pinned: int, version: DeliverableSubmitted) -> Flag:
    title = deliverable_title(history, version.deliverable)
    who = people.name_of(history, version.by)
    text = (
        f"{title}: {who} submitted version {version.version} on {words.day(version.at)},"
        f" after {gate} had been passed on version {pinned}."
    )
    return Flag(text=text, record=version.id)


def deliverable_title(history: History, deliverable: str) -> str:
    """The title of a deliverable, or its id when the process does not know it."""
    return next((d.title for d in history.definition.deliverables if d.id == deliverable), deliverable)


def _ending(history: History, review: ReviewRequested) -> str:
    decided, returned = history.outcome(review), history.returned(review)
    if returned:
        return RETURNED[returned.cause]
    if decided is None:
        return "Awaiting decision"
    resumed = history.last(GateResumed, gate=review.gate, round=review.round)
    spoken = words.OUTCOMES[decided.outcome] + (" by OVERRIDE" if decided.cause == "override" else "")
    if not resumed:
        return spoken
    who = people.name_of(history, resumed.by)
    return f"{spoken}, resumed by {who} on {words.day(resumed.at)}: {resumed.reason}"


def _evidence(history: History, item: Evidence) -> EvidenceLine:
    version = history.last(DeliverableSubmitted, deliverable=item.deliverable, version=item.version)
    return EvidenceLine(
        deliverable=item.deliverable,
        title=deliverable_title(history, item.deliverable),
        version=item.version,
        sha256=item.sha256,
        author=people.name_of(history, item.author),
        accepted=item.accepted,
        record=(version or history.started).id,
    )


def _findings(history: History, review: ReviewRequested) -> tuple[FindingLine, ...]:
    return tuple(
        FindingLine(
            criterion=finding.criterion,
            text=finding.text,
            result=finding.result,
            owner=people.answerable(history, finding.owner),
            advisory=finding.advisory,
            detail=finding.detail,
        )
        for finding in review.dossier.findings
    )


def _seat(history: History, person: str, role: str) -> str:
    empty = ", vacant" if vacant(history, Seat(person=person, role=role)) else ""
    return f"{people.name_of(history, person)} ({people.role_title(history, role)}{empty})"


def _instead(history: History, vote: VoteCast) -> str:
    return "" if vote.seat == vote.by else f", in place of {people.name_of(history, vote.seat)}"


def _vote(history: History, vote: VoteCast) -> VoteLine:
    return VoteLine(
        voter=people.by(history, vote),
        seat=people.role_title(history, vote.role) + _instead(history, vote),
        choice=words.CHOICES[vote.choice],
        proposal=vote.proposal,
        reason=vote.reason,
        at=vote.at,
        digest=vote.digest,
        record=vote.id,
    )
