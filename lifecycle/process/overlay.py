"""An overlay: a process that says only in what it differs from another one."""

from typing import Annotated, Any

from pydantic import Field, create_model

from lifecycle.process.definition import (
    AcceptanceDefinition,
    AuthorityDefinition,
    CriterionDefinition,
    DeliverableDefinition,
    GateDefinition,
    Name,
    PhaseDefinition,
    RoleDefinition,
    TailoringDefinition,
    Text,
    Thing,
    ToleranceDefinition,
)
from lifecycle.value import Value

Plain = dict[str, Any]
KINDS = {
    "roles": "role",
    "phases": "phase",
    "gates": "gate",
    "deliverables": "deliverable",
    "criteria": "criterion",
    "tailoring": "tailoring",
}
"""The fields of an overlay that name things, and the kind of thing each names."""


def _change(model: type[Value], without: tuple[str, ...] = (), **more: Any) -> type[Value]:
    """What may differ about a thing: each of its fields, none of them needed, and what says where it stands."""
    fields: dict[str, Any] = {
        name: (Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation, None)
        for name, field in model.model_fields.items()
        if name not in ("id", *without)
    }
    name = model.__name__.replace("Definition", "Change")
    change: type[Value] = create_model(name, __base__=Value, __doc__=_change.__doc__, **fields, **more)
    return change


Names_ = tuple[Name, ...]
RoleChange = _change(RoleDefinition)
CriterionChange = _change(CriterionDefinition)
TailoringChange = _change(TailoringDefinition)
AcceptanceChange = _change(AcceptanceDefinition, add_criteria=(tuple[Text, ...], None))
DeliverableChange = _change(
    DeliverableDefinition, ("acceptance",), acceptance=(AcceptanceChange, None), phase=(Name, None)
)
GateChange = _change(
    GateDefinition,
    ("criteria",),
    criteria=(dict[Name, CriterionChange], None),  # type: ignore[valid-type]
    add_approvers=(Names_, None),
    add_veto=(Names_, None),
    phase=(Name, None),
    after=(Name, None),
)
PhaseChange = _change(PhaseDefinition, ("deliverables", "gates"), after=(Name, None))


class LeftOut(Value):
    """What an overlay leaves out of its base, by kind; criteria as `G2/first-risks`."""

    phases: tuple[Name, ...] = ()
    gates: tuple[Name, ...] = ()
    deliverables: tuple[Name, ...] = ()
    criteria: tuple[Thing, ...] = ()
    roles: tuple[Name, ...] = ()
    tailoring: tuple[Name, ...] = ()


class Overlay(Value):
    """What a unit, or a kind of project, does otherwise than the process it extends.

    Things are named by their ids: a known one is changed in the fields given, an unknown one is new. `phase` and
    `after` say where a new one stands. The rows of each decision in `authority` stand in place of the base's, as
    does a tolerance of the same level and measure.
    """

    process: Name
    version: Text
    extends: Name
    title: Text = None  # type: ignore[assignment]  # as in a change of anything else, null is no value
    purpose: Text = None  # type: ignore[assignment]
    source: Text | None = None
    leave_out: LeftOut = LeftOut()
    roles: dict[Name, RoleChange] = Field(default_factory=dict)  # type: ignore[valid-type]
    phases: dict[Name, PhaseChange] = Field(default_factory=dict)  # type: ignore[valid-type]
    gates: dict[Name, GateChange] = Field(default_factory=dict)  # type: ignore[valid-type]
    deliverables: dict[Name, DeliverableChange] = Field(default_factory=dict)  # type: ignore[valid-type]
    authority: tuple[AuthorityDefinition, ...] = ()
    tolerances: tuple[ToleranceDefinition, ...] = ()
    separate: tuple[tuple[Name, ...], ...] = ()
    tailoring: dict[Name, TailoringChange] = Field(default_factory=dict)  # type: ignore[valid-type]

    @property
    def said(self) -> Plain:
        """What the file says, and nothing else."""
        return self.model_dump(exclude_unset=True)
