"""What must always be true between records, messages and the list. What is broken is told, never healed silently."""

from collections.abc import Iterator

from lifecycle.actions.settling import listing_of
from lifecycle.actions.workspace import Workspace
from lifecycle.records import outbox
from lifecycle.records.store import Store

OTHERS_TURN = ("awaiting predecessor", "open phase")
"""States between which what other projects do moves a project, before its own line is written anew."""


def broken(work: Workspace) -> tuple[str, ...]:
    """Everything found broken, in sentences; nothing on a healthy installation."""
    with work.look() as store:
        return (*_messages(store), *_list(store))


def _messages(store: Store) -> Iterator[str]:
    for record in outbox.untold(store.connection):
        yield f"the flows were never told of {record}"
    for message in outbox.causeless(store.connection):
        yield f"the message {message} has no record that caused it"


def _list(store: Store) -> Iterator[str]:
    recorded, lines = store.recorded(), {line.id: line for line in store.listings()}
    for project in sorted(recorded - lines.keys()):
        yield f"{project} has records, but is not in the list of projects"
    for project in sorted(lines.keys() - recorded):
        yield f"{project} is in the list of projects, but has no records"
    for project in sorted(lines.keys() & recorded):
        line, wanted = lines[project], listing_of(store, project)
        if line.state in OTHERS_TURN and wanted.state in OTHERS_TURN:
            wanted = wanted.model_copy(update={"state": line.state})
        if line != wanted:
            yield f"the list says '{line.state}' of {project}, its records say '{wanted.state}'"
