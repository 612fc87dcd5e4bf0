"""What the PMO wrote: a standard process with its roles, phases, gates and deliverables."""

from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from lifecycle.value import Value, Written

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=64)]
Thing = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$", max_length=129)]
"""A thing of a process by its name; a criterion with its gate before it, as `G2/first-risks`."""
Text = Annotated[str, Written(longest=4000)]
EntryPoint = Annotated[
    str,
    StringConstraints(
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*:[A-Za-z_][A-Za-z0-9_]*$", max_length=200
    ),
]
"""A Python function as `package.module:function`."""
LARGEST = 2**53 - 1
"""The largest number that JSON holds without loss."""
Plain = (
    bool
    | Annotated[int, Field(ge=-LARGEST, le=LARGEST)]
    | Annotated[float, Field(ge=-LARGEST, le=LARGEST, allow_inf_nan=False)]
    | str
)
Verdict = Literal["accept", "reject", "modify"]
Level = Literal["project", "stage", "work-package"]
Measure = Literal["time", "cost", "quality", "risk"]
Decision = Literal["gate", "change", "waiver", "exception", "override", "stop", "migration"]


class RoleDefinition(Value):
    """A role of the process and what its holder is expected to do."""

    id: Name
    title: Text
    duties: Text
    mandatory: bool = False


class AcceptanceDefinition(Value):
    """Who accepts a deliverable, and against which quality criteria."""

    by: Name
    criteria: tuple[Text, ...] = ()


class DeliverableDefinition(Value):
    """Something a phase has to produce, with the person answerable for it.

    `gate` names the gate that needs it (the last one of its phase when left out); `template` is a file
    below templates/documents; `product` marks what is handed over to the customer at the end;
    `premature` marks what even a stopped project still owes; `mandatory` what overlays may only make
    stricter and no tailoring leaves out.
    """

    id: Name
    title: Text
    owner: Name
    acceptance: AcceptanceDefinition
    template: Text | None = None
    gate: Name | None = None
    rasci: dict[Name, Literal["R", "A", "S", "C", "I"]] = Field(default_factory=dict)
    optional: bool = False
    product: bool = False
    premature: bool = False
    mandatory: bool = False


class RowDefinition(Value):
    """A row of a decision table: when it applies (CEL), and what holds then: `met`, `not met`, or CEL again.

    `text` is the row in words, shown with the finding.
    """

    when: Text
    then: Text
    text: Text | None = None


class TableDefinition(Value):
    """A criterion as a decision table, where a rule has many rows.

    `hit` says what counts when several rows apply: `unique`, that is a mistake and not met; `first`, the first one
    in the file; `collect`, all of them must be met. Where none applies, `otherwise` does; unknown when left out.
    """

    hit: Literal["unique", "first", "collect"] = "unique"
    rows: tuple[RowDefinition, ...] = Field(min_length=1, max_length=50)
    otherwise: Text | None = None


class CriterionDefinition(Value):
    """A question a gate asks of the project's facts: a CEL expression that is true when it is met, or a table."""

    id: Name
    text: Text
    expression: Text | None = None
    table: TableDefinition | None = None
    owner: Name
    advisory: bool = False
    mandatory: bool = False


class AtLeast(Value):
    """A policy that needs a number of approvals."""

    at_least: Annotated[int, Field(ge=1, le=100)]


Policy = Literal["all", "any", "in_order"] | AtLeast


class EscalationDefinition(Value):
    """What happens when a review is so many calendar days overdue: the holders of a role are told.

    With `substitutes` they may also vote in place of those who have not voted.
    """

    after_days: Annotated[int, Field(ge=0, le=365)]
    to: Name
    substitutes: bool = False


