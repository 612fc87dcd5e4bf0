"""Letting a criterion go: by a named authority, with a reason, for one attempt."""

from datetime import datetime

from lifecycle.errors import NotFound, RuleViolation, SeparationOfDuties, TransitionNotAllowed
from lifecycle.governance import authority
from lifecycle.governance.people import gate_of, holders, require_role
from lifecycle.governance.readiness import PLAN, attempt_of, findings
from lifecycle.governance.review import preparing
from lifecycle.governance.roster import authors
from lifecycle.history import History, utc
from lifecycle.history.gates import CriterionWaived
from lifecycle.process.definition import GateDefinition


def waive(history: History, gate: str, *, criterion: str, by: str, reason: str, now: datetime) -> CriterionWaived:
    """Waive a gate's mandatory criterion while it is prepared; never by those who submit it or wrote what it lacks."""
    definition = gate_of(history, gate)
    preparing(history, gate)
    _require_mandatory(history, gate, criterion)
    require_no_manager(history, gate, by)
    _require_no_author(history, gate, criterion, by)
    require_role(history, waiver_roles(definition), by, f"waive criteria of {gate}")
    require_within_limits(history, gate, by)
    attempt = attempt_of(history, gate)
    if given := history.last(CriterionWaived, gate=gate, attempt=attempt, criterion=criterion):
        raise TransitionNotAllowed(f"'{criterion}' was waived by {history.charter.name_of(given.by)} already.")
    return CriterionWaived(
        project=history.project,
        at=utc(now),
        by=by,
        gate=gate,
        attempt=attempt,
        criterion=criterion,
        reason=reason,
    )


def waiver_roles(gate: GateDefinition) -> tuple[str, ...]:
    """The gate's authority: the role named for it, else the chair, else its approvers."""
    if gate.waiver_by:
        return (gate.waiver_by,)
    return (gate.chair,) if gate.chair else gate.approvers


def require_no_manager(history: History, gate: str, by: str) -> None:
    """Refuse with SeparationOfDuties whoever submits gates: they do not let go what a gate asks or asked."""
    if by in holders(history.charter, (history.definition.manager,)):
        name = history.charter.name_of(by)
        raise SeparationOfDuties(f"{name} submits {gate} and may not waive what it asks.")


def require_within_limits(history: History, gate: str, by: str) -> None:
    """Refuse with NotAuthorised a waiver beyond the authority table: it weighs what passing the gate commits."""
    if authority.limits(history.definition, "waiver"):
        authority.require_stake(history, by, "waiver", authority.stake_of(history, gate))


def _require_no_author(history: History, gate: str, criterion: str, by: str) -> None:
    """Nobody lets go what a deliverable of their own lacks, or what a step found in it."""
    reading = {f"step.{step.id}" for step in history.definition.steps_for(gate) if step.documents}
    for item in history.definition.deliverables_for(gate):
        if criterion in (f"deliverable.{item.id}", *reading) and by in authors(history, item.id):
            name = history.charter.name_of(by)
            raise SeparationOfDuties(f"{name} is an author of '{item.title}' and may not waive '{criterion}'.")


def _require_mandatory(history: History, gate: str, criterion: str) -> None:
    known = {finding.criterion: finding for finding in findings(history, gate, {})}
    if criterion not in known:
        raise NotFound(f"criterion of {gate}", criterion, known)
    if known[criterion].advisory:
        raise RuleViolation(f"'{criterion}' is advisory at {gate}: it holds nothing back and needs no waiver.")
    if criterion == PLAN and gate_of(history, gate).baseline:
        raise RuleViolation(f"{gate} makes the plan the baseline; without one there is nothing to decide. Import one.")
