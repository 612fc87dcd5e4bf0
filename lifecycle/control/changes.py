"""Change control: raised by anybody, assessed on scope, cost and time, decided once by those who may."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from lifecycle.errors import (
    BadInput,
    Conflict,
    NotAuthorised,
    NotFound,
    SeparationOfDuties,
    TransitionNotAllowed,
)
from lifecycle.history import History, utc
from lifecycle.history.charter import Constraints, Scale
from lifecycle.history.control import ChangeAssessed, ChangeDecided, ChangeRaised
from lifecycle.history.plan import Plan
from lifecycle.process.definition import Text, Verdict
from lifecycle.value import Value
from lifecycle.value import days as in_words

Origin = Literal["request", "issue", "risk", "external"]
WORDS = {"accept": "accepted", "reject": "rejected", "modify": "accepted in modified form"}
NOTHING = (Decimal(0), 0)


class Impact(Value):
    """What a change would do: to scope in words, to cost in money, to the finish in calendar days.

    `impact` weighs the rest (quality, risk, others) from 1 to 5, as the risk register does; None: not assessed.
    """

    scope: Text
    cost: Decimal
    days: int
    impact: Scale | None = None
    plan: Plan | None = None


class Ruling(Value):
    """A person's decision on a change; `cost` and `days` are granted by `modify` and by nothing else."""

    by: str
    verdict: Verdict
    reason: Text
    cost: Decimal | None = None
    days: int | None = None


def raise_change(
    history: History, title: str, *, reason: str, origin: Origin = "request", by: str, now: datetime
) -> ChangeRaised:
    """Ask for something else than what was agreed; the open request when the same person asked the same.

    TransitionNotAllowed before there is a baseline to change, and after the closure.
    """
    _require_changeable(history)
    asked = {"title": title, "reason": reason, "origin": origin, "by": by}
    same = (one for one in open_changes(history) if all(getattr(one, k) == v for k, v in asked.items()))
    return next(same, None) or ChangeRaised(
        project=history.project,
        at=utc(now),
        by=by,
        number=history.next_number(ChangeRaised),
        title=title,
        reason=reason,
        origin=origin,
    )


def assess(history: History, number: int, impact: Impact, by: str, now: datetime) -> ChangeAssessed:
    """Say what a change would do; the newest assessment when it says the same. Conflict once decided."""
    _require_changeable(history)
    _require_undecided(history, number)
    newest = assessment(history, number)
    if newest and newest.by == by and _impact(newest) == impact:
        return newest
    return ChangeAssessed(
        project=history.project,
        at=utc(now),
        by=by,
        number=number,
        version=newest.version + 1 if newest else 1,
        scope=impact.scope,
        cost=impact.cost,
        days=impact.days,
        impact=impact.impact,
        plan=impact.plan,
    )


def decide(history: History, number: int, ruling: Ruling, now: datetime, may_decide: Collection[str]) -> ChangeDecided:
    """Accept a change as assessed, modify it to the figures given, or reject it.

    `may_decide` are the persons whose authority covers `at_stake`. Raises NotFound, Conflict (decided
    before), TransitionNotAllowed (not assessed), SeparationOfDuties, NotAuthorised, BadInput.
    """
    _require_changeable(history)
    change = _require_undecided(history, number)
    assessed = _require_assessed(history, number)
    _require_other(history, change, ruling.by)
    if ruling.by not in may_decide:
        may = ", ".join(map(history.charter.name_of, may_decide)) or "nobody in the project"
        who = history.charter.name_of(ruling.by)
        raise NotAuthorised(f"{who} may not decide change {number}. Those who may: {may}.")
    cost, days = _granted(ruling, assessed)
    _require_possible(history.constraints, cost, days)
    return ChangeDecided(
        project=history.project,
        at=utc(now),
        by=ruling.by,
        number=number,
        verdict=ruling.verdict,
        reason=ruling.reason,
        cost=cost,
        days=days,
    )


