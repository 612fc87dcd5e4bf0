"""What a restore would take away: the records in place and their checkpoints, held against a backup."""

import json
from collections.abc import Mapping

from sqlalchemy import text

from lifecycle.actions import backups
from lifecycle.actions.backups import Head, Manifest
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import RecordsDamaged
from lifecycle.history.gates import GateDecided, VoteCast
from lifecycle.records import schema
from lifecycle.records.checkpoints import notes, origin_of
from lifecycle.records.database import READING, Database
from lifecycle.value import Value

DECISIONS = (GateDecided.kind, VoteCast.kind)


class Hold(Value):
    """Between which heads of the journal a restore lost something that nobody has accepted yet.

    While `restoring`, they are those of the records that are going to be replaced.
    """

    known: Head
    restored: Head
    restoring: bool = False


class There(Value):
    """The records in place, as far as they can be read."""

    epoch: int = 1
    journal: Head
    held: Hold | None = None
    damaged: bool = False


class Loss(Value):
    """How far the records were known to go, what told so, and what of that is missing in the backup.

    `entries` is None when nobody can tell how many there were.
    """

    known: Head
    told_by: str
    entries: int | None
    since: str | None = None
    until: str | None = None
    decisions: tuple[str, ...] = ()


def records_in_place(work: Workspace) -> There | None:
    """What there is before a restore; None when there is nothing. Conflict while a runner is at work there."""
    database = work.database
    if database.file is not None and not database.file.exists():
        return None
    try:
        with database.begin(READING, bare=True) as connection:
            if schema.revision_of(connection) is None:
                return None
        backups.require_nobody_at_work(database)
        whose, journal = backups.head_of(database)
    except RecordsDamaged:
        return There(journal=Head(entries=0, head=""), damaged=True)
    return There(epoch=whose.epoch, journal=journal, held=Hold(**json.loads(whose.held)) if whose.held else None)


def loss_of(work: Workspace, there: There | None, copied: Database, manifest: Manifest) -> Loss | None:
    """What is known to have been written and is not in this copy."""
    heads = _heads(copied)
    if there and there.journal.entries and not _within(there.journal, heads):
        return _missing(work.database, there.journal, heads)
    vouched = _vouched(work, manifest.instance)
    held = there.held.known if there and there.held else None
    for known, told_by in ((held, "an earlier restore"), (vouched, "a checkpoint")):
        if known and not _within(known, heads):
            return Loss(known=known, told_by=told_by, entries=max(0, known.entries - manifest.journal.entries))
    if there and there.damaged and vouched is None:
        return Loss(known=manifest.journal, told_by="the records in place, which are damaged", entries=None)
    return None


def _within(head: Head, heads: Mapping[int, str]) -> bool:
    return head.entries == 0 or heads.get(head.entries) == head.head


def _heads(database: Database) -> Mapping[int, str]:
    """The journal's hash after each number of entries."""
    with database.begin(READING, bare=True) as connection:
        return {row.seq: row.hash for row in connection.execute(text("SELECT seq, hash FROM journal"))}


def _missing(database: Database, known: Head, heads: Mapping[int, str]) -> Loss:
    """The entries in place that the copy does not have."""
    query = text("SELECT seq, hash, at, action, object FROM journal ORDER BY seq")
    with database.begin(READING, bare=True) as connection:
        lost = [row for row in connection.execute(query) if heads.get(row.seq) != row.hash]
    return Loss(
        known=known,
        told_by="the records in place",
        entries=len(lost),
        since=lost[0].at,
        until=lost[-1].at,
        decisions=tuple(row.object for row in lost if row.action in DECISIONS),
    )


def _vouched(work: Workspace, instance: str) -> Head | None:
    """How far this installation's newest checkpoint goes."""
    mine = (note.checkpoint for note in notes(work.checkpoints.text()) if note.origin == origin_of(instance))
    newest = max(mine, key=lambda checkpoint: checkpoint.size, default=None)
    return Head(entries=newest.size, head=newest.head) if newest else None
