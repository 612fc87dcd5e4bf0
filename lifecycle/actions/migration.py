"""The verbs of a project that moves to another version of its process: plan, ask, confirm, withdraw."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lifecycle.actions.processes import AT, edition_named, process_named
from lifecycle.actions.settling import program_of
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import TransitionNotAllowed
from lifecycle.governance import migration, publishing, tailoring
from lifecycle.governance.move import Wish
from lifecycle.history import History
from lifecycle.history.charter import Charter
from lifecycle.history.editions import content_of
from lifecycle.history.migration import MigrationPlan, MigrationRequested, MigrationWithdrawn, ProjectMigrated
from lifecycle.history.renaming import in_new_names
from lifecycle.history.work import Tailored
from lifecycle.library import read, refused
from lifecycle.process.definition import ProcessDefinition
from lifecycle.process.migration import NameMap, problems, target_for
from lifecycle.process.tailoring import rule_of, tailored
from lifecycle.program import dependency_problems
from lifecycle.program.dependencies import ends
from lifecycle.records.store import Store


class Destination(NamedTuple):
    """What somebody names as the way for a project to go: a version, and the file with what is called otherwise."""

    version: str
    mapping: Path | None = None


def plan_migration(work: Workspace, project: str, to: Destination) -> MigrationPlan:
    """Say what a move would do to a project; nothing is written.

    NotFound for a version nobody knows, DefinitionError for a file that makes no sense.
    """
    with work.look() as store:
        wish = _wish(work, store.history(project), to)
        return migration.plan(store.history(project), wish, obstacles(work, store, project, wish))


def request_migration(work: Workspace, project: str, to: Destination, reason: str, by: str) -> MigrationRequested:
    """Ask for a move; CannotMigrate with everything that is in its way. Somebody else has to confirm it."""
    with work.look() as store:
        wish = _wish(work, store.history(project), to)
    with work.change("ask for migration", project, by) as store:
        found = tuple(obstacles(work, store, project, wish))
        asked = migration.request(store.history(project), wish, reason=reason, by=by, now=store.now, obstacles=found)
        store.append(asked)
    return asked


def confirm_migration(work: Workspace, project: str, by: str, read: str | None = None) -> ProjectMigrated:
    """Confirm a move as a second person: the project follows the other version from this transaction on."""
    with work.look() as store:
        wish = migration.wish_of(migration.require_pending(store.history(project)))
    with work.change("confirm migration", project, by) as store:
        found = tuple(obstacles(work, store, project, wish))
        records = migration.confirm(store.history(project), by, store.now, read=read, obstacles=found)
        store.append(*records)
    return next(record for record in records if isinstance(record, ProjectMigrated))


def withdraw_migration(work: Workspace, project: str, reason: str, by: str) -> MigrationWithdrawn:
    """Take a request for a move back, or decline it."""
    with work.change("withdraw migration", project, by) as store:
        withdrawn = migration.withdraw(store.history(project), by, reason, store.now)
        store.append(withdrawn)
    return withdrawn


def pending_migration(work: Workspace, project: str) -> tuple[MigrationRequested, tuple[str, ...]]:
    """The request that waits, and who may confirm it; TransitionNotAllowed when there is none."""
    with work.look() as store:
        history = store.history(project)
        asked = migration.require_pending(history)
        return asked, migration.confirmers(history, asked.by)


def obstacles(work: Workspace, store: Store, project: str, wish: Wish) -> Iterator[str]:
    """What others have against a move: the PMO, whose version nothing new may follow, and the project's program."""
    target, rules = wish.target, work.library.organisation.publishing
    name = f"{target.process} {target.version}"
    if objection := publishing.unfit(store.editions(target.process), name, wish.standard, rules):
        yield objection
    history = store.history(project)
    if history.started.program is not None:
        yield from _bound(store, history, wish)


def _bound(store: Store, history: History, wish: Wish) -> Iterator[str]:
    """What the program's dependencies say of this project's gates and phases is still true afterwards."""
    charter, members = program_of(store, str(history.started.program))
    names = wish.mapping.names
    for dependency in charter.dependencies:
        for kind, end in zip(("gate", "phase"), ends(dependency), strict=True):
            new = names.get((kind, end.item), end.item)
            if end.project == history.project and new != end.item:
                yield (
                    f"Dependency {dependency.id} of {charter.project} names {end.project}/{end.item}, which would be "
                    f"called {new}. Let the new version keep that name."
                )
    definitions = {name: member.definition for name, member in members.items()}
    plans = {name: member.plan.plan for name, member in members.items() if member.plan}
    before = dependency_problems(charter, definitions, plans)
    after = dependency_problems(charter, definitions | {history.project: wish.target}, plans)
    yield from (text for text in after if text not in before)


def _wish(work: Workspace, history: History, to: Destination) -> Wish:
    """The version as the project would follow it, with its charter's rules, stages and products."""
    standard = _standard(work, history, to.version)
    charter, wanted = history.charter, read(to.mapping, NameMap) if to.mapping else NameMap()
    rules = [choice.rule for choice in charter.tailoring if rule_of(standard, choice.rule)]
    target, mapping = target_for(
        history.definition,
        tailored(standard, rules),
        wanted=wanted,
        stages=charter.stages,
        products=charter.deliverables,
    )
    if to.mapping and (wrong := tuple(problems(wanted, history.definition, target))):
        raise refused(to.mapping, wrong)
    return Wish(target, mapping, content_of(standard), _tailored(standard, history, rules, mapping))


def _standard(work: Workspace, history: History, version: str) -> ProcessDefinition:
    """The version that somebody names: NAME@VERSION, a version of the project's own process, or a file."""
    with work.look() as store:
        own = store.editions(history.definition.process).of(version)
    reference = f"{history.definition.process}{AT}{version}" if own else version
    if AT not in reference or Path(reference).is_file():
        return process_named(work, reference)
    edition = edition_named(work, reference)
    if edition.state in ("draft", "reviewed"):
        raise TransitionNotAllowed(
            f"{edition.name} is not published yet. Publish it first: "
            f"phasegate process publish {edition.draft.definition.process} --version {edition.version}"
        )
    return edition.draft.definition


def _tailored(
    standard: ProcessDefinition, history: History, rules: list[str], mapping: NameMap
) -> tuple[Tailored, ...]:
    """What the rules that the new version has too spare in it; they read what they read at the start."""
    facts = {name: value for rule in history.rules.tailored for name, value in rule.read.items()}
    charter: Charter = in_new_names(history.charter, mapping.names)
    kept = charter.model_copy(update={"tailoring": tuple(one for one in charter.tailoring if one.rule in rules)})
    return tailoring.chosen(standard, kept, facts)
