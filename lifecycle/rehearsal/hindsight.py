"""What happened, seen with a draft's eyes: which reviews of a project would have gone differently under it?

Each review is held once more by the engine's own rules, as the project stood when it was submitted: the facts of
its dossier, the people, deliverables and waivers of that time, then the votes that were given. Nobody's vote is
guessed, and what one review would have changed for the next is not followed up.
"""

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from lifecycle.governance.overrides import may_override, pending
from lifecycle.governance.people import holders, named, titled
from lifecycle.governance.seating import silent
from lifecycle.history import History
from lifecycle.history.gates import ReviewRequested
from lifecycle.process.definition import GateDefinition, ProcessDefinition
from lifecycle.process.expansion import expand
from lifecycle.process.picture import policy_in_words
from lifecycle.process.renaming import renamed, with_new_names
from lifecycle.process.tables import asked_in_words
from lifecycle.process.tailoring import tailored
from lifecycle.progress import PASSED
from lifecycle.rehearsal.rehearing import Held, NotSubmitted, held_again
from lifecycle.value import Value

Verdict = Literal["same", "other", "not submitted", "undecided", "not in the draft", "only in the draft"]


class GateInHindsight(Value):
    """One review, and what the draft makes of it; a gate that only the draft has was never reviewed.

    `was` and `would` are outcomes, or words for what took their place; `would` is None where nothing follows from
    what was said. `gate` is the draft's name for it, or the project's where the draft has no such gate.
    """

    gate: str
    round: int | None
    was: str
    would: str | None
    verdict: Verdict
    reasons: tuple[str, ...] = ()


class ProjectInHindsight(Value):
    """A project with everything that was reviewed in it, in its order, then the gates that only the draft has."""

    project: str
    title: str
    process: str
    gates: tuple[GateInHindsight, ...]


class _Answer(NamedTuple):
    """What the draft makes of a review."""

    verdict: Verdict
    would: str | None = None
    reasons: tuple[str, ...] = ()


def in_hindsight(history: History, draft: ProcessDefinition) -> ProjectInHindsight:
    """Hold every review of a project once more under a draft, which is the standard and not yet expanded."""
    charter = history.started.charter
    followed = tailored(draft, [choice.rule for choice in charter.tailoring])
    own, called = _in_its_names(history, expand(followed, charter.stages, charter.deliverables))
    return ProjectInHindsight(
        project=history.project,
        title=charter.title,
        process=f"{history.definition.process} {history.definition.version}",
        gates=(*_reviewed(history, own, called), *_never_asked(history, own)),
    )


def _in_its_names(history: History, draft: ProcessDefinition) -> tuple[ProcessDefinition, Mapping[str, str]]:
    """The draft in the names of the project's own process, and what the draft calls the gates of other names."""
    new = renamed(history.definition, draft)
    back = {(kind, name): old for (kind, old), name in new.items()}
    return with_new_names(draft, back), {old: name for (kind, old), name in new.items() if kind == "gate"}


def _reviewed(history: History, draft: ProcessDefinition, called: Mapping[str, str]) -> Iterator[GateInHindsight]:
    gates = {gate.id for gate in draft.gates}
    began = history.started.model_copy(update={"definition": draft})
    records = tuple(began if record is history.started else record for record in history.records)
    for place, review in enumerate(records):
        if isinstance(review, ReviewRequested):
            answer = _Answer("not in the draft", None, ("The draft has no such gate.",))
            if review.gate in gates:
                again = held_again(History(records[:place]), review, records[place + 1 :])
                answer = _without(again) if isinstance(again, NotSubmitted) else _compared(history, review, again)
            was = _end(history, review)
            gate = called.get(review.gate, review.gate)
            yield GateInHindsight(gate=gate, round=review.round, was=was, **answer._asdict())


