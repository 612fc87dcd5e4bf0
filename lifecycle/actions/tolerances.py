"""The verb of tolerances, and those in force."""

from decimal import Decimal
from typing import NamedTuple

from lifecycle.actions.settling import expected_of
from lifecycle.actions.workspace import Workspace
from lifecycle.control import granting
from lifecycle.control.granting import Grant, measure_of
from lifecycle.control.readings import Reading
from lifecycle.control.tolerances import readings
from lifecycle.governance.people import present
from lifecycle.history.control import Subject, ToleranceGranted
from lifecycle.process.definition import Measure
from lifecycle.records.store import Store
from lifecycle.status.exceptional import who_may_grant

ZERO = Decimal(0)


class Unmeasured(NamedTuple):
    """A tolerance in words that was granted to a part of the project, while nothing is measured against it."""

    subject: Subject
    measure: Measure
    said: str


def grant_tolerance(work: Workspace, project: str, given: Grant) -> ToleranceGranted:
    """Give a stage or a work package a tolerance of its own, in force at once."""
    with work.change("grant tolerance", project, given.by) as store:
        history = store.history(project)
        present(history, given.by)
        granted = granting.grant(history, given, who_may_grant(history, given), store.now)
        if not history.has(granted.id):
            store.append(granted)
    return granted


def readings_of(work: Workspace, project: str) -> tuple[Reading, ...]:
    """What is measured against the tolerances in force: the project's, then those that its process adds."""
    with work.look() as store:
        return _measured(store, project)


def unmeasured(work: Workspace, project: str) -> tuple[Unmeasured, ...]:
    """What was granted last to parts of which nothing is measured just now."""
    with work.look() as store:
        history, measured = store.history(project), {one.key for one in _measured(store, project)}
    granted = {(one.subject, measure_of(one)): one for one in history.all(ToleranceGranted)}
    plain = Reading("time", ZERO, ZERO, ZERO, currency=history.constraints.cost.currency)
    return tuple(
        Unmeasured(subject, measure, plain._replace(measure=measure).tolerating(one.granted(measure) or ZERO).said)
        for (subject, measure), one in granted.items()
        if (subject, measure) not in measured
    )


def _measured(store: Store, project: str) -> tuple[Reading, ...]:
    expected, history = expected_of(store, project), store.history(project)
    return (*readings(history.constraints, expected.finish, expected.cost), *expected.below)
