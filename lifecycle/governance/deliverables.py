"""Handing in, judging and handing over deliverables."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from lifecycle.errors import BadInput, NotFound, RuleViolation, SeparationOfDuties, SettledBefore, TransitionNotAllowed
from lifecycle.governance.people import present, require_open, require_role
from lifecycle.governance.roster import authors
from lifecycle.history import History, utc
from lifecycle.history.work import (
    DeliverableJudged,
    DeliverableSubmitted,
    Digest,
    HandedOver,
    PhaseOpened,
    QualityCheck,
)
from lifecycle.process.definition import DeliverableDefinition, Name, Text
from lifecycle.value import Value


class Submission(Value):
    """A file that somebody hands in as a deliverable; size in bytes."""

    deliverable: Name
    file: Text
    sha256: Digest
    size: Annotated[int, Field(ge=0)]
    note: Text | None = None


class Judgement(Value):
    """What an acceptor found: the quality criteria not met, and whether it goes back to its author."""

    deliverable: Name
    not_met: tuple[Text, ...] = ()
    send_back: bool = False
    reason: Text | None = None


def submit(history: History, submission: Submission, by: str, now: datetime) -> DeliverableSubmitted:
    """Record the next version of a deliverable; anybody in the project may be its author.

    Raises NotFound, NotAuthorised or TransitionNotAllowed (closed project, phase not begun).
    """
    item = deliverable_of(history, submission.deliverable)
    present(history, by)
    if not _due(history, item):
        phase = _phase_of(history, item)
        raise TransitionNotAllowed(f"'{item.title}' belongs to {phase}, which has not begun yet.")
    earlier = history.version(item.id)
    return DeliverableSubmitted(
        project=history.project,
        at=utc(now),
        by=by,
        version=earlier.version + 1 if earlier else 1,
        **submission.model_dump(),
    )


def judge(history: History, judgement: Judgement, by: str, now: datetime) -> DeliverableJudged:
    """Accept the newest version or send it back, criterion by criterion; never by one of its authors.

    Raises NotFound, TransitionNotAllowed, SettledBefore, SeparationOfDuties, NotAuthorised, BadInput, RuleViolation.
    """
    item = deliverable_of(history, judgement.deliverable)
    version = _unjudged(history, item)
    name = history.charter.name_of(by)
    if by in authors(history, item.id):
        raise SeparationOfDuties(f"{name} is an author of '{item.title}' and may not judge it.")
    require_role(history, (item.acceptance.by,), by, f"judge '{item.title}'")
    _require_sound(item, judgement)
    return DeliverableJudged(
        project=history.project,
        at=utc(now),
        by=by,
        deliverable=item.id,
        version=version.version,
        accepted=not judgement.not_met and not judgement.send_back,
        checks=tuple(
            QualityCheck(criterion=text, met=text not in judgement.not_met) for text in item.acceptance.criteria
        ),
        reason=judgement.reason,
    )


def hand_over(history: History, deliverable: str, to: str, by: str, now: datetime) -> HandedOver:
    """Record that an accepted deliverable went to a person of the project who will live with it."""
    item = deliverable_of(history, deliverable)
    present(history, by)
    if given := history.last(HandedOver, deliverable=item.id):
        receiver = history.charter.name_of(given.to)
        raise TransitionNotAllowed(f"'{item.title}' was handed over to {receiver} on {given.at.date()}.")
    if not history.accepted(item.id):
        raise TransitionNotAllowed(f"'{item.title}' is not accepted yet; only what is accepted is handed over.")
    if history.charter.person(to) is None:
        raise NotFound("person in the project", to, (person.id for person in history.charter.people))
    return HandedOver(project=history.project, at=utc(now), by=by, deliverable=item.id, to=to)


def deliverable_of(history: History, name: str) -> DeliverableDefinition:
    """Return the deliverable of that name; NotFound with those there are."""
    known = {item.id: item for item in history.definition.deliverables}
    if name not in known:
        raise NotFound("deliverable", name, known)
    return known[name]


def _phase_of(history: History, item: DeliverableDefinition) -> str:
    """The main phase in which a deliverable is due: its own, or the one its own runs beside."""
    phase = next(phase for phase in history.definition.phases if item in phase.deliverables)
    return phase.beside or phase.id


def _due(history: History, item: DeliverableDefinition) -> bool:
    """Whether work on it has begun; a project that winds up owes its `premature` ones in any case."""
    winding_up = history.phase is not None and history.phase.premature
    return bool(history.last(PhaseOpened, phase=_phase_of(history, item))) or (winding_up and item.premature)


def _unjudged(history: History, item: DeliverableDefinition) -> DeliverableSubmitted:
    require_open(history)
    version = history.version(item.id)
    if version is None:
        raise TransitionNotAllowed(f"'{item.title}' was not submitted yet; there is nothing to judge.")
    if judged := history.judgement(version):
        word = "accepted" if judged.accepted else "sent back"
        who = history.charter.name_of(judged.by)
        raise SettledBefore(
            f"Version {version.version} of '{item.title}' was {word} by {who} already, on {judged.at.date()}."
        )
    return version


def _require_sound(item: DeliverableDefinition, judgement: Judgement) -> None:
    unknown = [text for text in judgement.not_met if text not in item.acceptance.criteria]
    if unknown:
        known = "; ".join(item.acceptance.criteria) or "none"
        raise BadInput(f"'{unknown[0]}' is no quality criterion of '{item.title}'. Its criteria: {known}.")
    if judgement.send_back and not judgement.not_met and not judgement.reason:
        raise RuleViolation(f"Say why '{item.title}' goes back: a criterion that is not met, or a reason.")
