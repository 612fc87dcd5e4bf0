"""The charter: what a project or program is for, its limits, and who is in it."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from lifecycle.process.definition import DeliverableDefinition, Name, Text
from lifecycle.value import Value

Money = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=2)]
Scale = Annotated[int, Field(ge=1, le=5)]
RiskCategory = Literal["technical", "delay", "scope", "cost", "people", "supplier", "external"]


class TimeLimit(Value):
    """The approved dates; a forecast later than `finish` plus `tolerance_days` (calendar days) is an exception."""

    start: date
    finish: date
    tolerance_days: Annotated[int, Field(ge=0, le=3650)] = 0

    @model_validator(mode="after")
    def ends_after_start(self) -> Self:
        """A project has a start and a later end."""
        if self.finish <= self.start:
            raise ValueError(f"the finish {self.finish} must lie after the start {self.start}")
        return self


class CostLimit(Value):
    """The approved budget; a forecast above it by more than `tolerance_percent` is an exception."""

    budget: Money
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "EUR"
    tolerance_percent: Annotated[Decimal, Field(ge=0, le=100)] = Decimal(0)


class ScopeLimit(Value):
    """What is in, what is out, and how many deliverables may be missing at the end."""

    statement: Text
    excluded: tuple[Text, ...] = ()
    tolerance_items: Annotated[int, Field(ge=0)] = 0


class Constraints(Value):
    """The triple constraint with its tolerances."""

    time: TimeLimit
    cost: CostLimit
    scope: ScopeLimit


class SuccessCriterion(Value):
    """One thing that must be true for the project to be a success, and how that is measured."""

    id: Name
    text: Text
    measure: Text


class Benefit(Value):
    """A lasting effect, measured after the project: from baseline to target, by whom and when."""

    id: Name
    text: Text
    measure: Text
    baseline: Text
    target: Text
    owner: Name
    due: date
    monetary: bool = False


class RiskEntry(Value):
    """Something that may happen; probability and impact from 1 (low) to 5 (high)."""

    title: Text
    category: RiskCategory
    probability: Scale
    impact: Scale
    response: Text | None = None
    owner: Name


class Member(Value):
    """A person with the roles held in this project."""

    id: Name
    name: Text
    roles: tuple[Name, ...] = Field(min_length=1)


class GroupRoles(Value):
    """A group of the organisation, and the roles that each of its members holds in this project."""

    group: Name
    roles: tuple[Name, ...] = Field(min_length=1)


class TailoringChoice(Value):
    """A tailoring rule of the process that the project follows, and why it does."""

    rule: Name
    reason: Text


class Charter(Value):
    """What a person writes to start a project. `plan` names a CSV or YAML file beside the charter.

    `groups` brings in people of the organisation beside those named one by one. `version` holds the project to one
    version of its process; without it the one published last is taken.
    """

    project: Name
    title: Text
    process: Name
    version: Text | None = None
    goal: Text
    need: Text
    success_criteria: tuple[SuccessCriterion, ...] = Field(min_length=1)
    constraints: Constraints
    people: tuple[Member, ...] = Field(min_length=1)
    groups: tuple[GroupRoles, ...] = ()
    deliverables: tuple[DeliverableDefinition, ...] = ()
    assumptions: tuple[Text, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    risks: tuple[RiskEntry, ...] = ()
    stages: dict[Name, Annotated[int, Field(ge=1, le=50)]] = Field(default_factory=dict)
    tailoring: tuple[TailoringChoice, ...] = ()
    plan: Text | None = None
    _former: tuple[Member, ...] = PrivateAttr(default=())

    @property
    def former(self) -> tuple[Member, ...]:
        """Those who left since the start; nobody writes them, and no record keeps them."""
        return self._former

    def with_people(self, people: tuple[Member, ...], former: tuple[Member, ...]) -> Self:
        """The charter with the people of now, and with those who left."""
        changed = self.model_copy(update={"people": people})
        changed._former = former
        return changed

    def holders(self, role: str) -> tuple[Member, ...]:
        """The people who hold a role."""
        return tuple(person for person in self.people if role in person.roles)

    def person(self, name: str) -> Member | None:
        """The person of that id, if there is one in the project."""
        return next((person for person in self.people if person.id == name), None)

    def name_of(self, person: str) -> str:
        """The person's full name, also of those who left, or the id for somebody from outside."""
        member = self.person(person) or next((gone for gone in self.former if gone.id == person), None)
        return member.name if member else person


class Objective(Value):
    """A strategic objective that the program's projects serve."""

    id: Name
    text: Text


class MemberProject(Value):
    """A project of the program: its name, its charter file beside the program's, and the objective it serves."""

    project: Name
    charter: Text
    objective: Name


class Dependency(Value):
    """One project needs something from another.

    Either a milestone feeds an activity (`before: backend/B30`, `after: app/A12`, finish-to-start with a
    lag in working days), or a passed gate opens a phase (`before: backend/G2`, `after: app/execution`).
    """

    id: Name
    text: Text
    before: Annotated[str, Field(pattern=r"^[^/\s]+/[^/\s]+$")]
    after: Annotated[str, Field(pattern=r"^[^/\s]+/[^/\s]+$")]
    lag: Annotated[int, Field(ge=0, le=1000)] = 0


class ProgramCharter(Charter):
    """The charter of a program: its objectives, its projects, and what they need of each other."""

    objectives: tuple[Objective, ...] = Field(min_length=1)
    projects: tuple[MemberProject, ...] = Field(min_length=1)
    dependencies: tuple[Dependency, ...] = ()