def at_stake(history: History, number: int, ruling: Ruling) -> tuple[Decimal, int]:
    """How large a decision is, in money and days: what was asked for or, if that is more, what is granted.

    Turning a large request down, or trimming it, takes the same authority as granting it.
    """
    _require_known(history, number)
    assessed = _require_assessed(history, number)
    cost, days = _granted(ruling, assessed)
    return max(assessed.cost, cost, key=abs), max(assessed.days, days, key=abs)


def open_changes(history: History) -> tuple[ChangeRaised, ...]:
    """The changes that nobody has decided, oldest first."""
    decided = {record.number for record in history.all(ChangeDecided)}
    return tuple(record for record in history.all(ChangeRaised) if record.number not in decided)


def assessment(history: History, number: int) -> ChangeAssessed | None:
    """The newest assessment of a change."""
    return history.last(ChangeAssessed, number=number)


def involved(history: History, number: int) -> frozenset[str]:
    """Who raised or assessed a change, and so may not decide it."""
    kinds = (*history.all(ChangeRaised), *history.all(ChangeAssessed))
    return frozenset(record.by for record in kinds if record.number == number)


def _impact(assessed: ChangeAssessed) -> Impact:
    return Impact(
        scope=assessed.scope, cost=assessed.cost, days=assessed.days, impact=assessed.impact, plan=assessed.plan
    )


def _granted(ruling: Ruling, assessed: ChangeAssessed) -> tuple[Decimal, int]:
    """What a ruling grants in money and days."""
    if ruling.verdict == "modify":
        if ruling.cost is None or ruling.days is None:
            raise BadInput("To modify a change, say what is granted: its cost and its days.")
        return ruling.cost, ruling.days
    if ruling.cost is not None or ruling.days is not None:
        raise BadInput(f"Cost and days are not for {ruling.verdict}. Use modify to grant other figures.")
    return (assessed.cost, assessed.days) if ruling.verdict == "accept" else NOTHING


def _require_changeable(history: History) -> None:
    title = history.charter.title
    if history.baseline is None:
        raise TransitionNotAllowed(f"{title} has no baseline yet; change the plan itself and submit it anew.")
    if ended := history.stopped or history.closed:
        raise TransitionNotAllowed(f"{title} ended on {ended.at.date()}; nothing is changed any more.")


def _require_known(history: History, number: int) -> ChangeRaised:
    change = history.last(ChangeRaised, number=number)
    if change is None:
        raise NotFound("change", str(number), (str(one.number) for one in history.all(ChangeRaised)))
    return change


def _require_undecided(history: History, number: int) -> ChangeRaised:
    change = _require_known(history, number)
    if decided := history.last(ChangeDecided, number=number):
        who, word = history.charter.name_of(decided.by), WORDS[decided.verdict]
        raise Conflict(f"Change {number} was {word} by {who} on {decided.at.date()}: {decided.reason}")
    return change


def _require_assessed(history: History, number: int) -> ChangeAssessed:
    assessed = assessment(history, number)
    if assessed is None:
        raise TransitionNotAllowed(f"Change {number} was not assessed. Say first what it does to scope, cost and time.")
    return assessed


def _require_other(history: History, change: ChangeRaised, by: str) -> None:
    if by in involved(history, change.number):
        did = "raised" if by == change.by else "assessed"
        who = history.charter.name_of(by)
        raise SeparationOfDuties(f"{who} {did} change {change.number} and may not decide it.")


def _require_possible(constraints: Constraints, cost: Decimal, days: int) -> None:
    """The budget stays above nothing, and the finish after the start and within the calendar."""
    if constraints.cost.budget + cost < 0:
        raise BadInput(f"A change of {cost} would leave no budget of {constraints.cost.budget}.")
    finish = constraints.time.finish.toordinal() + days
    if not constraints.time.start.toordinal() < finish <= date.max.toordinal():
        raise BadInput(f"A change of {in_words(days)} would move the finish out of the project.")