class GateDefinition(Value):
    """The one place where people decide whether the project goes on.

    `approvers` are roles; their holders are frozen into seats at submission. The chair's proposal counts
    when the policy cannot be met. A reject by a holder of a `veto` role ends the review at once. `quorum` is
    how many of the seats must have voted, abstentions included, before approvals count. `waiver_by` may
    waive criteria. `rounds` limits how often its phase may be attempted. `baseline` freezes the current plan
    as the baseline on go. `request` says who submits the gate: the manager, or the phase flow by itself once
    everything is ready. A review is due after `due_days` calendar days; those who have not voted are
    reminded `remind_days` before that; after that the levels of `escalation` follow, and an undecided review
    ends in hold `hold_days` after its due date (never by itself when left out). What is `mandatory` overlays
    may only make stricter, criteria that are not advisory included, and no tailoring leaves it out.
    """

    id: Name
    title: Text
    question: Text
    approvers: tuple[Name, ...] = Field(min_length=1)
    policy: Policy = "all"
    veto: tuple[Name, ...] = ()
    quorum: Annotated[int, Field(ge=1, le=100)] | None = None
    chair: Name | None = None
    waiver_by: Name | None = None
    criteria: tuple[CriterionDefinition, ...] = ()
    due_days: Annotated[int, Field(ge=1, le=365)] = 5
    remind_days: tuple[Annotated[int, Field(ge=0, le=365)], ...] = ()
    escalation: tuple[EscalationDefinition, ...] = ()
    hold_days: Annotated[int, Field(ge=1, le=365)] | None = None
    rounds: Annotated[int, Field(ge=1, le=20)] = 3
    baseline: bool = False
    request: Literal["manager", "automatic"] = "manager"
    mandatory: bool = False


class StepDefinition(Value):
    """Work that a Python function does by itself in a phase, e.g. a security scan; its result is a finding of a gate.

    `run` is called with plain data: the project, its facts and `parameters`. One that reads `documents` also gets
    what was submitted for its gate, and runs again when that changes. `gate` names the gate that needs it (the
    last one of its phase when left out). It is given `timeout_seconds`, and tried again `retries` times when it breaks.
    """

    id: Name
    title: Text
    run: EntryPoint
    owner: Name
    gate: Name | None = None
    documents: bool = False
    timeout_seconds: Annotated[int, Field(ge=1, le=3600)] = 300
    retries: Annotated[int, Field(ge=0, le=5)] = 2
    advisory: bool = False
    parameters: dict[Name, Plain] = Field(default_factory=dict)


class PhaseDefinition(Value):
    """A stretch of work that ends at its gates.

    `beside` names the phase this one runs alongside (it has no gates of its own), `cadence_days` after how many
    calendar days its work comes round. `products` receives the
    deliverables that the charter adds. `repeat` makes one phase per stage that the charter asks for,
    named `execution-1`, `execution-2`, ... `closing` is the phase every ending goes through.
    """

    id: Name
    title: Text
    purpose: Text
    deliverables: tuple[DeliverableDefinition, ...] = ()
    steps: tuple[StepDefinition, ...] = ()
    gates: tuple[GateDefinition, ...] = ()
    beside: Name | None = None
    cadence_days: Annotated[int, Field(ge=1, le=365)] | None = None
    products: bool = False
    repeat: Text | None = None
    closing: bool = False


class AuthorityDefinition(Value):
    """One row of the authority table: these roles may take this decision up to these limits (none: any size).

    `up_to_impact` is on the scale of the risk register, from 1 (low) to 5 (high).
    """

    decision: Decision
    roles: tuple[Name, ...] = Field(min_length=1)
    up_to_cost: Annotated[Decimal, Field(ge=0)] | None = None
    up_to_days: Annotated[int, Field(ge=0)] | None = None
    up_to_impact: Annotated[int, Field(ge=1, le=5)] | None = None
    mandatory: bool = False


class ToleranceDefinition(Value):
    """How far a forecast may stray at a level before it is an exception, and the role that is asked then.

    A stage is a phase while it is open, a work package an activity on which somebody has reported. `amount` is in
    calendar days after the baseline's finish (time), percent above its cost (cost), versions sent back and not
    accepted since (quality), or the gravest open risk's probability times impact (risk). Without `asks` a work
    package's manager is asked, and whoever the authority table names above that.
    """

    level: Level
    measure: Measure
    amount: Annotated[Decimal, Field(ge=0, le=3650)]
    asks: Name | None = None
    mandatory: bool = False

    @property
    def name(self) -> str:
        """What tells it from the others: `stage time`."""
        return f"{self.level} {self.measure}"


class TailoringDefinition(Value):
    """What projects of a kind may do without: a rule that a charter may choose, with its reason.

    `when` is CEL over the facts that a charter answers. `leave_out` names deliverables, gates, and criteria as
    `G2/first-risks`; `make_optional` deliverables, which become optional, and criteria, which become advisory.
    """

    id: Name
    text: Text
    when: Text
    leave_out: tuple[Thing, ...] = ()
    make_optional: tuple[Thing, ...] = ()


