"""Records of the automated steps: what they found, and that they are to run once more."""

from typing import ClassVar

from pydantic import Field

from lifecycle.history.gates import Fact
from lifecycle.history.record import Record
from lifecycle.history.work import Count
from lifecycle.process.definition import Name, Text


class StepRequested(Record):
    """A step is to run once more; `by` is a person, or the engine when documents that it reads have changed."""

    kind: ClassVar[str] = "step-request"
    key: ClassVar[str] = "{project}:{phase}:{attempt}:step:{step}:{run}:request"

    phase: Name
    attempt: Count
    step: Name
    run: Count


class StepFinished(Record):
    """A run of a step came to its end. One that broke has not passed.

    `documents` says which version of each deliverable it was given.
    """

    kind: ClassVar[str] = "step"
    key: ClassVar[str] = "{project}:{phase}:{attempt}:step:{step}:{run}"

    phase: Name
    attempt: Count
    step: Name
    run: Count
    passed: bool
    text: Text
    facts: dict[Name, Fact] = Field(default_factory=dict)
    documents: dict[Name, Count] = Field(default_factory=dict)
