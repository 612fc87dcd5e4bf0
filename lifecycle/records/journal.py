"""The journal: a chain of entries, each holding the hash of the one before, written with the change itself.

`hash = SHA256(DOMAIN || 0x00 || previous || SHA256(JCS(entry without its hash)))`; the first entry's
`previous` is `SHA256(DOMAIN || instance id)`. JCS is RFC 8785. Nothing here touches a database.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from lifecycle.value import Value, canonical

DOMAIN = b"phasegate-journal-v1"


class Entry(Value):
    """One journal entry. `digest` is the SHA-256 of the record's body, which keeps personal data out of here."""

    seq: int
    at: str
    actor: str
    on_behalf_of: str | None = None
    action: str
    project: str
    object: str
    digest: str | None = None
    note: str | None = None
    previous: str
    hash: str = ""


class Fault(Value):
    """The first thing found wrong in a journal; `seq` is the bad entry's number."""

    seq: int
    message: str


def genesis(instance: str) -> str:
    """The `previous` of an installation's first entry."""
    return hashlib.sha256(DOMAIN + instance.encode()).hexdigest()


def chained(entries: Iterable[dict[str, Any]], seq: int, previous: str) -> Iterator[dict[str, Any]]:
    """Give entries their numbers, links and hashes, going on from the last entry's number and hash."""
    for entry in entries:
        seq += 1
        linked = entry | {"seq": seq, "previous": previous}
        previous = hash_of(linked)
        yield linked | {"hash": previous}


def hash_of(entry: dict[str, Any]) -> str:
    """The hash of an entry, given without it."""
    inner = hashlib.sha256(canonical(entry)).digest()
    return hashlib.sha256(DOMAIN + b"\x00" + bytes.fromhex(entry["previous"]) + inner).hexdigest()


def sealed(entry: Entry) -> Entry:
    """Return the entry with its hash filled in."""
    return entry.model_copy(update={"hash": hash_of(entry.model_dump(exclude={"hash"}))})


def stamp(moment: datetime) -> str:
    """A moment as the journal writes it: UTC, seconds, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def verify(entries: Iterable[Entry], instance: str, expected_size: int | None = None) -> Fault | None:
    """Walk the chain and return the first fault: a gap, a broken link, a changed entry, or a cut-off tail."""
    previous, seq = genesis(instance), 0
    for entry in entries:
        seq += 1
        if entry.seq != seq:
            return Fault(seq=seq, message=f"entry {seq} is missing: the next one there is {entry.seq}")
        if entry.previous != previous:
            return Fault(seq=seq, message=f"entry {seq} does not follow the entry before it")
        if sealed(entry).hash != entry.hash:
            return Fault(seq=seq, message=f"entry {seq} was changed after it was written")
        previous = entry.hash
    if expected_size is not None and seq < expected_size:
        return Fault(seq=seq + 1, message=f"the journal ends at {seq}, but {expected_size} entries were written")
    return None
