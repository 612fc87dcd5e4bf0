"""Conditions of a conditional go: cleared by the gate that set them, or waived by its authority."""

from datetime import datetime

from lifecycle.errors import NotFound, SeparationOfDuties, SettledBefore
from lifecycle.governance.people import gate_of, holders, require_open, require_role
from lifecycle.governance.waivers import require_no_manager, require_within_limits, waiver_roles
from lifecycle.history import History, utc
from lifecycle.history.gates import ConditionCleared, ConditionSet


def clear(history: History, name: str, by: str, evidence: str, now: datetime) -> ConditionCleared:
    """Record that a condition (`G2.1.1`) is met: by an approver of its gate, but its owner or who submitted that."""
    condition = _open(history, name)
    _require_other(history, condition, by, "clears")
    require_role(history, gate_of(history, condition.gate).approvers, by, f"clear {name}")
    _require_no_submitter(history, condition, by)
    return _cleared(condition, by, evidence, now)


def waive(history: History, name: str, by: str, reason: str, now: datetime) -> ConditionCleared:
    """Let a condition go: by the authority of its gate, never by its owner or by those who submit the gate."""
    condition = _open(history, name)
    _require_other(history, condition, by, "waives")
    require_role(history, waiver_roles(gate_of(history, condition.gate)), by, f"waive {name}")
    require_no_manager(history, condition.gate, by)
    _require_no_submitter(history, condition, by)
    require_within_limits(history, condition.gate, by)
    return _cleared(condition, by, reason, now).model_copy(update={"waived": True})


def may_clear(history: History, gate: str, owner: str) -> tuple[str, ...]:
    """Who could clear a condition of this gate that this person owns; its submitter could not."""
    approvers, review = holders(history.charter, gate_of(history, gate).approvers), history.review(gate)
    return tuple(person for person in approvers if person != owner and not (review and person == review.by))


def _open(history: History, name: str) -> ConditionSet:
    require_open(history)
    if condition := next((c for c in history.open_conditions if name in (c.name, c.first_name)), None):
        return condition
    settled = {f"{c.gate}.{c.round}.{c.number}": c for c in history.all(ConditionCleared)}
    if name in settled:
        who, word = history.charter.name_of(settled[name].by), "waived" if settled[name].waived else "cleared"
        raise SettledBefore(f"{name} was {word} by {who} on {settled[name].at.date()}.")
    raise NotFound("open condition", name, (condition.name for condition in history.open_conditions))


def _require_other(history: History, condition: ConditionSet, by: str, verb: str) -> None:
    if by == condition.owner:
        owner = history.charter.name_of(by)
        raise SeparationOfDuties(f"{owner} owns {condition.name}; an approver of {condition.gate} {verb} it.")


def _require_no_submitter(history: History, condition: ConditionSet, by: str) -> None:
    review = history.review(condition.gate)
    if review and by == review.by:
        name = history.charter.name_of(by)
        raise SeparationOfDuties(f"{name} submitted {condition.gate}; somebody else settles its condition.")


def _cleared(condition: ConditionSet, by: str, evidence: str, now: datetime) -> ConditionCleared:
    return ConditionCleared(
        project=condition.project,
        at=utc(now),
        by=by,
        gate=condition.gate,
        round=condition.round,
        number=condition.number,
        evidence=evidence,
    )
