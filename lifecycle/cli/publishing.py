"""Commands around versions of standard processes: draft, review, publish, retire, and which there are."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lifecycle.cli import given, words
from lifecycle.cli.command import Answer, command
from lifecycle.cli.desk import Desk
from lifecycle.cli.options import File, Reason
from lifecycle.cli.rehearsals import app
from lifecycle.errors import BadInput

if TYPE_CHECKING:
    from lifecycle.history.editions import Edition, Editions

__all__ = ["app"]

FILES = (".yaml", ".yml")
SHORT = 12
"""So much of a digest is enough to tell two apart."""

Name = Annotated[str, typer.Argument(metavar="NAME", help="The process's name.", show_default=False)]
Version = Annotated[str, typer.Option("--version", metavar="VERSION", help="Which version of it.")]
Finding = Annotated[str, typer.Option("--finding", metavar="TEXT", help="What was found; it stays on record.")]


@command(app, "draft", "phasegate process draft config/processes/predictive.yaml --as anna.berg")
def draft(desk: Desk, file: File) -> Answer:
    """Put a process on record as a draft. Others can look at it; until it is published another draft replaces it."""
    from lifecycle.actions.processes import draft_process

    edition = draft_process(desk.work, file, by=given.person(desk.person))
    process, name = edition.draft.definition.process, edition.name
    if edition.published:
        text = f"{name} is published already, with this very content."
        return Answer(_plain(edition), text).then(f"process versions {process}")
    text = f"{name} is a draft of {words.line(edition.draft.by)}. Content: SHA-256 {edition.draft.digest}."
    named = f"{process} --version {edition.version}"
    ways = (f"process review {named} --finding TEXT --as PERSON", f"process publish {named} --as PERSON")
    return Answer(_plain(edition), text).then(*ways)


REVIEW = "phasegate process review predictive --version 1.0 --finding 'The gates are right' --as mei.tanaka"


@command(app, "review", REVIEW)
def review(desk: Desk, name: Name, version: Version, finding: Finding) -> Answer:
    """Write down what you found about a draft. Never by its author; a later draft takes the review away."""
    from lifecycle.actions.processes import review_process

    reviewed = review_process(desk.work, name, version, finding, by=given.person(desk.person))
    text = f"{name} {version} is reviewed by {words.line(reviewed.by)}."
    return Answer(reviewed, text).then(f"process publish {name} --version {version} --as PERSON")


@command(app, "publish", "phasegate process publish config/processes/predictive.yaml --as anna.berg")
def publish(
    desk: Desk,
    process: Annotated[
        str, typer.Argument(metavar="FILE|NAME", help="A file, which is drafted first; or a process with a draft.")
    ],
    version: Annotated[str | None, typer.Option(metavar="VERSION", help="Which draft. Default: the newest.")] = None,
) -> Answer:
    """Publish a version of a process. From then on it never changes, and new projects start with it.

    It is proved once more that the process is sound and that every way through it comes to an end. Where the
    organisation asks for four eyes, the author's file stays a draft until somebody else publishes it.
    """
    from lifecycle.actions.processes import publish_file, publish_process

    file = Path(process)
    if file.suffix not in FILES and not file.is_file():
        edition, published = publish_process(desk.work, process, version, by=given.person(desk.person))
    elif version is None:
        edition, published = publish_file(desk.work, file, by=given.person(desk.person))
    else:
        raise BadInput("A file says itself which version it is. Leave --version out, or name the process.")
    done = edition._replace(published=published or edition.published)
    if published:
        text = f"{edition.name} is published by {words.line(published.by)}. SHA-256 {published.digest}."
    else:
        text = f"{edition.name} was published before, with this very content; nothing is new."
    return Answer(_plain(done), text).then(f"process versions {_process(edition)}")


@command(app, "retire", "phasegate process retire predictive --version 1.0 --reason 'Gate G2 moved' --as anna.berg")
def retire(desk: Desk, name: Name, version: Version, reason: Reason) -> Answer:
    """Let a version start nothing new. Projects that follow it keep their copy and go on."""
    from lifecycle.actions.processes import retire_process

    retired = retire_process(desk.work, name, version, reason, by=given.person(desk.person))
    text = f"{name} {version} is retired by {words.line(retired.by)} and starts nothing new."
    return Answer(retired, text).then(f"process versions {name}")


@command(app, "versions", "phasegate process versions predictive")
def versions(desk: Desk, name: Name) -> Answer:
    """List the versions of a process. Who drafted, reviewed, published and retired each, and which new projects get."""
    from lifecycle.actions.processes import versions_of

    editions = versions_of(desk.work, name)
    listed = [_plain(edition) | {"current": edition == editions.current} for edition in editions.all]
    heads = ("version", "state", "drafted", "reviewed", "published", "retired", "content", "remarks")
    return Answer(listed, words.paragraphs(words.table(heads, _rows(editions)), _start(editions)))


def _rows(editions: "Editions") -> Iterable[tuple[object, ...]]:
    for one in editions.all:
        steps = (one.draft, one.review, one.published, one.retired)
        who = (f"{words.day(step.at)} {step.by}" if step else "" for step in steps)
        remarks = one.retired.reason if one.retired else one.review.finding if one.review else ""
        yield one.version, one.state, *who, one.draft.digest[:SHORT], remarks


def _start(editions: "Editions") -> str:
    if editions.current:
        return f"New projects start with {editions.current.version}."
    return "None is published: new projects start with the file, unless only published processes may be used."


def _process(edition: "Edition") -> str:
    return edition.draft.definition.process


def _plain(edition: "Edition") -> dict[str, object]:
    """A version for programs, without its whole definition."""
    draft, done = edition.draft, edition.published
    return {
        "process": draft.definition.process,
        "version": edition.version,
        "state": edition.state,
        "digest": draft.digest,
        "source": draft.source,
        "drafted_by": draft.by,
        "drafted_at": draft.at,
        "finding": edition.review.finding if edition.review else None,
        "reviewed_by": edition.review.by if edition.review else None,
        "published_by": done.by if done else None,
        "published_at": done.at if done else None,
        "retired_by": edition.retired.by if edition.retired else None,
        "reason": edition.retired.reason if edition.retired else None,
    }
