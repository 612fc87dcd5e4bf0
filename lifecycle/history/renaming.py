"""The past in the names of today: records as they read after their project moved to another version of its process.

Nothing that was written changes. A record's id stays what was journaled; only gates, phases, deliverables, criteria
and roles in it go by the names that they have now, so that every question about the past is asked in one language.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from lifecycle.history.charter import Benefit, Charter, RiskEntry
from lifecycle.history.closing import FollowOnAction
from lifecycle.history.control import IssueRaised
from lifecycle.history.gates import CriterionWaived, Finding
from lifecycle.history.plan import Activity
from lifecycle.history.record import Record
from lifecycle.history.steps import StepFinished
from lifecycle.process.definition import DeliverableDefinition, ProcessDefinition
from lifecycle.process.migration import renamed_stages
from lifecycle.process.renaming import Names, deliverable_with_new_names
from lifecycle.value import Value

V = TypeVar("V", bound=Value)
R = TypeVar("R", bound=Record)

NAMED: Mapping[str, str] = {
    "gate": "gate",
    "gates": "gate",
    "phase": "phase",
    "deliverable": "deliverable",
    "step": "step",
    "role": "role",
    "roles": "role",
}
"""Fields that hold names of things of a process, whatever they stand in."""
OWNED_BY_ROLES = (Activity, Benefit, Finding, FollowOnAction, IssueRaised, RiskEntry)
"""Whose `owner` is a role; elsewhere it is a person."""
OF_A_GATE = (CriterionWaived, Finding)
"""Whose `criterion` is one of a gate; elsewhere it is the charter's."""
ASKED_BY_THE_ENGINE = ("deliverable", "step")
"""What stands before a thing's name, and a point, in the name of the criterion that asks for it."""


def record_in_new_names(record: R, names: Names) -> R:
    """The record under the new names; its id stays what was journaled."""
    viewed = in_new_names(record, names)
    if viewed is not record:
        vars(viewed)["id"] = record.id
    return viewed


def in_new_names(value: V, names: Names, gate: str = "") -> V:
    """A value with the new names in it; the same one where none of them stands in it. `gate` is the one around it."""
    around = str(getattr(value, "gate", gate))
    changes: dict[str, Any] = {}
    for field in type(value).model_fields:
        before = getattr(value, field)
        after = _field(value, field, names, around)
        if after != before:
            changes[field] = after
    return value.model_copy(update=changes) if changes else value


def _field(value: Value, field: str, names: Names, gate: str) -> Any:
    before = getattr(value, field)
    if field == "criterion" and isinstance(value, OF_A_GATE):
        return _criterion(before, names, gate)
    if field == "stages" and isinstance(value, Charter):
        return renamed_stages(before, names)
    if field == "documents" and isinstance(value, StepFinished):
        return {names.get(("deliverable", item), item): version for item, version in before.items()}
    kind = "role" if field == "owner" and isinstance(value, OWNED_BY_ROLES) else NAMED.get(field)
    if kind and isinstance(before, str):
        return names.get((kind, before), before)
    if isinstance(before, tuple):
        return tuple(_inside(one, kind, names, gate) for one in before)
    return _inside(before, None, names, gate)


def _inside(value: Any, kind: str | None, names: Names, gate: str) -> Any:
    if isinstance(value, str):
        return names.get((kind, value), value) if kind else value
    if isinstance(value, DeliverableDefinition):
        return deliverable_with_new_names(value, names)
    return in_new_names(value, names, gate) if isinstance(value, Value) and not _whole(value) else value


def _whole(value: Value) -> bool:
    """A process in a record is what it was: which one is in force, the history knows."""
    return isinstance(value, ProcessDefinition)


def _criterion(name: str, names: Names, gate: str) -> str:
    kind, _, item = name.partition(".")
    if item and kind in ASKED_BY_THE_ENGINE:
        return f"{kind}.{names.get((kind, item), item)}"
    return names.get(("criterion", f"{gate}/{name}"), name).rpartition("/")[2]
