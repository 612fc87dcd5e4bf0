"""Records of standard processes: drafted, reviewed, published, retired; and the versions of a process they make.

A standard process is no project. Its records have `process/NAME` where others have a project, a name that no
project can have; all else holds for them as it holds for every record.
"""

from collections.abc import Collection
from typing import ClassVar, Literal, NamedTuple

from lifecycle.history.record import Record
from lifecycle.history.work import Count, Digest
from lifecycle.process.definition import Name, ProcessDefinition, Text
from lifecycle.value import digest

STREAM = "process/"
State = Literal["draft", "reviewed", "published", "retired"]


def stream_of(process: str) -> str:
    """What stands in place of a project in the records of a standard process."""
    return f"{STREAM}{process}"


def is_stream(project: str) -> bool:
    """Whether that is a standard process, and no project."""
    return project.startswith(STREAM)


def content_of(definition: ProcessDefinition) -> str:
    """The SHA-256 of what a process says.

    What is left out and what says the same as leaving it out are one, so that a process stays the same when a
    later version of the engine knows more fields.
    """
    return digest(definition.model_dump(mode="json", exclude_defaults=True))


class OfProcess(Record):
    """Something that happened to one version of a standard process."""

    version: Name


class ProcessDrafted(OfProcess):
    """A version was written down as a draft; `by` is its author.

    `digest` is that of its content, `source` that of the file's text. Files and templates, by their names, are
    kept as evidence.
    """

    kind: ClassVar[str] = "process-draft"
    key: ClassVar[str] = "{project}:{version}:draft:{number}"

    number: Count
    digest: Digest
    definition: ProcessDefinition
    file: Text
    source: Digest
    templates: dict[str, Digest]


class ProcessReviewed(OfProcess):
    """Somebody else than its author looked at a draft and wrote down what they found."""

    kind: ClassVar[str] = "process-review"
    key: ClassVar[str] = "{project}:{version}:draft:{number}:review"

    number: Count
    finding: Text


class ProcessPublished(OfProcess):
    """A version became a standard; it never changes any more. `digest` is that of its content."""

    kind: ClassVar[str] = "process-publication"
    key: ClassVar[str] = "{project}:{version}:published"

    digest: Digest


class ProcessRetired(OfProcess):
    """A published version starts nothing new any more; projects that follow it keep their copy."""

    kind: ClassVar[str] = "process-retirement"
    key: ClassVar[str] = "{project}:{version}:retired"

    reason: Text


class Edition(NamedTuple):
    """One version of a process with its newest draft, and what happened to that."""

    draft: ProcessDrafted
    review: ProcessReviewed | None = None
    published: ProcessPublished | None = None
    retired: ProcessRetired | None = None

    @property
    def version(self) -> str:
        """The version, as the PMO calls it."""
        return self.draft.version

    @property
    def name(self) -> str:
        """Process and version: `predictive 1.1`."""
        return f"{self.draft.definition.process} {self.draft.version}"

    @property
    def state(self) -> State:
        """How far it has come."""
        if self.retired:
            return "retired"
        return "published" if self.published else "reviewed" if self.review else "draft"


class Editions:
    """The versions of one standard process, in the order in which they were first drafted."""

    def __init__(self, process: str, records: Collection[Record] = ()) -> None:
        """Sort the records of a process, oldest first; there may be none."""
        self.process = process
        self.drafts = [record for record in records if isinstance(record, ProcessDrafted)]
        reviews = {(one.version, one.number): one for one in records if isinstance(one, ProcessReviewed)}
        published = {one.version: one for one in records if isinstance(one, ProcessPublished)}
        retired = {one.version: one for one in records if isinstance(one, ProcessRetired)}
        self._published = [*published]
        self._found = {
            one.version: Edition(
                one, reviews.get((one.version, one.number)), published.get(one.version), retired.get(one.version)
            )
            for one in self.drafts
        }

    @property
    def all(self) -> tuple[Edition, ...]:
        """Every version."""
        return tuple(self._found.values())

    def of(self, version: str) -> Edition | None:
        """The version of that name, if there is one."""
        return self._found.get(version)

    @property
    def current(self) -> Edition | None:
        """The version that new projects start with: of those that are not retired the one published last."""
        standing = [version for version in self._published if self._found[version].state == "published"]
        return self._found[standing[-1]] if standing else None

    @property
    def waiting(self) -> Edition | None:
        """The version that waits to be published: the one drafted last, unless it is published."""
        newest = self._found[self.drafts[-1].version] if self.drafts else None
        return newest if newest and not newest.published else None

    def with_content(self, content: str | None) -> Edition | None:
        """The version with that content, if there is one."""
        return next((edition for edition in self.all if edition.draft.digest == content), None)
