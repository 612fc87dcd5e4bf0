"""The verb of tolerances, and those in force."""

from lifecycle.actions.settling import expected_of
from lifecycle.actions.workspace import Workspace
from lifecycle.control import granting
from lifecycle.control.granting import Grant
from lifecycle.control.readings import Reading
from lifecycle.control.tolerances import readings
from lifecycle.governance.people import present
from lifecycle.history.control import ToleranceGranted
from lifecycle.status.exceptional import who_may_grant


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
        expected, history = expected_of(store, project), store.history(project)
        return (*readings(history.constraints, expected.finish, expected.cost), *expected.below)
