"""Records of the gates: reviews, votes, outcomes, conditions, waivers."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from lifecycle.history.record import Person, Record
from lifecycle.history.work import Count, Digest
from lifecycle.process.definition import Name, Policy, Text
from lifecycle.value import Value

Choice = Literal["approve", "approve_with_conditions", "reject", "abstain"]
Proposal = Literal["hold", "recycle", "kill"]
Forced = Literal["go", "hold", "recycle", "kill"]
"""What an override may bring about: conditions are for those who vote."""
Outcome = Literal["go", "conditional_go", "hold", "recycle", "kill"]
Met = Literal["met", "not met", "unknown", "waived"]
Fact = bool | int | float | str | None
Criterion = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=80)]
"""A criterion's name; the built-in ones put a word before a deliverable's, so they may be longer than a name."""


class Finding(Value):
    """One criterion looked at: what it asks, what it read, and the answer. `owner` is a role."""

    criterion: Criterion
    text: Text
    result: Met
    owner: Name
    advisory: bool = False
    detail: str = ""
    read: dict[str, Fact] = Field(default_factory=dict)


class Evidence(Value):
    """A deliverable version pinned in a dossier, with its author."""

    deliverable: Name
    version: Count
    sha256: Digest
    author: Person
    accepted: bool


class Dossier(Value):
    """What the approvers decide on, frozen at submission. Its digest is what they sign.

    `metrics` are the project's facts at that moment, `open_items` the open risks, issues, changes and
    conditions by record id, `plan` the digest of the plan of what comes next.
    """

    project: Name
    gate: Name
    round: Count
    evidence: tuple[Evidence, ...]
    findings: tuple[Finding, ...]
    metrics: dict[str, Fact]
    open_items: tuple[Text, ...] = ()
    plan: Digest | None = None


class Seat(Value):
    """A person entitled to one vote, and the role that carries it.

    `chair` and `veto` say what weighs more about it; they stand here so that nothing can change them later.
    """

    person: Person
    role: Name
    chair: bool = False
    veto: bool = False


class ReviewRequested(Record):
    """A gate was submitted: the dossier, the roster and the rule of counting are frozen. `by` is the submitter.

    Under the policy `in_order` the seats vote in the order in which they stand here.
    """

    kind: ClassVar[str] = "review"
    key: ClassVar[str] = "{project}:{gate}:{round}"

    gate: Name
    round: Count
    phase: Name
    attempt: Count
    dossier: Dossier
    digest: Digest
    seats: tuple[Seat, ...]
    policy: Policy
    quorum: Annotated[int, Field(ge=1)] | None = None
    due: date


class ConditionText(Value):
    """A condition as an approver states it; `owner` is a person of the project."""

    text: Text
    owner: Person
    due: date


class VoteCast(Record):
    """One person's vote on one dossier. `seat` is the person whose seat it fills: the voter, unless they stand in.

    A seat votes once, and a person votes once, however many seats they could fill.
    """

    kind: ClassVar[str] = "vote"
    key: ClassVar[str] = "{project}:{gate}:{round}:vote:{seat}"
    twin: ClassVar[str | None] = "{project}:{gate}:{round}:voter:{by}"

    gate: Name
    round: Count
    seat: Person
    role: Name
    choice: Choice
    reason: Text
    digest: Digest
    proposal: Proposal | None = None
    conditions: tuple[ConditionText, ...] = ()


class GateDecided(Record):
    """The outcome of a review; `by` is the person whose vote settled it.

    `cause` is `overdue` for the automatic hold, by the engine, and `override` when an authority decided
    past the votes; `by` is then the one who confirmed it.
    """

    kind: ClassVar[str] = "outcome"
    key: ClassVar[str] = "{project}:{gate}:{round}:outcome"

    gate: Name
    round: Count
    phase: Name
    attempt: Count
    outcome: Outcome
    digest: Digest
    cause: Literal["votes", "overdue", "override"] = "votes"


class ReviewReturned(Record):
    """A review ended without an outcome: withdrawn by its submitter, stale since its evidence changed, or migrated.

    `migrated` is what a move to another version of the process does to a review whose rules change by it.
    """

    kind: ClassVar[str] = "return"
    key: ClassVar[str] = "{project}:{gate}:{round}:returned"

    gate: Name
    round: Count
    cause: Literal["withdrawn", "stale", "migrated"]
    difference: tuple[Text, ...] = ()


class ReviewReminded(Record):
    """Those who had not voted were reminded, so many calendar days before the due date."""

    kind: ClassVar[str] = "reminder"
    key: ClassVar[str] = "{project}:{gate}:{round}:reminder:{days}"

    gate: Name
    round: Count
    days: Annotated[int, Field(ge=0)]
    persons: tuple[Person, ...]


class ReviewEscalated(Record):
    """A review is overdue: these persons were told. With `substitutes` they may vote in place of the silent ones.

    `level` counts the levels of the gate's escalation from 1.
    """

    kind: ClassVar[str] = "escalation"
    key: ClassVar[str] = "{project}:{gate}:{round}:escalation:{level}"

    gate: Name
    round: Count
    level: Count
    persons: tuple[Person, ...]
    substitutes: bool = False


class GateResumed(Record):
    """The gate's authority ended a hold."""

    kind: ClassVar[str] = "resume"
    key: ClassVar[str] = "{project}:{gate}:{round}:resumed"

    gate: Name
    round: Count
    reason: Text


class CriterionWaived(Record):
    """A named authority let a criterion go for this attempt, with a reason."""

    kind: ClassVar[str] = "waiver"
    key: ClassVar[str] = "{project}:{gate}:{attempt}:waiver:{criterion}"

    gate: Name
    attempt: Count
    criterion: Criterion
    reason: Text


class ConditionSet(Record):
    """A condition of a conditional go: it follows the project until cleared or waived."""

    kind: ClassVar[str] = "condition"
    key: ClassVar[str] = "{project}:{gate}:{round}:condition:{number}"

    gate: Name
    round: Count
    number: Annotated[int, Field(ge=1)]
    text: Text
    owner: Person
    due: date

    @property
    def name(self) -> str:
        """What people call it within the project: gate, round and number, e.g. `G2.1.1`."""
        return f"{self.gate}.{self.round}.{self.number}"

    @property
    def first_name(self) -> str:
        """What people called it when it was set; its gate may have got another name since."""
        _, gate, round, _, number = self.id.split(":")
        return f"{gate}.{round}.{number}"


class ConditionCleared(Record):
    """A condition was met (`waived` false) or let go by the gate's authority."""

    kind: ClassVar[str] = "clearance"
    key: ClassVar[str] = "{project}:{gate}:{round}:condition:{number}:cleared"

    gate: Name
    round: Count
    number: Annotated[int, Field(ge=1)]
    evidence: Text
    waived: bool = False
