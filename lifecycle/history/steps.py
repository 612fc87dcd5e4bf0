"""Records of automated steps: that one was asked for, and what it found."""

from typing import Annotated, ClassVar

from pydantic import Field

from lifecycle.history.record import Record
from lifecycle.history.work import Count, Digest
from lifecycle.process.definition import FigureName, Name, StepName, Text

LARGEST = 2**53 - 1
"""Whole numbers beyond it have no digest (RFC 8785)."""

Whole = Annotated[int, Field(ge=-LARGEST, le=LARGEST)]
Reported = bool | Whole | Annotated[float, Field(allow_inf_nan=False)] | Annotated[str, Field(max_length=1000)]
"""A figure of a step."""


class StepRequested(Record):
    """A run of a step is called for: by a person, or by the engine since all that it looks at is in."""

    kind: ClassVar[str] = "step-request"
    key: ClassVar[str] = "{project}:{phase}:{attempt}:step:{step}:{run}:requested"

    phase: Name
    attempt: Count
    step: StepName
    run: Count


class StepFinished(Record):
    """A run of a step ended, one way or the other; `text` says what it found, or how it broke after so many `tries`.

    `evidence` is the digest of the documents that it was given, `output` that of its answer, None when it broke.
    """

    kind: ClassVar[str] = "step"
    key: ClassVar[str] = "{project}:{phase}:{attempt}:step:{step}:{run}"

    phase: Name
    attempt: Count
    step: StepName
    run: Count
    tries: Count
    passed: bool
    text: Text
    facts: dict[FigureName, Reported] = Field(default_factory=dict)
    evidence: Digest
    output: Digest | None = None
