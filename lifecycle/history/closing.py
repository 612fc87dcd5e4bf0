"""Records of the end: lessons, results, releases, follow-on work, closure, and the reports issued."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from lifecycle.history.record import Numbered, Person, Record
from lifecycle.history.work import Digest
from lifecycle.process.definition import Name, Text

ReportKind = Literal["closure", "status", "gate", "program"]


class LessonRecorded(Numbered):
    """Something the next project should know, and what it should do about it."""

    kind: ClassVar[str] = "lesson"
    key: ClassVar[str] = "{project}:lesson:{number}"

    text: Text
    recommendation: Text


class SuccessJudged(Record):
    """A success criterion was held against what was reached."""

    kind: ClassVar[str] = "result"
    key: ClassVar[str] = "{project}:success:{criterion}"

    criterion: Name
    met: bool
    evidence: Text


class FollowOnAction(Numbered):
    """Something that stays to be done after the project, and by whom."""

    kind: ClassVar[str] = "follow-on"
    key: ClassVar[str] = "{project}:follow-on:{number}"

    text: Text
    owner: Person
    due: date


class PersonReleased(Record):
    """A person is free for other work."""

    kind: ClassVar[str] = "release"
    key: ClassVar[str] = "{project}:release:{person}"

    person: Person


class ErasureRequested(Numbered):
    """Somebody asked that a person's name be erased. Nothing is erased before somebody else asks for it too."""

    kind: ClassVar[str] = "erasure-request"
    key: ClassVar[str] = "{project}:erasure:{number}"

    person: Person
    reason: Text


class PersonErased(Record):
    """A person's name was erased from the records; the id stays. `requested_by` asked first, `by` confirmed."""

    kind: ClassVar[str] = "person.erased"
    key: ClassVar[str] = "{project}:erased:{person}"

    person: Person
    requested_by: Person
    reason: Text


class ProjectStopped(Record):
    """The project was stopped by its authority, outside any gate."""

    kind: ClassVar[str] = "stop"
    key: ClassVar[str] = "{project}:stop"

    reason: Text


class ProjectClosed(Record):
    """The formal end. `journal_head` is the hash of the last journal entry before it."""

    kind: ClassVar[str] = "closure"
    key: ClassVar[str] = "{project}:closure"

    premature: bool
    journal_head: Digest


class ReportIssued(Record):
    """A report was rendered and filed; `subject` tells apart reports of one kind (a gate and round, a date).

    `gist` is the digest of what it says in short; a program report is issued when that has changed. `to` are the
    persons whom the report plan names.
    """

    kind: ClassVar[str] = "report"
    key: ClassVar[str] = "{project}:report:{report}:{subject}"

    report: ReportKind
    subject: Annotated[str, Field(min_length=1, max_length=128)]
    files: dict[str, Digest]
    gist: Digest | None = None
    to: tuple[Person, ...] = ()
