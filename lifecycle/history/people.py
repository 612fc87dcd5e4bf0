"""Records of who acts for whom and who is in the project: delegations, staffing changes, overrides."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Self, TypeVar

from pydantic import model_validator

from lifecycle.history.charter import Charter, Member
from lifecycle.history.gates import Forced
from lifecycle.history.record import Numbered, Person, Record
from lifecycle.history.work import Count, Digest
from lifecycle.process.definition import Name, Text

C = TypeVar("C", bound=Charter)


class DelegationGranted(Numbered):
    """`by` lets the delegate vote in their seat from `first` to `last` (UTC days, both included).

    `gates` are those it is limited to; empty means every gate.
    """

    kind: ClassVar[str] = "delegation"
    key: ClassVar[str] = "{project}:delegation:{number}"

    delegate: Person
    first: date
    last: date
    gates: tuple[Name, ...] = ()
    reason: Text

    @model_validator(mode="after")
    def ends_after_it_begins(self) -> Self:
        """A delegation has a first and a last day."""
        if self.last < self.first:
            raise ValueError(f"the last day {self.last} must not lie before the first {self.first}")
        return self

    def covers(self, gate: str, today: date) -> bool:
        """Whether it holds at a gate on a day."""
        return self.first <= today <= self.last and (not self.gates or gate in self.gates)


class DelegationRevoked(Record):
    """A delegation ended before its time."""

    kind: ClassVar[str] = "revocation"
    key: ClassVar[str] = "{project}:delegation:{number}:revoked"

    number: Count
    reason: Text


class StaffingChanged(Numbered):
    """A person joined or holds other roles from now on; without roles, the person left."""

    kind: ClassVar[str] = "staffing"
    key: ClassVar[str] = "{project}:staffing:{number}"

    person: Person
    name: Text
    roles: tuple[Name, ...]
    reason: Text


class OverrideRequested(Numbered):
    """Somebody with the authority asks to decide a review past its votes; a second person has to confirm it."""

    kind: ClassVar[str] = "override"
    key: ClassVar[str] = "{project}:override:{number}"

    gate: Name
    round: Count
    outcome: Forced
    digest: Digest
    reason: Text


class OverrideReviewed(Record):
    """Afterwards somebody else looked at an override and wrote down what they found."""

    kind: ClassVar[str] = "override-review"
    key: ClassVar[str] = "{project}:{gate}:{round}:override:reviewed"

    gate: Name
    round: Count
    finding: Text


def staffed(charter: C, changes: Iterable[StaffingChanged]) -> C:
    """The charter with the people of now; whoever left is still known by name."""
    present = {member.id: member for member in charter.people}
    former = {member.id: member for member in charter.former}
    for change in changes:
        if change.roles:
            present[change.person] = Member(id=change.person, name=change.name, roles=change.roles)
            former.pop(change.person, None)
        elif gone := present.pop(change.person, None):
            former[change.person] = gone
    people, left = tuple(present.values()), tuple(former.values())
    if (people, left) == (charter.people, charter.former):
        return charter
    return charter.with_people(people, left)
