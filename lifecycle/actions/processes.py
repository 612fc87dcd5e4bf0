"""The verbs of standard processes: draft, review, publish, retire; and which one somebody means, or starts with."""

from collections.abc import Mapping
from pathlib import Path

from lifecycle.actions.workspace import Workspace
from lifecycle.errors import BadInput, NotFound
from lifecycle.governance import publishing
from lifecycle.governance.migration import moves
from lifecycle.governance.publishing import Publishing, Written
from lifecycle.history.charter import Charter
from lifecycle.history.editions import (
    Edition,
    Editions,
    ProcessPublished,
    ProcessRetired,
    ProcessReviewed,
    State,
    stream_of,
)
from lifecycle.history.work import ProjectStarted
from lifecycle.process.definition import ProcessDefinition
from lifecycle.records.listing import InboxItem
from lifecycle.records.store import Store
from lifecycle.rehearsal.proof import obstacles
from lifecycle.rendering.documents import texts_of
from lifecycle.value import Value

AT = "@"
"""What stands between a process and its version where somebody means one: `predictive@1.0`."""


class Followed(Value):
    """Which process a project follows. `state` is that of the version it started with; None when there is no such.

    `newest` is the version that projects would start with today, `moved` says from which versions it came, and when.
    """

    process: str
    version: str
    standard: str | None
    state: State | None
    newest: str | None
    moved: tuple[str, ...] = ()


def draft_process(work: Workspace, file: Path, by: str) -> Edition:
    """Write the process in a file down as a draft, and keep its file and templates; the same twice changes nothing.

    DefinitionError with all its problems when it is not sound.
    """
    text, definition = work.library.written(file)
    texts = _templates(work, definition)
    with work.change("draft process", stream_of(definition.process), by) as store:
        editions = store.editions(definition.process)
        # kept once the transaction has begun: evidence beside no database at all would mean that records are gone
        written = Written(
            definition=definition,
            file=file.name,
            source=work.files.keep(text.encode()),
            templates={name: work.files.keep(content) for name, content in texts.items()},
        )
        drafted = publishing.draft(editions, written, by, store.now)
        if drafted is None:
            return publishing.edition_of(editions, definition.version)
        store.append(drafted)
    return Edition(drafted)


def review_process(work: Workspace, process: str, version: str, finding: str, by: str) -> ProcessReviewed:
    """Write down what somebody else than its author found about a draft."""
    with work.change("review process", stream_of(process), by) as store:
        reviewed = publishing.review(known(store, process), version, finding, by, store.now)
        store.append(reviewed)
    return reviewed


def publish_file(work: Workspace, file: Path, by: str) -> tuple[Edition, ProcessPublished | None]:
    """Draft the process in a file, and publish it; where that takes somebody else, the draft stays."""
    draft = draft_process(work, file, by).draft
    return publish_process(work, draft.definition.process, draft.version, by)


def publish_process(
    work: Workspace, process: str, version: str | None, by: str
) -> tuple[Edition, ProcessPublished | None]:
    """Publish a draft, the newest one when no version is named; nothing new when it was published before.

    BadInput, with every reason, when no project could be carried through it.
    """
    rules = work.library.organisation.publishing
    with work.change("publish process", stream_of(process), by) as store:
        editions = known(store, process)
        edition = publishing.edition_of(editions, version or editions.drafts[-1].version)
        published = publishing.publish(editions, edition.version, by, store.now, rules)
        if published:
            _require_sound(edition, work.library.documents())
            store.append(published)
    return edition, published


def retire_process(work: Workspace, process: str, version: str, reason: str, by: str) -> ProcessRetired:
    """Let a published version start nothing new; projects that follow it go on."""
    rules = work.library.organisation.publishing
    with work.change("retire process", stream_of(process), by) as store:
        retired = publishing.retire(known(store, process), version, reason=reason, by=by, now=store.now, rules=rules)
        store.append(retired)
    return retired


