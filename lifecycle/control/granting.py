"""Granting: a stage or a work package gets a tolerance of its own, from whoever is asked when it is broken."""

from collections.abc import Collection
from datetime import datetime

from lifecycle.errors import BadInput, NotAuthorised, NotFound, TransitionNotAllowed
from lifecycle.history import History, utc
from lifecycle.history.control import Allowance, OfPart, ToleranceGranted
from lifecycle.process.definition import Measure, Text


class Grant(Allowance, OfPart):
    """What a person gives to a stage or a work package: one tolerance, with the reason."""

    by: str
    reason: Text

    @property
    def measure(self) -> Measure:
        """What it is about."""
        return measure_of(self)


def measure_of(given: Allowance) -> Measure:
    """What a tolerance of a part is about."""
    return "time" if given.days is not None else "cost" if given.cost is not None else "quality"


def grant(history: History, given: Grant, may: Collection[str], now: datetime) -> ToleranceGranted:
    """Give a stage or a work package a tolerance; the record that is there when the same was given last.

    `may` are the persons who may give it. Raises TransitionNotAllowed (the project has ended, no baseline), BadInput
    (not one part and one amount, or nothing that the process has a tolerance for), NotFound, NotAuthorised.
    """
    _require_sense(history, given)
    if given.by not in may:
        able = ", ".join(map(history.charter.name_of, may)) or "nobody in the project"
        raise NotAuthorised(f"{history.charter.name_of(given.by)} may not grant that. Those who may: {able}.")
    fields = given.model_dump()
    last = history.last(ToleranceGranted, phase=given.phase, activity=given.activity)
    if last and fields.items() <= vars(last).items() and _in_force(history, given):
        return last
    number = history.next_number(ToleranceGranted)
    return ToleranceGranted(project=history.project, at=utc(now), number=number, **fields)


def _in_force(history: History, given: Grant) -> bool:
    return history.allowed(given.subject, given.measure) == given.granted(given.measure)


def _require_sense(history: History, given: Grant) -> None:
    title, level, known = history.charter.title, given.subject.level, history.definition.tolerances
    if history.stopped or history.closed:
        raise TransitionNotAllowed(f"{title} has ended; there is no work left that could stray.")
    if (given.phase is None) == (given.activity is None) or given.amounts != 1:
        raise BadInput(
            "Say one stage or one work package, and how far one measure may stray: --days, --cost or --count."
        )
    if (level, given.measure) not in {(row.level, row.measure) for row in known}:
        there = ", ".join(row.name for row in known if row.level != "project") or "none"
        raise BadInput(f"The process has no tolerance of {given.measure} for a {level}. There are: {there}.")
    if given.phase:
        _require(given.phase, "stage", [phase.id for phase in history.definition.main_phases])
    elif history.baseline is None:
        raise TransitionNotAllowed(f"{title} has no baseline yet, and a work package is an activity of it.")
    else:
        _require(str(given.activity), "activity in the baseline", [a.id for a in history.baseline.plan.activities])


def _require(name: str, what: str, known: Collection[str]) -> None:
    if name not in known:
        raise NotFound(what, name, known)