def _never_asked(history: History, draft: ProcessDefinition) -> Iterator[GateInHindsight]:
    """The gates that only the draft has, as far as the project came."""
    known = {gate.id for gate in history.definition.gates}
    order = [gate.id for gate in draft.gates]
    through = history.closed is not None and not history.closed.premature
    last = max((order.index(one.gate) for one in history.all(ReviewRequested) if one.gate in order), default=-1)
    for gate in draft.gates if through else draft.gates[: last + 1]:
        if gate.id not in known:
            approvers = named(history.charter, holders(history.charter, gate.approvers))
            reason = f"Nobody was asked: {gate.question} ({titled(draft, gate.approvers)}: {approvers})"
            yield GateInHindsight(
                gate=gate.id, round=None, was="never asked", would=None, verdict="only in the draft", reasons=(reason,)
            )


def _end(history: History, review: ReviewRequested) -> str:
    """How a review ended, in a word."""
    if decided := history.outcome(review):
        return decided.outcome
    returned = history.returned(review)
    return {"stale": "went back", "withdrawn": "withdrawn"}[returned.cause] if returned else "open"


def _without(refused: NotSubmitted) -> _Answer:
    if refused.untold:
        return _Answer("undecided", None, ("Nobody recorded what the draft asks for.", *refused.reasons))
    return _Answer("not submitted", "not submitted", refused.reasons)


def _compared(history: History, review: ReviewRequested, again: Held) -> _Answer:
    """The end of a review by the draft's rules beside the one it had."""
    was, would = _end(history, review), _end(again.history, again.review)
    gate = again.history.definition.gate(review.gate)
    if would in PASSED and (role := _unstaffed(again.history, gate)):
        return _Answer("undecided", None, (f"Nobody in the project held the role {role}, which approves {gate.id}.",))
    if would == "open":
        why = _why_open(history, review, again)
        return _Answer("undecided", None, (why, *again.refused)) if why else _Answer("same", was)
    if would == was:
        return _Answer("same", would)
    return _Answer("other", would, (_because(again), *again.refused))


def _unstaffed(history: History, gate: GateDefinition) -> str | None:
    """An approver role that nobody held, where the policy asks every one."""
    vacant = (role for role in gate.approvers if not history.charter.holders(role))
    every = gate.policy in ("all", "in_order")
    return next((titled(history.definition, (role,)) for role in vacant), None) if every else None


def _why_open(history: History, review: ReviewRequested, again: Held) -> str | None:
    """Why a review that the draft leaves open need not have ended as it did; None when it would have."""
    after, decided, returned = again.history, history.outcome(review), history.returned(review)
    if decided and decided.cause == "override":
        asked = pending(history, review)
        unable = {decided.by, asked.by if asked else decided.by} - {*may_override(after, again.review)}
        return f"{named(after.charter, sorted(unable))} may not override {review.gate}." if unable else None
    if decided:
        said = {vote.seat for vote in history.votes(review)}
        left = [seat.person for seat in silent(after, again.review)]
        names = named(after.charter, [person for person in left if person not in said] or left)
        return f"{names} would still have had to vote ({policy_in_words(again.review.policy)})."
    if returned and returned.cause == "stale" and _asked(history, review.gate) - _asked(after, review.gate):
        return f"It went back for something that the draft may not ask for: {' '.join(returned.difference)}"
    return None


def _asked(history: History, gate: str) -> set[str]:
    """What can send a review back: deliverables and automated steps that a gate needs, and what it asks."""
    definition = history.definition
    criteria = (asked_in_words(one) for one in definition.gate(gate).criteria if not one.advisory)
    items, steps = definition.deliverables_for(gate), definition.steps_for(gate)
    return {*criteria, *(item.id for item in items), *(step.id for step in steps)}


def _because(again: Held) -> str:
    """What brought a review to its end by the draft's rules."""
    review, history = again.review, again.history
    if returned := history.returned(review):
        return " ".join(returned.difference)
    decided = history.outcome(review)
    if decided and decided.cause == "overdue":
        return f"Nobody had decided it in time: due on {review.due}, then on hold."
    votes = (f"{history.charter.name_of(vote.by)} {vote.choice.replace('_', ' ')}" for vote in history.votes(review))
    return f"{policy_in_words(review.policy)}: {', '.join(votes)}."
