"""Records of control: plans, baselines, progress, exceptions, changes, risks, issues."""

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, NamedTuple

from pydantic import Field

from lifecycle.history.charter import Constraints, Money, RiskEntry, Scale
from lifecycle.history.plan import Plan, ProgressLine, Schedule
from lifecycle.history.record import Numbered
from lifecycle.history.work import Count
from lifecycle.process.definition import Level, Measure, Name, Text, Verdict
from lifecycle.value import Value

ExceptionChoice = Literal["more-tolerance", "exception-plan", "close", "no-action"]


class Subject(NamedTuple):
    """What a tolerance is about: a stage by its phase, a work package by its activity, else the whole project."""

    phase: str | None = None
    activity: str | None = None

    @property
    def level(self) -> Level:
        """The level of management that it belongs to."""
        return "stage" if self.phase else "work-package" if self.activity else "project"


PROJECT = Subject()


class OfPart(Value):
    """About a stage, named by its `phase`, or a work package, by its `activity`; the whole project has neither."""

    phase: Name | None = None
    activity: Name | None = None

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return Subject(self.phase, self.activity)


class PlanSubmitted(Numbered):
    """A plan was drawn up. It is a proposal until a gate or an approved change makes it the baseline."""

    kind: ClassVar[str] = "plan"
    key: ClassVar[str] = "{project}:plan:{number}"

    plan: Plan
    schedule: Schedule


class BaselineSet(Numbered):
    """The plan, the dates and the limits that the project is held to. `source` is the record that approved it."""

    kind: ClassVar[str] = "baseline"
    key: ClassVar[str] = "{project}:baseline:{number}"

    plan: Plan
    schedule: Schedule
    constraints: Constraints
    source: str


class ProgressReported(Numbered):
    """How far the work is at a status date; a later report for the same activity replaces the earlier."""

    kind: ClassVar[str] = "progress"
    key: ClassVar[str] = "{project}:progress:{number}"

    status_date: date
    lines: tuple[ProgressLine, ...]


class ExceptionRaised(Numbered, OfPart):
    """A forecast left a tolerance: whoever gave it must know at once. Money or dates, as text with their unit."""

    kind: ClassVar[str] = "exception"
    key: ClassVar[str] = "{project}:exception:{number}"

    measure: Measure
    status_date: date
    forecast: Text
    limit: Text
    text: Text

    @property
    def of_charter(self) -> bool:
        """Whether the tolerance is one of those that a charter says, which the project's limits hold."""
        return self.subject == PROJECT and self.measure in ("time", "cost")


class ExceptionEnded(Numbered):
    """An exception is over: a change gave new limits, or the forecast came back. `cause` is a record id."""

    kind: ClassVar[str] = "exception-end"
    key: ClassVar[str] = "{project}:exception:{number}:ended"

    cause: Text


class Allowance(Value):
    """How far a measure may stray from now on.

    `days` are calendar days after the approved finish, `cost` is money beyond the approved budget (of a stage or work
    package, both count from its baseline), `count` versions sent back, or the weight of a risk.
    """

    days: Annotated[int, Field(ge=0, le=3650)] | None = None
    cost: Money | None = None
    count: Annotated[int, Field(ge=0, le=3650)] | None = None

    def granted(self, measure: Measure) -> Decimal | None:
        """How far that measure may stray; None when this is about another one."""
        size = {"time": self.days, "cost": self.cost}.get(measure, self.count)
        return None if size is None else Decimal(size)

    @property
    def amounts(self) -> int:
        """How many measures it speaks of."""
        return sum(size is not None for size in (self.days, self.cost, self.count))


class ToleranceGranted(Numbered, Allowance, OfPart):
    """A stage or a work package was given a tolerance of its own, in place of the one that its process says."""

    kind: ClassVar[str] = "tolerance"
    key: ClassVar[str] = "{project}:tolerance:{number}"

    reason: Text


class ExceptionDecided(Numbered, Allowance):
    """What was decided on an exception, and on which forecast. More tolerance ends it, and a stop the project."""

    kind: ClassVar[str] = "exception-decision"
    key: ClassVar[str] = "{project}:exception:{number}:decision"

    choice: ExceptionChoice
    reason: Text
    forecast: Text

    def widened(self, limits: Constraints) -> Constraints:
        """The project's limits with the tolerance granted; a tolerance of money is never more than the budget."""
        time, cost = limits.time, limits.cost
        if self.days is not None:
            time = time.model_copy(update={"tolerance_days": self.days})
        if self.cost is not None and cost.budget:
            cost = cost.model_copy(update={"tolerance_percent": min(100 * self.cost / cost.budget, Decimal(100))})
        return limits.model_copy(update={"time": time, "cost": cost})


class ChangeRaised(Numbered):
    """Somebody asks for something else than what was agreed."""

    kind: ClassVar[str] = "change"
    key: ClassVar[str] = "{project}:change:{number}"

    title: Text
    reason: Text
    origin: Literal["request", "issue", "risk", "external"] = "request"


class ChangeAssessed(Numbered):
    """What a change would do to scope, cost and time; `plan` is the plan as it would be afterwards.

    `impact` is on the scale of the risk register, 1 to 5; None when nobody assessed it.
    """

    kind: ClassVar[str] = "assessment"
    key: ClassVar[str] = "{project}:change:{number}:assessment:{version}"

    version: Count
    scope: Text
    cost: Decimal
    days: int
    impact: Scale | None = None
    plan: Plan | None = None


class ChangeDecided(Numbered):
    """A change was accepted, rejected, or accepted in modified form. `cost` and `days` are what was granted."""

    kind: ClassVar[str] = "change-decision"
    key: ClassVar[str] = "{project}:change:{number}:decision"

    verdict: Verdict
    reason: Text
    cost: Decimal
    days: int


class RiskRaised(Numbered):
    """A risk was registered."""

    kind: ClassVar[str] = "risk"
    key: ClassVar[str] = "{project}:risk:{number}"

    risk: RiskEntry


class RiskClosed(Numbered):
    """A risk is over: it did not happen, or it became an issue."""

    kind: ClassVar[str] = "risk-end"
    key: ClassVar[str] = "{project}:risk:{number}:closed"

    happened: bool
    note: Text


class IssueRaised(Numbered):
    """Something is in the way now."""

    kind: ClassVar[str] = "issue"
    key: ClassVar[str] = "{project}:issue:{number}"

    title: Text
    severity: Literal["low", "medium", "high"]
    owner: Name


class IssueClosed(Numbered):
    """An issue was settled; `action` says how."""

    kind: ClassVar[str] = "issue-end"
    key: ClassVar[str] = "{project}:issue:{number}:closed"

    action: Text
