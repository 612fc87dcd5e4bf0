"""The verb of an exception: decide what to do about a forecast beyond its tolerance."""

from decimal import Decimal

from lifecycle.actions.settling import expected_of
from lifecycle.actions.workspace import Workspace
from lifecycle.control import exceptions
from lifecycle.control.exceptions import Resolution
from lifecycle.governance import closing
from lifecycle.governance.people import present
from lifecycle.history.control import ExceptionDecided
from lifecycle.status.exceptional import who_may_decide


def decide_exception(work: Workspace, project: str, number: int, resolution: Resolution) -> ExceptionDecided:
    """Decide an exception: whoever its level asks, else by the authority table.

    More tolerance is in force at once; to close stops the project, by the authority that this takes, in the same
    transaction; an exception plan moves the baseline as every change does, once somebody has asked for it.
    """
    by = resolution.by
    with work.change("decide exception", project, by) as store:
        history = store.history(project)
        present(history, by)
        raised = exceptions.require_open(history, number)
        may = who_may_decide(history, raised, days=resolution.days or 0, cost=resolution.cost or Decimal(0))
        expected = expected_of(store, project)
        decided = exceptions.decide(history, number, resolution=resolution, may=may, expected=expected, now=store.now)
        store.append(decided)
        if decided.choice == "close":
            store.append(closing.stop(store.history(project), by, decided.reason, store.now))
    return decided
