"""The record as files for somebody who has none of our code: entries, records, checkpoints, public keys.

An export holds each entry and each record's body in canonical form, byte for byte what was hashed, so that
whoever checks it needs nothing but SHA-256. It holds no names of people, only the commitments to them.
"""

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from lifecycle.actions import vouching
from lifecycle.actions.audit import Audit, Vouchers, examined, vouchers_of
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import BadInput, LifecycleError
from lifecycle.records import verify_export
from lifecycle.records.checkpoints import KEYS, NOTES
from lifecycle.records.journal import FIELDS, Broken, Fault, Line, genesis, stamp, written
from lifecycle.records.ledger import Ledger
from lifecycle.records.store import Row
from lifecycle.value import Value

JOURNAL, RECORDS, MANIFEST, SCRIPT = "journal.jsonl", "records.jsonl", "manifest.json", "verify_export.py"
LISTED = (JOURNAL, RECORDS, NOTES, KEYS)
EXPORTED = Row._fields[:5]
"""What an export holds of a record: what the journal vouches for."""
ABSENT = Row(-1, "", "", "", "")


class Unreadable(LifecycleError):
    """What is to be verified cannot be read at all."""


class Manifest(Value):
    """What an export holds: of which installation, how much, and each file's SHA-256."""

    form: str = "phasegate-export-1"
    instance: str
    entries: int
    head: str
    made: str
    files: dict[str, str]


def export(work: Workspace, out: Path) -> Manifest:
    """Write an export into a new folder, with a checkpoint that vouches for all of it where one can be written."""
    if out.exists() and any(out.iterdir()):
        raise BadInput(f"{out} holds something already. Name a folder that is empty or not there yet.")
    out.mkdir(parents=True, exist_ok=True)
    vouching.attempt(work.database, work.checkpoints, work.now())
    vouchers = vouchers_of(work)
    with work.look() as store:
        ledger, (size, head) = Ledger(store), store.head()
        files = {
            JOURNAL: _written(out / JOURNAL, (dict(zip(FIELDS, line, strict=True)) for line in ledger.lines())),
            RECORDS: _written(out / RECORDS, (dict(zip(EXPORTED, row, strict=False)) for row in ledger.rows())),
            NOTES: _written(out / NOTES, vouchers.notes),
            KEYS: _written(out / KEYS, "".join(f"{key}\n" for key in vouchers.keys)),
        }
    manifest = Manifest(instance=store.instance, entries=size, head=head, made=stamp(work.now()), files=files)
    _written(out / MANIFEST, manifest.model_dump_json(indent=2) + "\n")
    shutil.copyfile(str(verify_export.__file__), out / SCRIPT)
    return manifest


def verify(folder: Path, keys: Sequence[str] = ()) -> Audit:
    """Verify an export; Unreadable when it is none. Checkpoints must be signed by one of these `keys`, if given."""
    exported = Exported.read(folder)
    found = examined(exported, exported.vouchers.by(keys))
    if found.fault:
        return found
    if found.entries < exported.manifest.entries:
        said = f"the export ends at {found.entries}, but {exported.manifest.entries} entries were written"
        fault = Fault(seq=found.entries + 1, message=said)
        return found.model_copy(update={"verdict": "truncated", "fault": fault})
    for name in LISTED:
        if _checksum(folder / name) != exported.manifest.files.get(name):
            fault = Fault(seq=found.entries, message=f"{name} is not the file that was exported")
            return found.model_copy(update={"verdict": "tampered", "fault": fault})
    return found


class Exported(NamedTuple):
    """An export as the audit reads it."""

    folder: Path
    manifest: Manifest
    vouchers: Vouchers

    @classmethod
    def read(cls, folder: Path) -> "Exported":
        """Open an export; Unreadable when files are missing or the manifest is none."""
        try:
            manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
            notes, keys = ((folder / name).read_bytes().decode(errors="replace") for name in (NOTES, KEYS))
            for name in LISTED:
                (folder / name).open("rb").close()
        except (OSError, ValueError) as error:
            raise Unreadable(f"{folder} is no export that can be read: {error}") from error
        return cls(folder, manifest, Vouchers(notes, tuple(keys.splitlines())))

    @property
    def instance(self) -> str:
        """The installation's id."""
        return self.manifest.instance

    def lines(self, after: int = 0) -> Iterator[Line]:
        """The journal; Broken at a line that is no entry in canonical form."""
        with (self.folder / JOURNAL).open("rb") as file:
            for number, line in enumerate(file, start=1):
                if number <= after:
                    continue
                entry = _read(line, FIELDS)
                if entry is None:
                    raise Broken(number, f"entry {number} was changed after it was written")
                yield tuple(entry[name] for name in FIELDS)

    def rows(self) -> Iterator[Row]:
        """The records; what is none stands for one that is missing."""
        with (self.folder / RECORDS).open("rb") as file:
            for line in file:
                record = _read(line, EXPORTED)
                yield Row(**record) if record else ABSENT

    def hash_at(self, size: int) -> str | None:
        """The hash of the last of so many entries; None where there are not as many."""
        if size == 0:
            return genesis(self.instance)
        try:
            return next((str(line[-1]) for line in self.lines(size - 1)), None)
        except Broken:
            return None


def _read(line: bytes, names: Iterable[str]) -> dict[str, Any] | None:
    """A line as an object of these names; None unless it is one, in canonical form."""
    try:
        found = json.loads(line)
        whole = isinstance(found, dict) and found.keys() == {*names} and written(found) + b"\n" == line
    except (ValueError, RecursionError, TypeError):
        return None
    return found if whole else None


def _written(place: Path, content: str | Iterator[Mapping[str, Any]]) -> str:
    """Write a text, or objects line by line, and return the SHA-256."""
    total = hashlib.sha256()
    with place.open("wb") as file:
        for part in [content.encode()] if isinstance(content, str) else (written(one) + b"\n" for one in content):
            file.write(part)
            total.update(part)
    return total.hexdigest()


def _checksum(place: Path) -> str:
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
