"""Records of the work: the start, the phases, the documents and the deliverables."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from lifecycle.history.charter import Charter, ProgramCharter
from lifecycle.history.record import Person, Record
from lifecycle.process.definition import Name, ProcessDefinition, Text, Thing
from lifecycle.value import Value

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=1)]


class Spared(Value):
    """Something of the process that a project does without, or may: its kind, its name, what people call it."""

    kind: Literal["gate", "deliverable", "criterion"]
    name: Thing
    title: Text


class Tailored(Value):
    """A tailoring rule that a project follows: why, what it spares, and the facts it read at the start."""

    rule: Name
    text: Text
    reason: Text
    left_out: tuple[Spared, ...] = ()
    made_optional: tuple[Spared, ...] = ()
    read: dict[str, bool | int | float | str | None] = Field(default_factory=dict)


class ProjectStarted(Record):
    """A project or program began, with its charter and its own copy of the process, tailored by these rules.

    `standard` is the digest of the standard process that the copy was made from; older starts do not have it.
    """

    kind: ClassVar[str] = "project"
    key: ClassVar[str] = "{project}"

    charter: ProgramCharter | Charter
    definition: ProcessDefinition
    program: Name | None = None
    standard: Digest | None = None
    tailored: tuple[Tailored, ...] = ()


class PhaseOpened(Record):
    """An attempt of a phase began. `premature`: the closing phase of a project that was stopped."""

    kind: ClassVar[str] = "phase"
    key: ClassVar[str] = "{project}:{phase}:{attempt}"

    phase: Name
    attempt: Count
    premature: bool = False


class DocumentDrafted(Record):
    """A document of a phase was rendered from its template, ready for a person to complete."""

    kind: ClassVar[str] = "document"
    key: ClassVar[str] = "{project}:{phase}:{attempt}:document:{deliverable}"

    phase: Name
    attempt: Count
    deliverable: Name
    file: Text
    sha256: Digest


class DeliverableSubmitted(Record):
    """A version of a deliverable was handed in; `by` is its author."""

    kind: ClassVar[str] = "deliverable"
    key: ClassVar[str] = "{project}:{deliverable}:v{version}"

    deliverable: Name
    version: Count
    file: Text
    sha256: Digest
    size: Annotated[int, Field(ge=0)]
    note: Text | None = None


class QualityCheck(Value):
    """One quality criterion of a deliverable, looked at: met or not, and what was seen."""

    criterion: Text
    met: bool


class DeliverableJudged(Record):
    """A version of a deliverable was accepted or sent back, criterion by criterion."""

    kind: ClassVar[str] = "acceptance"
    key: ClassVar[str] = "{project}:{deliverable}:v{version}:acceptance"

    deliverable: Name
    version: Count
    accepted: bool
    checks: tuple[QualityCheck, ...] = ()
    reason: Text | None = None


class HandedOver(Record):
    """A deliverable went to those who will live with it."""

    kind: ClassVar[str] = "handover"
    key: ClassVar[str] = "{project}:{deliverable}:handover"

    deliverable: Name
    to: Person
