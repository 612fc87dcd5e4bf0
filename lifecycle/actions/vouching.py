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
from lifecycle.records.checkpoints import EVERY, Checkpoint, Place
from lifecycle.records.database import Database
from lifecycle.records.ledger import INSTALLATION, SIGNING_KEY, Ledger
from lifecycle.records.store import Store

if TYPE_CHECKING:
    from lifecycle.actions.workspace import Workspace

WEIGHTY = (ProjectClosed, ProjectStopped, ProcessPublished)
"""The kinds of record that a checkpoint follows at once."""


def called_for(store: Store, database: Database, place: Place) -> bool:
    """Whether what a transaction wrote calls for a checkpoint at once: an end, a publication, many entries."""
    if any(type(record) in WEIGHTY for records in store.written.values() for record in records):
        return True
    size = store.head()[0]
    if size - database.vouched >= EVERY:
        with suppress(OSError):
            database.vouched = _vouched(place)
    return size - database.vouched >= EVERY


def due(store: Store, place: Place) -> bool:
    """Whether a checkpoint is missing: the journal has grown too far, or got something weighty, since the last."""
    with suppress(OSError):
        vouched = _vouched(place)
        weighty = (kind.kind for kind in WEIGHTY)
        return store.head()[0] - vouched >= EVERY or Ledger(store).holds(*weighty, after=vouched)
    return False


def keep_up(work: "Workspace") -> None:
    """Vouch for all there is, if anything was written since the last checkpoint. Runners do, more often than due."""
    with suppress(OSError, ValueError, LifecycleError):
        with work.look() as store:
            behind = store.head()[0] > _vouched(work.checkpoints)
        if behind:
            write(work.database, work.checkpoints, work.now())


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
    work.require_scope("decide", by)
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


def _vouched(place: Place) -> int:
    """How many entries the newest checkpoint vouches for; OSError when that cannot be read."""
    last = place.last()
    return last.size if last else 0
