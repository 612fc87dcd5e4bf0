"""Checkpoints as the work goes on: when one is due, how it is written, and how a key is changed.

They are written after the commit of whatever made them due, never inside a transaction, and what keeps one
from being written (a full disk, a folder that is away) keeps nobody from deciding: the next one vouches for
all that came before, and the doctor says that one is missing.
"""

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from lifecycle.errors import LifecycleError
from lifecycle.history import SYSTEM
from lifecycle.history.closing import ProjectClosed, ProjectStopped
from lifecycle.history.editions import ProcessPublished
from lifecycle.history.gates import GateDecided
from lifecycle.records.checkpoints import EVERY, Checkpoint, Place
from lifecycle.records.database import Database
from lifecycle.records.ledger import INSTALLATION, SIGNING_KEY, Ledger
from lifecycle.records.store import Store

if TYPE_CHECKING:
    from lifecycle.actions.workspace import Workspace

WEIGHTY = (GateDecided.kind, ProjectClosed.kind, ProjectStopped.kind, ProcessPublished.kind)
"""The kinds of record that a checkpoint follows at once."""


def called_for(store: Store, place: Place) -> bool:
    """Whether what a transaction wrote calls for a checkpoint: an outcome, an end, a publication, many entries."""
    written = (record.kind for records in store.written.values() for record in records)
    if any(kind in WEIGHTY for kind in written):
        return True
    try:
        last = place.last()
    except OSError:
        return False
    return store.head()[0] - (last.size if last else 0) >= EVERY


def due(store: Store, place: Place) -> bool:
    """Whether the journal has grown far enough, or got something weighty, since the last checkpoint."""
    try:
        last = place.last()
    except OSError:
        return False
    vouched = last.size if last else 0
    return Ledger(store).newest(*WEIGHTY) > vouched or store.head()[0] - vouched >= EVERY


def attempt(database: Database, place: Place, now: datetime) -> None:
    """Write a checkpoint if that is possible."""
    with suppress(OSError, ValueError, LifecycleError):
        write(database, place, now)


def write(database: Database, place: Place, now: datetime) -> Checkpoint:
    """Write a checkpoint of the journal as it is now, with a key that the journal knows.

    OSError where it cannot be written, BadCheckpoint where those there are another installation's.
    """
    public = place.public(database.instance) or place.new_key(database.instance)
    with database.reading(now) as store:
        known, (size, head) = Ledger(store).signing_keys(), store.head()
    if known[-1:] != (public,):
        _record(database, public, SYSTEM, now)
        with database.reading(now) as store:
            size, head = store.head()
    place.write(database.instance, size, head, now)
    return place.last() or Checkpoint(size=size, head=head, at="")


def standing(work: "Workspace") -> str:
    """How much is vouched for, in words; LifecycleError when a checkpoint is missing."""
    last = work.checkpoints.last()
    with work.look() as store:
        size, missing = store.head()[0], due(store, work.checkpoints)
    said = f"the newest vouches for {last.size if last else 0} of {size} journal entries"
    if missing:
        raise LifecycleError(f"{said}: the next one could not be written to {work.checkpoints.folder}")
    return f"{said}, in {work.checkpoints.folder}" if last else "none yet: nothing was decided"


def change_key(work: "Workspace", by: str) -> str:
    """Put a new signing key in use and record that, then vouch with it for all there is; its public part."""
    public = work.checkpoints.new_key(work.database.instance, instead=True)
    _record(work.database, public, by, work.now())
    write(work.database, work.checkpoints, work.now())
    return public


def _record(database: Database, public: str, by: str, now: datetime) -> None:
    """Record the key in use, unless the journal knows it already."""
    with database.reading(now) as store:
        known = Ledger(store).signing_keys()
    if known[-1:] != (public,):
        with database.writing(by, now) as store:
            store.note(SIGNING_KEY, INSTALLATION, subject=public, note="changed" if known else "first")
