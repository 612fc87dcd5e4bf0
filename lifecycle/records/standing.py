"""Which installation the records are: who opened them before a restore or an upgrade must not write with that."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, text

from lifecycle.errors import RecordsDamaged, RecordsHeld, RecordsReplaced
from lifecycle.records.damage import place_of
from lifecycle.records.statements import Row, Statement, run

STANDING = Statement(text("SELECT id, epoch, held, version_num FROM instance, alembic_version"))


class Standing(NamedTuple):
    """Which installation this is, how often it was restored, whether it may be written, and in which layout it is."""

    id: str
    epoch: int
    held: str | None
    revision: str

    def require_unchanged(self, now: "Standing") -> None:
        """RecordsHeld while nobody may write, RecordsReplaced when this is not what it was when it was opened."""
        if now.held is not None:
            raise RecordsHeld(_held_back(now.held))
        if now != self._replace(held=None):
            raise RecordsReplaced(
                "The records were restored or upgraded meanwhile; nothing was written. "
                "Look at what there is now, and try again."
            )


def standing(connection: Connection) -> Standing:
    """What an installation is at this moment, in whatever layout."""
    return found(connection, run(connection, STANDING))


def found(connection: Connection, rows: Sequence[Row]) -> Standing:
    """What the rows say that `STANDING` found; RecordsDamaged when they are not one."""
    if len(rows) != 1:
        why = f"they say {len(rows)} times which installation they belong to"
        raise RecordsDamaged(place_of(str(connection.engine.url)), why)
    return Standing(*rows[0])


def _held_back(held: str) -> str:
    said = json.loads(held)
    if said.get("restoring"):
        return (
            "These records are being restored from a backup, or that was broken off; until it has ended they can only "
            "be read. Nothing was written. If it was broken off, run it again: phasegate db restore DIR"
        )
    return (
        f"These records were restored from a backup that ends at journal entry {said['restored']['entries']}, and lack "
        "what was written after it. They can only be read until somebody accepts that loss: "
        "phasegate db restore DIR --accept-loss"
    )
