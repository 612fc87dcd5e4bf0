"""Backups: the records as they are at one moment with the files they speak of, checked where they lie.

A backup is a folder with `records.db` (an SQLite file, whichever engine the records are in), evidence by digest,
drafts, reports, checkpoints with their public keys, and `manifest.json`. The signing key is never in it.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import text

from lifecycle.actions import audit
from lifecycle.actions.workspace import Workspace, system_clock
from lifecycle.errors import BadInput, Conflict, RecordsDamaged
from lifecycle.records import copies, damage, schema
from lifecycle.records.checkpoints import KEYS, NOTES, Place
from lifecycle.records.database import READING, Database
from lifecycle.records.files import Files
from lifecycle.records.journal import Fault, genesis, stamp
from lifecycle.records.outbox import leased_until
from lifecycle.records.standing import Standing, standing
from lifecycle.value import Value, digest

RECORDS, MANIFEST, VOUCHED = "records.db", "manifest.json", "checkpoints"
FOLDERS = ("evidence", "drafts", "reports")
"""What of the data folder belongs to the records."""
CHECKPOINTS = (NOTES, KEYS)
"""What of the folder of checkpoints is for everybody."""


class Head(Value):
    """How far a journal goes: the number of its entries, and the hash of the last."""

    entries: int
    head: str


class Manifest(Value):
    """What a backup holds: whose records, in which layout, how far their journal goes, and each file's SHA-256."""

    format: str = "phasegate-backup-1"
    made: str
    instance: str
    epoch: int
    revision: str
    journal: Head
    files: dict[str, str]


class Backup(Value):
    """A backup that was made, and the first fault in what it holds, if there is one."""

    folder: str
    manifest: Manifest
    fault: Fault | None = None


def make(work: Workspace, out: Path) -> Backup:
    """Back everything up into a new folder, which appears when it is complete; others may go on working."""
    if not work.database.exists():
        raise BadInput(f"There are no records in {work.files.data} yet, and so nothing to back up.")
    return _made(work, out, whole=True)


def keep_aside(work: Workspace, why: str) -> Backup:
    """Back the database alone up into the data folder, before something replaces or rebuilds it."""
    moment = stamp(system_clock()).replace(":", "")
    place, number = work.files.data / "backups" / f"{why}-{moment}", 1
    while place.exists():
        place, number = place.with_name(f"{why}-{moment}-{number}"), number + 1
    return _made(work, place, whole=False)


def read(folder: Path) -> Manifest:
    """The manifest of a backup, each file checked against it; RecordsDamaged when one is not what was backed up."""
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except FileNotFoundError as error:
        raise BadInput(f"{folder} is no backup: there is no {MANIFEST}. Name the folder of one.") from error
    except ValidationError as error:
        raise RecordsDamaged(str(folder / MANIFEST), "it is not the list of a backup's files") from error
    for name, sha256 in manifest.files.items():
        file = folder / name
        if not file.resolve().is_relative_to(folder.resolve()) or not file.is_file():
            raise RecordsDamaged(str(file), "it is missing from the backup")
        if digest(file.read_bytes()) != sha256:
            raise RecordsDamaged(str(file), "it is not what was backed up")
    if RECORDS not in manifest.files:
        raise RecordsDamaged(str(folder / MANIFEST), f"it does not name {RECORDS}")
    return manifest


def head_of(database: Database) -> tuple[Standing, Head]:
    """Whose records these are and how far their journal goes, in whatever layout they are."""
    with database.begin(READING, bare=True) as connection:
        whose = standing(connection)
        last = connection.execute(text("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1")).first()
    return whose, Head(entries=last.seq, head=last.hash) if last else Head(entries=0, head=genesis(whose.id))


def require_nobody_at_work(database: Database) -> None:
    """Conflict while a runner holds a lease: it would go on with what it knows of the records as they were."""
    with database.begin(READING, bare=True) as connection:
        until = leased_until(connection, system_clock())
    if until is not None:
        raise Conflict(
            f"Somebody is at work on these records (phasegate up or phasegate worker). Stop that first; after a crash "
            f"wait until {until}. Nothing was changed."
        )


def verified(work: Workspace, copied: Database, files: Path) -> Fault | None:
    """The first fault in a copy by itself: a broken chain, a changed record, evidence that is not what it was.

    What checkpoints say beyond it is for the restore to tell: a copy may be older than they are.
    """
    nowhere = Place.at(files / "no-checkpoints")
    return audit.verify(replace(work, database=copied, files=Files(files), checkpoints=nowhere)).fault


def _made(work: Workspace, out: Path, *, whole: bool) -> Backup:
    with _appearing(out) as part:
        copies.copy(work.database, part / RECORDS)
        damage.check(part / RECORDS)
        if whole:
            _copy_files(work, part)
        with copies.opened(part / RECORDS) as copied:
            whose, journal = head_of(copied)
            fault = verified(work, copied, part) if whose.revision == schema.REVISION else None
        listed = {str(file.relative_to(part)): digest(file.read_bytes()) for file in _regular(part)}
        manifest = Manifest(
            made=stamp(work.now()),
            instance=whose.id,
            epoch=whose.epoch,
            revision=whose.revision,
            journal=journal,
            files=listed,
        )
        (part / MANIFEST).write_text(json.dumps(manifest.model_dump(), indent=2) + "\n")
        for file in _regular(part):
            _to_disk(file)
    return Backup(folder=str(out), manifest=manifest, fault=fault)


def _copy_files(work: Workspace, part: Path) -> None:
    """Copy the files that the records speak of, looked for after the records: a file is there before its record."""
    if work.files.keeps_evidence():
        (part / "evidence").mkdir()  # so that evidence counts when the copy is verified, even if all of it is gone
    for name, source in (_files(work.files.data) | _checkpoints(work)).items():
        with suppress(FileNotFoundError):  # somebody may tidy up among the drafts meanwhile
            (part / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, part / name)


@contextmanager
def _appearing(out: Path) -> Iterator[Path]:
    """A folder that is called `out` once everything is in it, and is gone when something fails."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise BadInput(f"{out} is there already and stays as it is. Name a new folder: phasegate db backup --out DIR")
    out.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}."))
    try:
        yield part
        _to_disk(part)
        part.replace(out)
        _to_disk(out.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _files(data: Path) -> dict[str, Path]:
    return {str(file.relative_to(data)): file for name in FOLDERS for file in _regular(data / name)}


def _checkpoints(work: Workspace) -> dict[str, Path]:
    folder = work.checkpoints.folder
    return {f"{VOUCHED}/{name}": folder / name for name in CHECKPOINTS if (folder / name).is_file()}


def _regular(folder: Path) -> Iterable[Path]:
    """The files below a folder, without links and without those that are just being written."""
    found = (file for file in sorted(folder.rglob("*")) if file.is_file() and not file.is_symlink())
    return [file for file in found if not any(part.startswith(".") for part in file.relative_to(folder).parts)]


def _to_disk(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
