"""Commands for those who run an installation: upgrade, backup, restore, and the records written out."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lifecycle.cli import words
from lifecycle.cli.command import Answer, command, group
from lifecycle.cli.desk import Desk
from lifecycle.cli.refusals import CHECK_FAILED

if TYPE_CHECKING:
    from lifecycle.actions.losses import Loss

database = group("db", "Database: upgrade, backup, restore, copy.")
LISTED = 20
"""How many decisions of a loss are named."""
AS_GIVEN = "set PHASEGATE_DATABASE_URL to the address that you gave."
"""What to do with an address that holds a password."""


@command(database, "upgrade", "phasegate db upgrade")
def upgrade(desk: Desk) -> Answer:
    """Bring records of an older version up to date. A backup is made first; all of it happens or nothing."""
    from lifecycle.actions.upgrading import upgrade as bring

    done = bring(desk.records, desk.operator)
    if done.before is None:
        return Answer(done, f"There are no records yet; new ones begin in the layout {done.after}.")
    if not done.revisions:
        return Answer(done, f"The records are in the layout {done.after}, the newest there is.")
    return Answer(done, f"Upgraded from layout {done.before} to {done.after}. The backup before it: {done.backup}")


@command(database, "backup", "phasegate db backup --out backups/monday")
def backup(
    desk: Desk, out: Annotated[Path, typer.Option(metavar="DIR", help="A new folder for the backup.")]
) -> Answer:
    """Back up records and files, and verify the copy. Others may go on working; the signing key is not in it."""
    from lifecycle.actions.backups import make

    made = make(desk.records, out)
    head = made.manifest.journal
    text = f"Backed up to {out}: {head.entries} journal entries, {words.counted(len(made.manifest.files), 'file')}."
    if made.fault:
        return Answer(made, text, CHECK_FAILED, f"What is backed up is not whole: {made.fault.message}.")
    return Answer(made, text + " The copy was verified.")


@command(database, "restore", "phasegate db restore backups/monday")
def restore(
    desk: Desk,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a backup.")],
    accept_loss: Annotated[bool, typer.Option("--accept-loss", help="Go on without what the backup lacks.")] = False,
) -> Answer:
    """Put a backup in the place of the records. What it lacks is named; until accepted, the records are only read."""
    from lifecycle.actions.restoring import restore as bring_back

    done = bring_back(desk.records, folder, desk.operator, accept_loss=accept_loss)
    text = f"Restored from {folder}: {done.journal.entries} journal entries, epoch {done.epoch}."
    kept = f"What was there before is kept in {done.kept}." if done.kept else ""
    if done.loss is None:
        return Answer(done, words.paragraphs(text, "Nothing that is known was lost.", kept))
    state = "The records can only be read until somebody accepts that." if done.held else "The loss was accepted."
    ways = (f"db restore {folder} --accept-loss",) if done.held else ()
    return Answer(done, words.paragraphs(text, _lost(done.loss), state, kept)).then(*ways)


@command(database, "dump", "phasegate db dump --canonical")
def dump(
    desk: Desk,
    canonical: Annotated[
        bool, typer.Option("--canonical", help="In the one form that is equal on all engines.")
    ] = True,
) -> Answer:
    """Write out every row, to compare two databases. One JSON document a line; with --json only size and digest."""
    from lifecycle.actions.moving import written_out

    lines, sha256 = written_out(desk.records)
    return Answer({"rows": len(lines), "sha256": sha256}, "\n".join(lines))


@command(database, "copy", "phasegate db copy sqlite:///elsewhere.db")
def copy(
    desk: Desk,
    url: Annotated[
        str, typer.Argument(metavar="URL", help="An empty database, e.g. postgresql+psycopg://…/phasegate.")
    ],
) -> Answer:
    """Copy the records into another database. From SQLite to PostgreSQL or back; both are compared afterwards."""
    from lifecycle.actions.moving import move

    moved = move(desk.records, url)
    text = f"Copied {words.counted(moved.rows, 'row')} to {moved.to}; both sides have the SHA-256 {moved.sha256}."
    there = f"PHASEGATE_DATABASE_URL={moved.address}" if moved.address else AS_GIVEN
    return Answer(moved, f"{text}\nFrom now on work only there: {there}")


def _lost(loss: "Loss") -> str:
    """What is missing, in sentences."""
    if loss.entries is None:
        return f"Nobody can tell what is missing: that would have been told by {loss.told_by}."
    count = "1 journal entry is" if loss.entries == 1 else f"{loss.entries} journal entries are"
    when = f", written from {loss.since} to {loss.until}" if loss.since else ""
    named = words.bullets(loss.decisions[:LISTED])
    more = len(loss.decisions) - LISTED
    return words.paragraphs(
        f"{count} missing that {loss.told_by} told of{when}.",
        f"Decisions among them:\n{named}" if loss.decisions else "",
        f"and {more} more" if more > 0 else "",
    )
