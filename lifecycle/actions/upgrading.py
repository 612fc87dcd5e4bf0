"""Bringing old records into today's layout."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from lifecycle.actions import backups
from lifecycle.actions.settling import expected
from lifecycle.actions.workspace import Workspace
from lifecycle.records import migrations, schema
from lifecycle.records.database import WRITING
from lifecycle.records.known import Known
from lifecycle.records.ledger import INSTALLATION
from lifecycle.records.standing import standing
from lifecycle.records.store import Store
from lifecycle.value import Value


class Upgraded(Value):
    """The layouts before and after, the revisions taken, and the backup that was made before."""

    before: str | None
    after: str
    revisions: tuple[str, ...] = ()
    backup: str | None = None


def upgrade(work: Workspace, by: str) -> Upgraded:
    """Take every revision that is missing, in one transaction and after a backup; nobody else writes meanwhile.

    The walls of the append-only tables are put up again where they are gone.

    Conflict while a runner is at work, RecordsOutdated when the records are newer than this program.
    """
    database = work.database
    if not database.exists():
        return Upgraded(before=None, after=schema.REVISION)
    with database.begin(WRITING, bare=True) as connection:
        schema.be_alone(connection)
        before = schema.revision_of(connection)
        missing = (migrations.after(before) if before else None) or ()
        if missing:
            backups.require_nobody_at_work(database)
            if connection.dialect.name == "postgresql":
                connection.execute(text("LOCK TABLE instance, journal IN EXCLUSIVE MODE"))
            kept = backups.keep_aside(work, f"before-{missing[-1]}").folder
            take(connection, missing, by, work.now())
        if before == schema.REVISION and schema.unguarded(connection):
            schema.protect(connection)
    database.close()
    if not missing:
        return Upgraded(before=before, after=database.standing.revision)
    return Upgraded(before=before, after=missing[-1], revisions=missing, backup=kept)


def take(connection: Connection, revisions: Sequence[str], by: str, now: datetime) -> None:
    """Take these revisions in the open transaction, each with its entry in the journal.

    List and inboxes are written anew: they follow from the records, and an older version knew less about them.
    """
    migrations.upgrade(connection)
    store = Store(connection, standing(connection).id, known=Known(), now=now, actor=by)
    for project in store.projects():
        store.enlist(*expected(store.afresh(), project, now))
    for revision in revisions:
        store.note("database.upgraded", INSTALLATION, subject=store.instance, note=revision)
    store.flush()
