"""Letting a criterion go: by a named authority, with a reason, for one attempt."""

from datetime import datetime

from lifecycle.errors import NotFound, RuleViolation, SeparationOfDuties, TransitionNotAllowed
from lifecycle.governance import authority
from lifecycle.governance.people import gate_of, holders, require_role
from lifecycle.governance.readiness import attempt_of, findings
from lifecycle.governance.review import preparing
from lifecycle.history import History, utc
from lifecycle.history.gates import CriterionWaived
from lifecycle.process.definition import GateDefinition


def waive(history: History, gate: str, *, criterion: str, by: str, reason: str, now: datetime) -> CriterionWaived:
    """Waive a mandatory criterion while its gate is prepared; never by those who submit the gate."""
    definition = gate_of(history, gate)
    preparing(history, gate)
    _require_mandatory(history, gate, criterion)
    if by in holders(history.charter, (history.definition.manager,)):
        name = history.charter.name_of(by)
        raise SeparationOfDuties(f"{name} submits {gate} and may not waive what it asks.")
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


def require_within_limits(history: History, gate: str, by: str) -> None:
    """Refuse with NotAuthorised a waiver beyond the authority table: it weighs what passing the gate commits."""
    if authority.limits(history.definition, "waiver"):
        authority.require_stake(history, by, "waiver", authority.stake_of(history, gate))


def _require_mandatory(history: History, gate: str, criterion: str) -> None:
    known = {finding.criterion: finding for finding in findings(history, gate, {})}
    if criterion not in known:
        raise NotFound(f"criterion of {gate}", criterion, known)
    if known[criterion].advisory:
        raise RuleViolation(f"'{criterion}' is advisory at {gate}: it holds nothing back and needs no waiver.")
