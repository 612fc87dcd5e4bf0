"""The picture of a project: the values that say how it stands on one day."""

from datetime import date
from decimal import Decimal
from typing import Literal

from lifecycle.control.earned_value import EarnedValue
from lifecycle.history.charter import Constraints
from lifecycle.history.plan import Schedule
from lifecycle.history.work import Tailored
from lifecycle.value import Value

State = Literal["not due", "missing", "draft", "submitted", "sent back", "accepted", "handed over"]


class Awaited(Value):
    """Something that one person is expected to do; `subject` is what it is about (a gate, ...)."""

    person: str
    what: Literal[
        "decide",
        "submit",
        "clear condition",
        "assess change",
        "decide change",
        "resume",
        "close",
        "accept",
        "confirm override",
        "review override",
        "confirm migration",
        "put right",
        "decide exception",
        "plan exception",
    ]
    subject: str
    text: str
    due: date | None = None


class PhaseStatus(Value):
    """A phase on the strip; `attempt` is 0 before it began, `skipped` what an early end left undone."""

    phase: str
    title: str
    beside: str | None
    state: Literal["to come", "open", "passed", "skipped"]
    attempt: int
    opened: date | None
    record: str | None


class RoundStatus(Value):
    """A review of a gate; without an outcome it is open, or went back before there was one."""

    round: int
    outcome: str | None = None
    decided: date | None = None


class GateStatus(Value):
    """A gate on the strip; `outcome` is that of its newest decided round, `state` what holds now.

    `round` is that of the newest review, 0 before the first.
    """

    gate: str
    title: str
    phase: str
    state: Literal["to come", "preparing", "awaiting decision", "passed", "on hold", "recycled", "killed"]
    outcome: str | None
    round: int
    decided: date | None
    record: str | None
    rounds: tuple[RoundStatus, ...] = ()


class DeliverableStatus(Value):
    """A deliverable and how far it is; `owner` is a role, `record` the id of the record that says so."""

    deliverable: str
    title: str
    phase: str
    owner: str
    product: bool
    optional: bool
    state: State
    version: int
    record: str | None


class ProjectStatus(Value):
    """The whole picture on one day. Money in the project's currency, lateness in calendar days.

    `schedule` is the baseline's, or the newest plan's before there is one; what is open is named by the
    ids of its records; `condition_names` are what people call the open conditions.
    """

    project: str
    title: str
    as_of: date
    state: str
    phase: str | None
    program: str | None
    constraints: Constraints
    tailored: tuple[Tailored, ...]
    baseline: int | None
    schedule: Schedule | None
    forecast: Schedule | None
    forecast_finish: date | None
    days_late: int | None
    value: EarnedValue | None
    forecast_cost: Decimal | None
    activities: int
    activities_done: int
    phases: tuple[PhaseStatus, ...]
    gates: tuple[GateStatus, ...]
    deliverables: tuple[DeliverableStatus, ...]
    open_conditions: tuple[str, ...]
    condition_names: tuple[str, ...]
    open_exceptions: tuple[str, ...]
    open_changes: tuple[str, ...]
    open_risks: tuple[str, ...]
    open_issues: tuple[str, ...]
    awaited: tuple[Awaited, ...]
