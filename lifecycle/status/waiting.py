"""Who is expected to do what, so that nobody can say the project waits for no one."""

from collections.abc import Iterable, Iterator
from datetime import date

from lifecycle.control.changes import assessment, involved, open_changes
from lifecycle.governance import steps
from lifecycle.governance.authority import Stake, who_may_take
from lifecycle.governance.conditions import may_clear
from lifecycle.governance.migration import confirmers
from lifecycle.governance.migration import pending as asked_to_move
from lifecycle.governance.overrides import may_override, pending, reviewers, unreviewed
from lifecycle.governance.people import holders, named
from lifecycle.governance.review import sent_back
from lifecycle.governance.roster import authors
from lifecycle.governance.seating import silent, stand_ins, vacant
from lifecycle.history import History
from lifecycle.history.control import ChangeRaised
from lifecycle.history.gates import ConditionSet, ReviewRequested
from lifecycle.process.definition import DeliverableDefinition
from lifecycle.progress import AwaitClosing, AwaitDecision, Ended, OnHold, PrepareGate, Step
from lifecycle.status.exceptional import for_exceptions
from lifecycle.status.picture import Awaited


def awaited(history: History, step: Step, today: date) -> tuple[Awaited, ...]:
    """What is expected of people now: for the step itself, for open conditions, for undecided changes and exceptions.

    What is past its due date says so. Nothing is expected once a project has ended, but to look into overrides.
    """
    if isinstance(step, Ended):
        return tuple(_for_overrides(history))
    found = (
        *_for_step(history, step, today),
        *_for_conditions(history),
        *_for_changes(history),
        *for_exceptions(history),
        *_for_overrides(history),
        *_for_migration(history),
    )
    return tuple(_reminding(item, today) for item in found)


def reminding(text: str, due: date | None, today: date) -> str:
    """What there is to do, with the date since which it is overdue, once."""
    if due is None or due >= today:
        return text
    late = f" (overdue since {due})"
    return f"{text.removesuffix(late)}{late}"


def _reminding(item: Awaited, today: date) -> Awaited:
    return item.model_copy(update={"text": reminding(item.text, item.due, today)})


def _for_step(history: History, step: Step, today: date) -> Iterator[Awaited]:
    if isinstance(step, PrepareGate):
        yield from _preparing(history, step)
    elif isinstance(step, AwaitDecision):
        yield from _deciding(history, step, today)
    elif isinstance(step, OnHold):
        yield from _resuming(history, step)
    elif isinstance(step, AwaitClosing):
        yield from _winding_up(history)


def _preparing(history: History, step: PrepareGate) -> Iterator[Awaited]:
    gate = history.definition.gate(step.gate)
    items = [item for item in history.definition.deliverables_for(step.gate) if not item.optional]
    yield from _producing(history, items)
    yield from _putting_right(history, step.gate)
    before = history.review(step.gate)
    by_itself = gate.request == "automatic" and not (before and sent_back(history, before))
    verb = "Get ready for" if by_itself else "Submit"
    text = f"{verb} {gate.id} {gate.title}, round {step.round}"
    for person in _managers(history):
        yield Awaited(person=person, what="submit", subject=gate.id, text=text)


def _putting_right(history: History, gate: str) -> Iterator[Awaited]:
    """What mandatory automated steps found and nobody waived."""
    for step in history.definition.steps_for(gate):
        found = steps.finding(history, gate, step)
        if found.result == "not met" and not step.advisory and not steps.waived(history, gate, found):
            text = f"Put right what '{step.title}' found, then let it run again"
            for person in holders(history.charter, (step.owner,)):
                yield Awaited(person=person, what="put right", subject=step.id, text=text)


def _producing(history: History, items: Iterable[DeliverableDefinition]) -> Iterator[Awaited]:
    """Deliverables to hand in, and those handed in that nobody has judged."""
    for item in items:
        version = history.version(item.id)
        judged = version and history.judgement(version)
        if version is None or (judged and not judged.accepted):
            text = f"Hand in {item.title}" + (" again: it was sent back" if judged else "")
            for person in holders(history.charter, (item.owner,)):
                yield Awaited(person=person, what="submit", subject=item.id, text=text)
        elif judged is None:
            text = f"Accept {item.title}, version {version.version}, or send it back"
            for person in _acceptors(history, item):
                yield Awaited(person=person, what="accept", subject=item.id, text=text)


