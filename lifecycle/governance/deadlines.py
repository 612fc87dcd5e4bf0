"""What the passing of time demands of an open review: reminders, escalation and, at last, hold.

Silence is never consent: the only end that comes by itself is hold. A day is the unit, so that it does not
matter when during a day somebody looks, nor how many days passed since the last look.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import NamedTuple

from lifecycle.governance.people import holders
from lifecycle.governance.seating import silent, vacant
from lifecycle.history import SYSTEM, History, Record, utc
from lifecycle.history.gates import GateDecided, ReviewEscalated, ReviewReminded, ReviewRequested
from lifecycle.process.definition import EscalationDefinition, GateDefinition


class Deadline(NamedTuple):
    """The day from which on a record is demanded, how it is made, and whether it ends the review."""

    day: date
    made: Callable[[], Record]
    ends: bool = False


class Ahead(NamedTuple):
    """The first day on which time demands something, and the first on which a review goes on hold; never: date.max."""

    next: date
    hold: date


def demanded(history: History, now: datetime) -> tuple[Record, ...]:
    """The records that time demands and that were not written yet, in the order of their days.

    Nothing is demanded while a gate is on hold, or once the project has ended.
    """
    passed = (deadline.made() for deadline in deadlines(history, now) if deadline.day <= now.date())
    return tuple(record for record in passed if not history.has(record.id))


def ahead(history: History, now: datetime) -> Ahead:
    """The days ahead as the history says today, whichever day it is; only a new record changes them."""
    found = deadlines(history, now)
    following = next((one.day for one in found if not history.has(one.made().id)), date.max)
    return Ahead(following, next((one.day for one in found if one.ends), date.max))


def deadlines(history: History, now: datetime) -> tuple[Deadline, ...]:
    """Everything that the open reviews will see if nobody does anything, by day; what is past is among it."""
    if history.closed or history.stopped:
        return ()
    found = (deadline for review in history.open_reviews for deadline in _of_review(history, review, now))
    return tuple(sorted(found, key=lambda deadline: deadline.day))


def _of_review(history: History, review: ReviewRequested, now: datetime) -> Iterator[Deadline]:
    gate = history.definition.gate(review.gate)
    last = review.due + timedelta(days=gate.hold_days) if gate.hold_days else date.max
    steps = (*_reminders(history, review, gate, now), *_escalations(history, review, gate, now))
    yield from (deadline for deadline in steps if deadline.day <= last)
    if gate.hold_days:
        yield Deadline(last, partial(_hold, review, now), ends=True)


def _reminders(history: History, review: ReviewRequested, gate: GateDefinition, now: datetime) -> Iterator[Deadline]:
    """Nobody is reminded of a vote that was given or a seat they left, nor on the day of the submission itself."""
    asked = tuple(seat.person for seat in silent(history, review) if not vacant(history, seat))
    for days in sorted(set(gate.remind_days), reverse=True):
        day = review.due - timedelta(days=days)
        if asked and day > review.at.date():
            yield Deadline(day, partial(_reminded, review, days, asked, now))


def _reminded(review: ReviewRequested, days: int, persons: tuple[str, ...], now: datetime) -> ReviewReminded:
    return ReviewReminded(
        project=review.project,
        at=utc(now),
        by=SYSTEM,
        gate=review.gate,
        round=review.round,
        days=days,
        persons=persons,
    )


def _escalations(history: History, review: ReviewRequested, gate: GateDefinition, now: datetime) -> Iterator[Deadline]:
    for level, step in enumerate(gate.escalation, start=1):
        made = partial(_escalated, history, review, level, step, now)
        yield Deadline(review.due + timedelta(days=step.after_days), made)


def _escalated(
    history: History, review: ReviewRequested, level: int, step: EscalationDefinition, now: datetime
) -> ReviewEscalated:
    return ReviewEscalated(
        project=review.project,
        at=utc(now),
        by=SYSTEM,
        gate=review.gate,
        round=review.round,
        level=level,
        persons=holders(history.charter, (step.to,)),
        substitutes=step.substitutes,
    )


def _hold(review: ReviewRequested, now: datetime) -> GateDecided:
    return GateDecided(
        project=review.project,
        at=utc(now),
        by=SYSTEM,
        gate=review.gate,
        round=review.round,
        phase=review.phase,
        attempt=review.attempt,
        outcome="hold",
        digest=review.digest,
        cause="overdue",
    )
