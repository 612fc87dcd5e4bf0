"""Records of a project that moves to another version of its process: asked for, withdrawn, carried out."""

from typing import ClassVar, Literal

from lifecycle.history.record import Numbered, Person
from lifecycle.history.work import Digest, Tailored
from lifecycle.process.definition import Name, ProcessDefinition, Text
from lifecycle.process.migration import NameMap
from lifecycle.process.renaming import Kind
from lifecycle.value import Value

Fate = Literal["kept", "changed", "renamed", "added", "dropped", "not asked", "returned", "goes on"]
"""What becomes of a thing, or of a review or condition that is open."""


class PlanLine(Value):
    """What becomes of one thing, in a sentence; `name` is what it is called afterwards, if it is still there."""

    kind: Kind | Literal["rule", "review", "condition"]
    name: Text
    fate: Fate
    text: Text


class MigrationPlan(Value):
    """What a move would do to a project: each thing with what becomes of it, and all that stands in the way.

    `before` and `after` are the digests of the project's copy of its process, as it is and as it would be.
    """

    project: Name
    from_version: Text
    to_version: Text
    before: Digest
    after: Digest
    lines: tuple[PlanLine, ...]
    refusals: tuple[Text, ...] = ()

    def of(self, *fates: Fate) -> tuple[PlanLine, ...]:
        """The lines of things that have one of these fates."""
        return tuple(line for line in self.lines if line.fate in fates)


class MigrationRequested(Numbered):
    """Somebody asks to move the project to another version; nothing moves before somebody else confirms it.

    `definition` is that version as this project would follow it, by the tailoring rules `tailored`; `standard` is the
    digest of the version itself, `digest` that of the plan.
    """

    kind: ClassVar[str] = "migration-request"
    key: ClassVar[str] = "{project}:process:{number}"

    mapping: NameMap
    definition: ProcessDefinition
    standard: Digest
    tailored: tuple[Tailored, ...] = ()
    plan: MigrationPlan
    digest: Digest
    reason: Text


class MigrationWithdrawn(Numbered):
    """A request to move was taken back, or declined."""

    kind: ClassVar[str] = "migration-withdrawal"
    key: ClassVar[str] = "{project}:process:{number}:withdrawn"

    reason: Text


class ProjectMigrated(Numbered):
    """The project follows another version from now on. `number` is that of the request, `by` who confirmed it.

    `definition` is the project's new copy. What was written before is read under the new names of `mapping`.
    """

    kind: ClassVar[str] = "migration"
    key: ClassVar[str] = "{project}:process:{number}:migrated"

    requested_by: Person
    mapping: NameMap
    definition: ProcessDefinition
    standard: Digest
    tailored: tuple[Tailored, ...] = ()
    before: Digest
    after: Digest
