"""What can be said in a request: names in the path, and bodies whose fields are all known."""

import re
from typing import Annotated, Any

from fastapi import Header, Path
from pydantic import AfterValidator, ConfigDict, Field, model_validator

from lifecycle.history.gates import Choice, ConditionText, Criterion, Forced, Proposal
from lifecycle.history.record import Person
from lifecycle.process.definition import Name, Text
from lifecycle.value import Value

Project = Annotated[Name, Path(description="The project's id.", examples=["website"])]
Gate = Annotated[Name, Path(description="The gate's id.", examples=["G0"])]
Deliverable = Annotated[Name, Path(description="The deliverable's id.", examples=["business-case"])]
Condition = Annotated[Criterion, Path(description="The condition's name: gate, round, number.", examples=["G2.1.1"])]
PATH_OR_HIDDEN = re.compile(r"[/\\\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Characters that lead to another folder, or make a name look like another one: lines, controls, directions."""
Read = Annotated[
    str | None,
    Header(
        alias="If-Match",
        pattern=r'^"[0-9a-f]{64}"$',
        description="The dossier that was read, as the gate's ETag gives it. Without it: the one that is open now.",
    ),
]


def digest_of(read: str | None) -> str | None:
    """The dossier's digest out of an If-Match header."""
    return read.strip('"') if read else None


class Said(Value):
    """What a request says. No database keeps a NUL character."""

    @model_validator(mode="before")
    @classmethod
    def _without_nul(cls, said: Any) -> Any:
        if _has_nul(said):
            raise ValueError("the character NUL (\\u0000) cannot be kept; leave it out")
        return said


def _plain_name(name: str) -> str:
    if name in (".", "..") or PATH_OR_HIDDEN.search(name):
        raise ValueError("a file's name has no path and no hidden characters; send the name alone")
    return name


FileName = Annotated[Text, AfterValidator(_plain_name)]


def _has_nul(said: Any) -> bool:
    if isinstance(said, dict):
        return any(map(_has_nul, said.values()))
    if isinstance(said, list):
        return any(map(_has_nul, said))
    return isinstance(said, str) and "\0" in said


def _like(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]})


class Nothing(Said):
    """Nothing more has to be said."""


class Vote(Said):
    """A vote. `proposal` is what to do instead, with a reject; `seat` in whose place, when it is not one's own."""

    model_config = _like({"choice": "approve", "reason": "The old website ends in December."})

    choice: Choice
    reason: Text
    proposal: Proposal | None = None
    conditions: tuple[ConditionText, ...] = ()
    seat: Person | None = None


class Because(Said):
    """Why; it stays on record."""

    model_config = _like({"reason": "The budget is there."})

    reason: Text


class Waiver(Because):
    """The criterion to let go, and why."""

    model_config = _like({"criterion": "budget-named", "reason": "It is set on Monday."})

    criterion: Criterion


class OverrideWish(Because):
    """The outcome to bring about past the votes, and why."""

    model_config = _like({"outcome": "go", "reason": "The flood."})

    outcome: Forced


class LookBack(Said):
    """What was found about an override."""

    model_config = _like({"finding": "It was right."})

    finding: Text


class Clearance(Said):
    """What shows that a condition is met; with `waive`, why it is let go."""

    model_config = _like({"evidence": "Her letter of 24 March."})

    evidence: Text
    waive: bool = False


class HandedIn(Said):
    """The name of the file that is the body, and what is new in it."""

    file: Annotated[
        FileName | None, Field(description="The file's name. Without it, the draft in the data folder.")
    ] = None
    note: Annotated[Text | None, Field(description="What is new in this version.")] = None


class Judged(Said):
    """The quality criteria that are not met, and whether the deliverable goes back to its owner."""

    model_config = _like({"not_met": ["Tested on a phone"], "send_back": True, "reason": "The menu does not open."})

    not_met: tuple[Text, ...] = ()
    send_back: bool = False
    reason: Text | None = None