def versions_of(work: Workspace, process: str) -> Editions:
    """The versions of a standard process; NotFound when none was ever drafted."""
    with work.look() as store:
        return known(store, process)


def published_processes(work: Workspace) -> dict[str, Edition]:
    """The published version of each standard process that new projects start with."""
    with work.look() as store:
        found = {name: store.editions(name).current for name in store.processes()}
    return {name: edition for name, edition in found.items() if edition}


def awaited_publications(work: Workspace, store: Store, person: str | None) -> tuple[InboxItem, ...]:
    """The drafts that wait for a publisher, or for all of them; nobody is asked where everybody publishes."""
    names = store.processes()
    rules = work.library.organisation.publishing if names else Publishing()
    drafts = [edition for name in names if rules.publishers and (edition := store.editions(name).waiting)]
    return tuple(
        InboxItem(
            project=edition.draft.project,
            person=publisher,
            what="publish",
            subject=edition.version,
            text=f"Publish {edition.name}, drafted by {edition.draft.by}",
            due=None,
        )
        for edition in drafts
        for publisher in publishing.who_may_publish(edition, rules)
        if person in (None, publisher)
    )


def process_named(work: Workspace, reference: str) -> ProcessDefinition:
    """The process that somebody means: the file of a NAME, NAME@VERSION as it was drafted, or a file's path."""
    if AT in reference and not Path(reference).is_file():
        return edition_named(work, reference).draft.definition
    return work.library.named(reference)


def edition_named(work: Workspace, reference: str) -> Edition:
    """The version that NAME@VERSION means, in whatever state it is; NotFound with those there are."""
    process, _, version = reference.partition(AT)
    return publishing.edition_of(versions_of(work, process), version)


def source_named(work: Workspace, reference: str) -> str:
    """The text of the file of NAME@VERSION, as its author wrote it."""
    return work.files.evidence(edition_named(work, reference).draft.source).decode()


def followed(work: Workspace, project: str) -> Followed:
    """Which process a project follows, and whether that is the published one."""
    with work.look() as store:
        history = store.history(project)
        definition, standard = history.definition, history.rules.standard
        editions = store.editions(definition.process)
    edition, current = editions.with_content(standard), editions.current
    return Followed(
        process=definition.process,
        version=definition.version,
        standard=standard,
        state=edition.state if edition else None,
        newest=current.version if current else None,
        moved=moves(history),
    )


def standard_for(work: Workspace, charter: Charter) -> ProcessDefinition:
    """The standard process that a new project gets: a published version, else what its file says.

    NotFound when the charter wants a version that is neither.
    """
    with work.look() as store:
        editions = store.editions(charter.process)
    if edition := publishing.chosen(editions, charter.version):
        return edition.draft.definition
    written = work.library.process(charter.process)
    if charter.version not in (None, written.version):
        versions = {written.version, *(one.version for one in editions.all if one.published)}
        raise NotFound(f"version of {charter.process}", str(charter.version), versions)
    return written


def require_startable(work: Workspace, store: Store, started: ProjectStarted) -> None:
    """Refuse a start on a version that was retired, or not published where that is required."""
    editions = store.editions(started.definition.process)
    publishing.require_startable(editions, started, work.library.organisation.publishing)


def known(store: Store, process: str) -> Editions:
    """The versions of a process; NotFound when none was ever drafted."""
    editions = store.editions(process)
    if not editions.drafts:
        raise NotFound("draft or version of the process", process, store.processes())
    return editions


def _templates(work: Workspace, definition: ProcessDefinition) -> Mapping[str, bytes]:
    """The templates of a process's documents, by their names."""
    names = (item.template for item in definition.deliverables if item.template)
    return texts_of(names, work.library.templates_with("documents"))


def _require_sound(edition: Edition, templates: tuple[str, ...]) -> None:
    if found := obstacles(edition.draft.definition, templates):
        raise BadInput(f"{edition.name} cannot be published:" + "".join(f"\n- {text}" for text in found))
