"""Publishing standard processes: who may draft, review, publish and retire a version, and what projects start with."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, NamedTuple

from pydantic import Field

from lifecycle.errors import (
    BadInput,
    NeverChanges,
    NotAuthorised,
    NotFound,
    SeparationOfDuties,
    TransitionNotAllowed,
)
from lifecycle.history import utc
from lifecycle.history.editions import (
    Edition,
    Editions,
    ProcessDrafted,
    ProcessPublished,
    ProcessRetired,
    ProcessReviewed,
    content_of,
    stream_of,
)
from lifecycle.history.work import ProjectStarted
from lifecycle.process.comparison import differences
from lifecycle.process.definition import Name, ProcessDefinition
from lifecycle.value import Value

VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
TOLD = 10
"""So many differences are told when a published version would change."""


class Publishing(Value):
    """Who publishes processes. With `four_eyes` never their author; with `required` only what is published is used.

    No `publishers` means everybody.
    """

    publishers: Annotated[tuple[Name, ...], Field(min_length=1)] = ()
    four_eyes: bool = False
    required: bool = False


class Written(NamedTuple):
    """A process as its author wrote it; the file's text and the templates are named by their SHA-256."""

    definition: ProcessDefinition
    file: str
    source: str
    templates: Mapping[str, str]


def draft(editions: Editions, written: Written, by: str, now: datetime) -> ProcessDrafted | None:
    """Write a version down as a draft, in place of an earlier one; None when it says nothing new.

    NeverChanges when the version is published and says something else, BadInput for a version nobody could name.
    """
    version, content = written.definition.version, content_of(written.definition)
    edition = editions.of(version)
    if edition and edition.draft.digest == content:
        return None
    if edition and edition.published:
        raise NeverChanges(_frozen(edition, edition.published, written.definition))
    if not VERSION.fullmatch(version):
        raise BadInput(
            f"{written.file}: the version '{version}' cannot be published. "
            "Use up to 64 letters, digits, '.', '_' or '-', a letter or digit first."
        )
    return ProcessDrafted(
        project=stream_of(editions.process),
        at=utc(now),
        by=by,
        version=version,
        number=edition.draft.number + 1 if edition else 1,
        digest=content,
        definition=written.definition,
        file=written.file,
        source=written.source,
        templates=dict(written.templates),
    )


def review(editions: Editions, version: str, finding: str, by: str, now: datetime) -> ProcessReviewed:
    """Write down what somebody else than its author found about a draft, once.

    Raises NotFound, TransitionNotAllowed or SeparationOfDuties.
    """
    edition = edition_of(editions, version)
    if edition.published:
        raise TransitionNotAllowed(f"{edition.name} was published {_when(edition.published)}; its review is over.")
    if edition.review:
        raise TransitionNotAllowed(f"{edition.name} was reviewed {_when(edition.review)}.")
    if by == edition.draft.by:
        raise SeparationOfDuties(f"{by} drafted {edition.name}. Nobody reviews their own work; ask somebody else.")
    return ProcessReviewed(
        project=stream_of(editions.process),
        at=utc(now),
        by=by,
        version=version,
        number=edition.draft.number,
        finding=finding,
    )


def publish(editions: Editions, version: str, by: str, now: datetime, rules: Publishing) -> ProcessPublished | None:
    """Make a draft the standard; None when it is already. That it is sound is proved elsewhere.

    Raises NotFound, TransitionNotAllowed (retired), NotAuthorised or SeparationOfDuties.
    """
    edition = edition_of(editions, version)
    if edition.retired:
        raise TransitionNotAllowed(f"{edition.name} was retired {_when(edition.retired)}. Give it another version.")
    if edition.published:
        return None
    _require_publisher(rules, by, f"publish {edition.name}")
    if rules.four_eyes and by == edition.draft.by:
        others = ", ".join(who_may_publish(edition, rules)) or "anybody else"
        raise SeparationOfDuties(
            f"{by} drafted {edition.name} and may not publish it alone; it stays a draft. It is for {others}: "
            f"phasegate process publish {editions.process} --version {version} --as PERSON"
        )
    return ProcessPublished(
        project=stream_of(editions.process), at=utc(now), by=by, version=version, digest=edition.draft.digest
    )


def retire(
    editions: Editions, version: str, *, reason: str, by: str, now: datetime, rules: Publishing
) -> ProcessRetired:
    """Let a published version start nothing new. Raises NotFound, TransitionNotAllowed or NotAuthorised."""
    edition = edition_of(editions, version)
    if edition.retired:
        raise TransitionNotAllowed(f"{edition.name} was retired {_when(edition.retired)}.")
    if not edition.published:
        raise TransitionNotAllowed(f"{edition.name} is not published, so there is nothing to retire.")
    _require_publisher(rules, by, f"retire {edition.name}")
    return ProcessRetired(project=stream_of(editions.process), at=utc(now), by=by, version=version, reason=reason)


def edition_of(editions: Editions, version: str) -> Edition:
    """The version of that name; NotFound with those there are."""
    edition = editions.of(version)
    if edition is None:
        raise NotFound(f"version of {editions.process}", version, (known.version for known in editions.all))
    return edition


def who_may_publish(edition: Edition, rules: Publishing) -> tuple[str, ...]:
    """The publishers for whom a draft waits; nobody in particular where everybody publishes."""
    return tuple(one for one in rules.publishers if not (rules.four_eyes and one == edition.draft.by))


def chosen(editions: Editions, wanted: str | None) -> Edition | None:
    """The published version for a new project: the one wanted, else the current one; None means the file."""
    if wanted is None:
        return editions.current
    edition = editions.of(wanted)
    return edition if edition and edition.published else None


def require_startable(editions: Editions, started: ProjectStarted, rules: Publishing) -> None:
    """Refuse with TransitionNotAllowed a start on a version that nothing new may follow."""
    name = f"{started.definition.process} {started.definition.version}"
    if objection := unfit(editions, name, started.standard, rules):
        raise TransitionNotAllowed(objection)


def unfit(editions: Editions, name: str, standard: str | None, rules: Publishing) -> str | None:
    """Why nothing new may follow a version: it was retired, or is not published where that is required."""
    edition = editions.with_content(standard)
    if edition and edition.retired:
        return (
            f"{name} was retired {_when(edition.retired)} ({edition.retired.reason}) and starts nothing new. "
            "Publish another version, or name another one."
        )
    if rules.required and not (edition and edition.published):
        return (
            f"{name} is not published, and projects of this organisation follow published processes only. "
            "Publish it first: phasegate process publish FILE"
        )
    return None


def _require_publisher(rules: Publishing, by: str, what: str) -> None:
    if rules.publishers and by not in rules.publishers:
        raise NotAuthorised(f"{by} may not {what}. Those who may: {', '.join(rules.publishers)}.")


def _frozen(edition: Edition, published: ProcessPublished, other: ProcessDefinition) -> str:
    found = [f"{one.kind} {one.name}: {one.text}" for one in differences(edition.draft.definition, other)]
    found = found or ["the order of its parts, or how a number is written"]
    more = [f"and {len(found) - TOLD} more"] if len(found) > TOLD else []
    return (
        f"{edition.name} was published {_when(published)} and never changes. The file says something else:"
        + "".join(f"\n- {text}" for text in [*found[:TOLD], *more])
        + "\nGive the file another version (`version:`), and publish that."
    )


def _when(record: ProcessReviewed | ProcessPublished | ProcessRetired) -> str:
    return f"by {record.by} on {record.at.date()}"
