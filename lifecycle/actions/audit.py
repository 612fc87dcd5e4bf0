"""The record looked at with suspicion: is the journal whole, and do the records say what it says?"""

from collections.abc import Iterator

from lifecycle.actions.workspace import Workspace
from lifecycle.records import journal
from lifecycle.records.journal import Entry, Fault
from lifecycle.records.store import Store
from lifecycle.value import Value, digest


class Audit(Value):
    """What a verification found: the journal's size and head, and its first fault, if there is one."""

    entries: int
    head: str
    fault: Fault | None = None


def verify(work: Workspace) -> Audit:
    """Verify the chain, and every record against the digest that the journal holds of it."""
    with work.look() as store:
        size, head = store.head()
        fault = journal.verify(store.entries(), store.instance) or _first_difference(store)
    return Audit(entries=size, head=head, fault=fault)


def _first_difference(store: Store) -> Fault | None:
    """The first record that is missing, foreign or no longer what was journaled; both sides in their order."""
    rows = store.rows()
    for entry in _with_records(store.entries()):
        row = next(rows, None)
        if row is None or (row.seq, row.id) != (entry.seq, entry.object):
            return Fault(seq=entry.seq, message=f"the record '{entry.object}' of entry {entry.seq} is missing or moved")
        if (row.project, row.kind, digest(row.body.encode())) != (entry.project, entry.action, entry.digest):
            return Fault(seq=entry.seq, message=f"the record '{entry.object}' was changed after entry {entry.seq}")
    extra = next(rows, None)
    return Fault(seq=extra.seq, message=f"the record '{extra.id}' was never journaled") if extra else None


def _with_records(entries: Iterator[Entry]) -> Iterator[Entry]:
    return (entry for entry in entries if entry.digest is not None)
