"""What a gate asked for on its way: conditions that follow the project, and criteria that were waived."""

from datetime import date, datetime

from lifecycle.history import History
from lifecycle.history.gates import ConditionCleared, ConditionSet, CriterionWaived, ReviewRequested
from lifecycle.reports import people
from lifecycle.reports.people import Actor
from lifecycle.value import Value


class ConditionLine(Value):
    """A condition of a conditional go, and how it ended."""

    name: str
    gate: str
    text: str
    owner: str
    due: date
    state: str
    ended_by: str | None
    ended: date | None
    evidence: str | None
    record: str
    end_record: str | None


class AskedLine(Value):
    """A condition that a vote asks for, before any outcome has made it one of the project's."""

    text: str
    owner: str
    due: date
    asked_by: str
    record: str


class WaiverLine(Value):
    """A criterion that was let go."""

    gate: str
    gate_title: str
    attempt: int
    criterion: str
    text: str
    by: Actor
    at: datetime
    reason: str
    record: str


def conditions(history: History, review: ReviewRequested | None = None) -> tuple[ConditionLine, ...]:
    """The conditions of one review, or of the whole project, with how each ended."""
    wanted = (review.gate, review.round) if review else None
    found = (c for c in history.all(ConditionSet) if wanted in (None, (c.gate, c.round)))
    return tuple(_condition(history, condition) for condition in found)


def asked(history: History, review: ReviewRequested) -> tuple[AskedLine, ...]:
    """What the votes of a review ask for; nothing once its outcome has made conditions of it."""
    votes = () if conditions(history, review) else history.votes(review)
    return tuple(
        AskedLine(
            text=condition.text,
            owner=people.answerable(history, condition.owner),
            due=condition.due,
            asked_by=people.name_of(history, vote.by),
            record=vote.id,
        )
        for vote in votes
        for condition in vote.conditions
    )


def waivers(history: History, gate: str | None = None) -> tuple[WaiverLine, ...]:
    """What was let go at one gate, or in the whole project."""
    found = (w for w in history.all(CriterionWaived) if gate in (None, w.gate))
    return tuple(_waiver(history, waiver) for waiver in found)


def _condition(history: History, condition: ConditionSet) -> ConditionLine:
    key = {"gate": condition.gate, "round": condition.round, "number": condition.number}
    end = history.last(ConditionCleared, **key)
    return ConditionLine(
        name=condition.name,
        gate=condition.gate,
        text=condition.text,
        owner=people.answerable(history, condition.owner),
        due=condition.due,
        state=("WAIVED" if end.waived else "cleared") if end else "OPEN",
        ended_by=people.name_of(history, end.by) if end else None,
        ended=end.at.date() if end else None,
        evidence=end.evidence if end else None,
        record=condition.id,
        end_record=end.id if end else None,
    )


def _waiver(history: History, waiver: CriterionWaived) -> WaiverLine:
    gate = history.definition_at(waiver).gate(waiver.gate)
    texts = {criterion.id: criterion.text for criterion in gate.criteria}
    return WaiverLine(
        gate=gate.id,
        gate_title=gate.title,
        attempt=waiver.attempt,
        criterion=waiver.criterion,
        text=texts.get(waiver.criterion, waiver.criterion),
        by=people.by(history, waiver),
        at=waiver.at,
        reason=waiver.reason,
        record=waiver.id,
    )
