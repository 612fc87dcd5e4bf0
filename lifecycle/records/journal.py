"""The journal: a chain of entries, each holding the hash of the one before, written with the change itself.

`hash = SHA256(DOMAIN || 0x00 || previous || SHA256(JCS(entry without its hash)))`; the first entry's
`previous` is `SHA256(DOMAIN || instance id)`. JCS is RFC 8785. Nothing here touches a database.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

import orjson

from lifecycle.value import Value

DOMAIN = b"phasegate-journal-v1"
SEALED = DOMAIN + b"\x00"
Field = str | int | None
Line = Sequence[Field]
"""An entry as it lies in the table: its fields in their order, the hash last."""


class Entry(Value):
    """One journal entry. `digest` is the SHA-256 of the record's body, which keeps personal data out of here.

    `actor` is whom somebody said they were, `login` the operating system's name for whoever really typed. Where none
    stands behind the entry, as over HTTP, it is the personal token that was presented, `token:ID`, or None.
    """

    seq: int
    at: str
    actor: str
    login: str | None = None
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


class Broken(Exception):
    """A chain does not hold; carries the fault."""

    def __init__(self, seq: int, message: str) -> None:
        """Name the first bad entry and what is wrong with it."""
        super().__init__(message)
        self.fault = Fault(seq=seq, message=message)


FIELDS = tuple(Entry.model_fields)
"""The names of an entry's fields in their order, the hash last."""


def genesis(instance: str) -> str:
    """The `previous` of an installation's first entry."""
    return sha256(DOMAIN + instance.encode()).hexdigest()


def chained(entries: Iterable[dict[str, Any]], seq: int, previous: str) -> Iterator[dict[str, Any]]:
    """Give entries their numbers, links and hashes, going on from the last entry's number and hash."""
    for entry in entries:
        seq += 1
        linked = entry | {"seq": seq, "previous": previous}
        previous = hash_of(linked, previous)
        yield linked | {"hash": previous}


def written(fields: Mapping[str, Field]) -> bytes:
    """The RFC 8785 form of an entry's fields.

    They are texts, whole numbers and null under ASCII names, for which orjson writes that very form many times as
    fast as the general `canonical`; a test holds the two against each other.
    """
    return orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)


def hash_of(fields: Mapping[str, Field], previous: str) -> str:
    """The hash of an entry without its `hash`, chained to the one before."""
    inner = sha256(written(fields)).digest()
    return sha256(SEALED + bytes.fromhex(previous) + inner).hexdigest()


def sealed(entry: Entry) -> Entry:
    """Return the entry with its hash filled in."""
    fields = entry.model_dump(exclude={"hash"})
    return entry.model_copy(update={"hash": hash_of(fields, entry.previous)})


@lru_cache
def stamp(moment: datetime) -> str:
    """A moment as the journal writes it: UTC, seconds, `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def walked(lines: Iterable[Line], head: str, size: int = 0) -> Iterator[dict[str, Field]]:
    """Walk a chain on from an entry's number and hash; each line's fields by name. Broken at the first fault."""
    previous = head
    for seq, line in enumerate(lines, start=size + 1):
        fields: dict[str, Field] = dict(zip(FIELDS, line, strict=True))
        claimed = fields.pop("hash")
        if fields["seq"] != seq:
            raise Broken(seq, f"entry {seq} is missing: the next one there is {fields['seq']}")
        if fields["previous"] != previous:
            raise Broken(seq, f"entry {seq} does not follow the entry before it")
        try:
            right = hash_of(fields, previous) == claimed
        except (TypeError, ValueError):  # of types that no entry can have
            right = False
        if not right:
            raise Broken(seq, f"entry {seq} was changed after it was written")
        previous = fields["hash"] = str(claimed)
        yield fields


def verify(entries: Iterable[Entry], instance: str, expected_size: int | None = None) -> Fault | None:
    """Walk the chain and return the first fault: a gap, a broken link, a changed entry, or a cut-off tail."""
    try:
        seq = sum(1 for _ in walked((tuple(dict(entry).values()) for entry in entries), genesis(instance)))
    except Broken as broken:
        return broken.fault
    if expected_size is not None and seq < expected_size:
        return Fault(seq=seq + 1, message=f"the journal ends at {seq}, but {expected_size} entries were written")
    return None