def _acceptors(history: History, item: DeliverableDefinition) -> Iterator[str]:
    wrote = authors(history, item.id)
    return (person for person in holders(history.charter, (item.acceptance.by,)) if person not in wrote)


def _deciding(history: History, step: AwaitDecision, today: date) -> Iterator[Awaited]:
    """The silent seats are asked, one after the other where the policy is so, and whoever may stand in for them."""
    review = history.open_review(step.gate)
    if review is None:
        return
    text = f"Decide {step.gate} {history.definition.gate(step.gate).title}, round {step.round}"
    left = silent(history, review)
    turn = left[:1] if review.policy == "in_order" else left
    for seat in turn:
        if not vacant(history, seat):
            yield Awaited(person=seat.person, what="decide", subject=step.gate, text=text, due=review.due)
    for person, seats in stand_ins(history, review, today):
        if fitting := [seat.person for seat in seats if seat in turn]:
            instead = f"{text}, in place of {named(history.charter, fitting)}"
            yield Awaited(person=person, what="decide", subject=step.gate, text=instead, due=review.due)
    yield from _confirming(history, review)


def _confirming(history: History, review: ReviewRequested) -> Iterator[Awaited]:
    """An override that somebody asked for waits for a second person."""
    if asked := pending(history, review):
        name = history.charter.name_of(asked.by)
        text = f"Confirm the override of {review.gate} ({asked.outcome}), asked for by {name}, or leave it"
        for person in may_override(history, review):
            if person != asked.by:
                yield Awaited(person=person, what="confirm override", subject=review.gate, text=text)


def _for_overrides(history: History) -> Iterator[Awaited]:
    for decided in unreviewed(history):
        text = f"Look into the override of {decided.gate}, round {decided.round}: {decided.outcome}"
        for person in reviewers(history, decided):
            yield Awaited(person=person, what="review override", subject=decided.gate, text=text)


def _for_migration(history: History) -> Iterator[Awaited]:
    """A move to another version of the process waits for a second person."""
    if asked := asked_to_move(history):
        who, version = history.charter.name_of(asked.by), asked.plan.to_version
        text = f"Confirm the move to {version}, asked for by {who} and waiting since {asked.at.date()}, or decline it"
        for person in confirmers(history, asked.by):
            yield Awaited(person=person, what="confirm migration", subject=history.project, text=text)


def _resuming(history: History, step: OnHold) -> Iterator[Awaited]:
    gate, review = history.definition.gate(step.gate), history.review(step.gate)
    text = f"Resume {gate.id} {gate.title}, on hold since round {step.round}"
    for person in holders(history.charter, gate.approvers):
        if review is None or person != review.by:
            yield Awaited(person=person, what="resume", subject=gate.id, text=text)


def _winding_up(history: History) -> Iterator[Awaited]:
    yield from _producing(history, [item for item in history.definition.deliverables if item.premature])
    for person in _managers(history):
        text = f"Wind up and close {history.charter.title}"
        yield Awaited(person=person, what="close", subject=history.project, text=text)


def _for_conditions(history: History) -> Iterator[Awaited]:
    for condition in history.open_conditions:
        yield _condition(condition, condition.owner, f"Meet condition {condition.name}: {condition.text}")
        for person in may_clear(history, condition.gate, condition.owner):
            owner = history.charter.name_of(condition.owner)
            yield _condition(condition, person, f"Clear condition {condition.name} once {owner} has met it")


def _condition(condition: ConditionSet, person: str, text: str) -> Awaited:
    return Awaited(person=person, what="clear condition", subject=condition.name, text=text, due=condition.due)


def _for_changes(history: History) -> Iterator[Awaited]:
    """Nothing is changed any more in a project that was stopped."""
    for change in () if history.stopped else open_changes(history):
        yield from _change(history, change)


def _change(history: History, change: ChangeRaised) -> Iterator[Awaited]:
    assessed, subject = assessment(history, change.number), str(change.number)
    if assessed is None:
        text = f"Assess change {subject}: {change.title}"
        for person in _managers(history):
            yield Awaited(person=person, what="assess change", subject=subject, text=text)
        return
    may = who_may_take(
        history.definition, history.charter, "change", Stake(assessed.cost, assessed.days, assessed.impact)
    )
    for person in may:
        if person not in involved(history, change.number):
            text = f"Decide change {subject}: {change.title}"
            yield Awaited(person=person, what="decide change", subject=subject, text=text)


def _managers(history: History) -> tuple[str, ...]:
    return holders(history.charter, (history.definition.manager,))
