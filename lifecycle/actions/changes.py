"""The verbs of a change request: raise, assess, decide."""

from pathlib import Path

from lifecycle.actions.workspace import Workspace
from lifecycle.control import changes
from lifecycle.control.changes import Impact, Origin, Ruling
from lifecycle.errors import BadInput, RuleViolation
from lifecycle.governance import authority
from lifecycle.governance.people import present
from lifecycle.history.control import ChangeAssessed, ChangeDecided, ChangeRaised
from lifecycle.library import read_plan
from lifecycle.planning import baseline, checks


def raise_change(work: Workspace, project: str, *, title: str, reason: str, origin: Origin, by: str) -> ChangeRaised:
    """Ask for something else than what was agreed."""
    with work.change("raise change", project, by) as store:
        history = store.history(project)
        present(history, by)
        raised = changes.raise_change(history, title, reason=reason, origin=origin, by=by, now=store.now)
        if not history.has(raised.id):
            store.append(raised)
    return raised


def assess_change(
    work: Workspace, project: str, *, number: int, impact: Impact, by: str, plan: Path | None = None
) -> ChangeAssessed:
    """Say what a change does to scope, cost and time; `plan` is the file of the plan as it would be."""
    impact = impact.model_copy(update={"plan": read_plan(plan)}) if plan else impact
    if impact.plan and (problems := checks.problems(impact.plan)):
        raise BadInput(f"{plan}: the plan cannot be scheduled:" + "".join(f"\n- {text}" for text in problems))
    with work.change("assess change", project, by) as store:
        history = store.history(project)
        present(history, by)
        assessed = changes.assess(history, number, impact, by, store.now)
        if unfit := baseline.unfitting(history, assessed, assessed.cost, assessed.days):
            raise BadInput(f"{unfit} Say with --cost and --days what the change takes, or bring a plan that fits.")
        if not history.has(assessed.id):
            store.append(assessed)
    return assessed


def decide_change(work: Workspace, project: str, number: int, ruling: Ruling) -> ChangeDecided:
    """Accept, reject or modify a change; what is granted moves the baseline in the same transaction."""
    with work.change("decide change", project, ruling.by) as store:
        history = store.history(project)
        present(history, ruling.by)
        cost, days = changes.at_stake(history, number, ruling)
        assessed = changes.assessment(history, number)
        impact = assessed.impact if assessed else None
        may = authority.who_may_take(history.definition, history.charter, "change", authority.Stake(cost, days, impact))
        decided = changes.decide(history, number, ruling, store.now, may)
        granted = assessed if decided.verdict != "reject" else None
        if granted and (unfit := baseline.unfitting(history, granted, decided.cost, decided.days)):
            raise RuleViolation(f"{unfit} Have it assessed anew with a plan that fits, or grant what it takes.")
        store.append(decided)
    return decided