class ReportDefinition(Value):
    """A status report that the engine writes by itself every so many calendar days, for the holders of roles.

    `during` names the phases that it goes with; it goes with the whole project when left out. Without `every_days` it
    comes on the cadence of those phases. `by` is the role that answers for what it says.
    """

    id: Annotated[Name, StringConstraints(max_length=40)]
    title: Text
    by: Name
    to: tuple[Name, ...] = Field(min_length=1)
    every_days: Annotated[int, Field(ge=1, le=365)] | None = None
    during: tuple[Name, ...] = ()


class ProcessDefinition(Value):
    """A standard process, as published by the PMO or as copied into a project at its start.

    `tolerances` are those that no charter says; `separate` lists sets of roles of which nobody holds two; `tailoring`
    the rules by which a project may be spared some of it (none in a project's own copy, where they were applied).
    """

    process: Name
    version: Text
    title: Text
    purpose: Text
    level: Literal["project", "program"] = "project"
    manager: Name
    roles: tuple[RoleDefinition, ...] = Field(min_length=1)
    phases: tuple[PhaseDefinition, ...] = Field(min_length=1)
    authority: tuple[AuthorityDefinition, ...] = ()
    tolerances: tuple[ToleranceDefinition, ...] = ()
    separate: tuple[tuple[Name, ...], ...] = ()
    reports: tuple[ReportDefinition, ...] = ()
    tailoring: tuple[TailoringDefinition, ...] = ()
    source: Text | None = None

    @cached_property
    def main_phases(self) -> tuple[PhaseDefinition, ...]:
        """The phases in sequence, without those that run beside another."""
        return tuple(phase for phase in self.phases if phase.beside is None)

    @property
    def closing_phase(self) -> PhaseDefinition:
        """The phase that every ending goes through."""
        return next(phase for phase in self.phases if phase.closing)

    @cached_property
    def gates(self) -> tuple[GateDefinition, ...]:
        """All gates in the order in which they are passed."""
        return tuple(gate for phase in self.main_phases for gate in phase.gates)

    def phase(self, name: str) -> PhaseDefinition:
        """Return the phase of that name; KeyError when there is none."""
        return self._phases[name]

    def gate(self, name: str) -> GateDefinition:
        """Return the gate of that name; KeyError when there is none."""
        return self._gates[name][1]

    def phase_of_gate(self, name: str) -> PhaseDefinition:
        """Return the phase that ends at this gate; KeyError when there is none."""
        return self._gates[name][0]

    @cached_property
    def _phases(self) -> dict[str, PhaseDefinition]:
        return {phase.id: phase for phase in self.phases}

    @cached_property
    def _beside(self) -> dict[str | None, tuple[PhaseDefinition, ...]]:
        joined = {phase.beside for phase in self.phases}
        return {phase: tuple(other for other in self.phases if other.beside == phase) for phase in joined}

    @cached_property
    def _gates(self) -> dict[str, tuple[PhaseDefinition, GateDefinition]]:
        return {gate.id: (phase, gate) for phase in self.main_phases for gate in phase.gates}

    @property
    def deliverables(self) -> tuple[DeliverableDefinition, ...]:
        """All deliverables of all phases."""
        return tuple(item for phase in self.phases for item in phase.deliverables)

    @cached_property
    def homes(self) -> dict[str, str]:
        """The main phase of each deliverable; one of a phase beside it belongs to that. Its activities go with it."""
        return {item.id: phase.beside or phase.id for phase in self.phases for item in phase.deliverables}

    def beside(self, phase: str) -> tuple[PhaseDefinition, ...]:
        """The phases that run alongside this one."""
        return self._beside.get(phase, ())

    def deliverables_for(self, gate: str) -> tuple[DeliverableDefinition, ...]:
        """What this gate needs: the phase's deliverables and those of the phases beside it, by their gate."""
        phase = self.phase_of_gate(gate)
        own = (item for p in (phase, *self.beside(phase.id)) for item in p.deliverables)
        return tuple(item for item in own if (item.gate or phase.gates[-1].id) == gate)

    def steps_for(self, gate: str) -> tuple[StepDefinition, ...]:
        """The automated steps that this gate needs: of its phase and of the phases beside it, by their gate."""
        phase = self.phase_of_gate(gate)
        own = (step for p in (phase, *self.beside(phase.id)) for step in p.steps)
        return tuple(step for step in own if (step.gate or phase.gates[-1].id) == gate)
