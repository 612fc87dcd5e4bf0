"""Bringing a backup back, in the open: what it lacks is named, and nobody writes before that is accepted.

What was there is kept aside first. Every restore begins a new epoch, and is an entry in the journal.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection

from lifecycle.actions import backups, upgrading
from lifecycle.actions.backups import RECORDS, Head
from lifecycle.actions.losses import Hold, Loss, There, loss_of, records_in_place
from lifecycle.actions.workspace import Workspace, system_clock
from lifecycle.errors import LifecycleError, RecordsDamaged
from lifecycle.records import copies, damage, migrations, schema
from lifecycle.records.checkpoints import KEYS, NOTES
from lifecycle.records.database import WRITING, Database
from lifecycle.records.journal import stamp
from lifecycle.records.known import Known
from lifecycle.records.ledger import INSTALLATION
from lifecycle.records.standing import standing
from lifecycle.records.store import Store
from lifecycle.value import Value, canonical


class Restored(Value):
    """What is in place after a restore. Records that are held can only be read until the loss is accepted."""

    journal: Head
    epoch: int
    held: bool
    loss: Loss | None
    kept: str | None


def restore(work: Workspace, folder: Path, by: str, *, accept_loss: bool = False) -> Restored:
    """Put a backup in the place of the records.

    Conflict while a runner is at work, RecordsDamaged when the backup is not what was made, RecordsOutdated when
    a newer version made it.
    """
    manifest = backups.read(folder)
    work.files.data.mkdir(parents=True, exist_ok=True)
    there = records_in_place(work)
    held = there.held if there and there.held and not there.held.restoring else None
    if held and held.restored == manifest.journal and accept_loss:
        return _accepted(work, held, by)
    with tempfile.TemporaryDirectory(dir=work.files.data, prefix=".restore.") as name:
        file = Path(name) / RECORDS
        shutil.copyfile(folder / RECORDS, file)
        damage.check(file)
        with copies.opened(file) as copied:
            _bring_up_to_date(work, folder, copied, by)
            with _nobody_writes(work, there, by) as last:
                loss = loss_of(work, last, copied, manifest)
                hold = Hold(known=loss.known, restored=manifest.journal) if loss else None
                _mark(copied, hold, max(manifest.epoch, last.epoch if last else 1))
                if loss is None or accept_loss:
                    _accept(work, copied, by)
                kept = _set_aside(work, last)
                _bring_files(folder, manifest.files, work.files.data)
                copies.put(copied, work.database)
    if loss is not None and accept_loss:
        _close_checkpoints(work)
    return _restored(work, held=loss is not None and not accept_loss, loss=loss, kept=kept)


@contextmanager
def _nobody_writes(work: Workspace, there: There | None, by: str) -> Iterator[There | None]:
    """Hold the records in place while they are replaced; how far they came. What fails gives them back.

    What was acknowledged before is in them, and named when it gets lost; from here on nothing is acknowledged.
    """
    if there is None or there.damaged:
        yield there
        return
    backups.require_nobody_at_work(work.database)
    with work.database.begin(WRITING, bare=True) as connection:
        before = standing(connection)
        entries, head = Store(connection, before.id, known=Known(), now=work.now(), actor=by).head()
        last = there.model_copy(update={"journal": Head(entries=entries, head=head)})
        hold = last.held or Hold(known=last.journal, restored=last.journal)
        _say_held(connection, hold.model_copy(update={"restoring": True}))
    try:
        yield last
    except BaseException:
        with suppress(LifecycleError):
            if work.database.exists():
                with work.database.begin(WRITING, bare=True) as connection:
                    _say_held(connection, last.held)
        raise


def _say_held(connection: Connection, hold: Hold | None) -> None:
    held = canonical(hold).decode() if hold else None
    connection.execute(schema.instance.update().values(held=held))


def _accepted(work: Workspace, hold: Hold, by: str) -> Restored:
    """Accept what an earlier restore of the same backup lost."""
    _accept(work, work.database, by)
    work.database.close()
    _close_checkpoints(work)
    missing = max(0, hold.known.entries - hold.restored.entries)
    loss = Loss(known=hold.known, told_by="an earlier restore", entries=missing)
    return _restored(work, held=False, loss=loss, kept=None)


def _bring_up_to_date(work: Workspace, folder: Path, copied: Database, by: str) -> None:
    """Bring a copy into today's layout, and verify it; RecordsDamaged for the first fault."""
    with copied.begin(WRITING, bare=True) as connection:
        missing = migrations.after(schema.revision_of(connection))
        if missing:
            upgrading.take(connection, missing, by, work.now())
    fault = backups.verified(work, copied, folder)
    if fault is not None:
        raise RecordsDamaged(str(folder), fault.message)


def _mark(copied: Database, hold: Hold | None, epoch: int) -> None:
    """Hold a copy that lacks something, and give it the newest epoch so far."""
    with copied.begin(WRITING) as connection:
        _say_held(connection, hold)
        connection.execute(schema.instance.update().values(epoch=epoch))


def _accept(work: Workspace, database: Database, by: str) -> None:
    """Begin a new epoch, with an entry in the journal; from now on the records may be written."""
    with database.begin(WRITING) as connection:
        now = standing(connection)
        store = Store(connection, now.id, known=Known(), now=work.now(), actor=by)
        entries, head = store.head()
        same = Head(entries=entries, head=head)
        said = now.held or canonical(Hold(known=same, restored=same)).decode()
        store.note("restore.performed", INSTALLATION, subject=now.id, note=said)
        store.flush()
        connection.execute(schema.instance.update().values(held=None, epoch=now.epoch + 1))


def _set_aside(work: Workspace, there: There | None) -> str | None:
    """Keep what is there: as a backup, or the files as they are when they cannot be read."""
    if there is None:
        return None
    try:
        return backups.keep_aside(work, "before-restore").folder
    except RecordsDamaged:
        if work.database.file is None:
            raise
    work.database.close()
    file = work.database.file
    moved = file.with_name(f"{file.name}.damaged-{stamp(system_clock()).replace(':', '')}")
    for ending in ("", "-wal", "-shm"):
        part = file.with_name(file.name + ending)
        if part.exists():
            part.replace(moved.with_name(moved.name + ending))
    return str(moved)


def _bring_files(folder: Path, names: dict[str, str], data: Path) -> None:
    """Bring back the files that are not there; what is there stays, and only evidence is made right again."""
    for name in names:
        place, room = data / name, name.partition("/")[0]
        if room == "evidence" or (room in backups.FOLDERS and not place.exists()):
            place.parent.mkdir(parents=True, exist_ok=True)
            part = place.with_name(f".{place.name}.part")
            shutil.copyfile(folder / name, part)
            part.replace(place)


def _close_checkpoints(work: Workspace) -> None:
    """Put the checkpoints of what is lost aside, and their keys: they vouch for a journal that went another way."""
    for name in (NOTES, KEYS):
        file = work.checkpoints.folder / name
        if file.is_file():
            file.replace(file.with_name(f"{file.stem}.before-epoch-{work.database.epoch}.txt"))


def _restored(work: Workspace, *, held: bool, loss: Loss | None, kept: str | None) -> Restored:
    whose, journal = backups.head_of(work.database)
    return Restored(journal=journal, epoch=whose.epoch, held=held, loss=loss, kept=kept)
