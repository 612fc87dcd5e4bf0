"""The record looked at with suspicion: the chain, the checkpoints, the records, and what was made of them.

The same examination serves an installation and an export of one. It goes through the journal once, in
constant memory, and stops at the first bad entry. What it looks at, in this order of weight: the chain and
the records' digests; the checkpoints' signatures; what they vouch for; then, where there is a database,
everything that follows from the records.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

from lifecycle.actions import replay
from lifecycle.actions.presented import Presented
from lifecycle.actions.workspace import Workspace
from lifecycle.history import KINDS
from lifecycle.history.closing import ReportIssued
from lifecycle.history.editions import ProcessDrafted
from lifecycle.history.work import DeliverableSubmitted
from lifecycle.records import schema
from lifecycle.records.checkpoints import NOTE, BadCheckpoint, Checkpoint, checked, contradicted, signers
from lifecycle.records.files import Files
from lifecycle.records.journal import Broken, Fault, Field, Line, genesis, stamp, walked
from lifecycle.records.ledger import SIGNING_KEY, TOKEN, Ledger
from lifecycle.records.store import Row
from lifecycle.value import Value, digest

Verdict = Literal["whole", "tampered", "truncated", "forged"]
TWINS = {kind: record.twin for kind, record in KINDS.items() if record.twin}
"""The second natural key of the kinds of record that have one."""


class Audit(Value):
    """What a verification found: the journal's size and head, and its first fault, if there is one.

    `vouched` entries are covered by a signed checkpoint from outside the database. `truncated` means that the
    journal is another one than a checkpoint vouches for: shorter, or rewritten. `forged` is a checkpoint.
    `unseen` are the folders of files that the records speak of and that are kept elsewhere; `unguarded` are the
    append-only tables that have lost their triggers.
    """

    entries: int
    head: str
    verdict: Verdict = "whole"
    fault: Fault | None = None
    checkpoints: int = 0
    vouched: int = 0
    unseen: tuple[str, ...] = ()
    unguarded: tuple[str, ...] = ()


class Source(Protocol):
    """Where a journal with its records and checkpoints is read from."""

    @property
    def instance(self) -> str:
        """The installation's id."""
        ...

    def lines(self) -> Iterator[Line]:
        """The journal."""
        ...

    def rows(self) -> Iterator[Row]:
        """The records in the order in which the journal speaks of them."""
        ...


class Vouchers(NamedTuple):
    """The checkpoints' file and the public keys beside it, as they lie there; or `trusted` ones from elsewhere."""

    notes: str
    keys: tuple[str, ...]
    trusted: bool = False

    def by(self, keys: Sequence[str]) -> "Vouchers":
        """The same, when the keys that somebody was handed are trusted and not those that lie there."""
        return self._replace(keys=tuple(keys), trusted=True) if keys else self


class Walk:
    """One way through a journal and its records, side by side; Broken at the first bad entry."""

    def __init__(self, source: Source, wanted: set[int]) -> None:
        """Remember the hashes at the sizes wanted."""
        self.size, self.head = 0, genesis(source.instance)
        self.heads = {0: self.head}
        self.keys: list[str] = []
        self._presented = Presented()
        self._doubtful: Broken | None = None
        self._source, self._wanted = source, wanted
        self._rows = source.rows()

    def through(self) -> None:
        """Go to the end of the journal."""
        for entry in walked(self._source.lines(), self.head):
            self.size, self.head = self.size + 1, str(entry["hash"])
            if self.size in self._wanted:
                self.heads[self.size] = self.head
            if entry["login"] and str(entry["login"]).startswith(TOKEN):
                self._doubt(self._presented.objection(entry))
            if entry["digest"] is not None:
                self._compare(entry)
            elif entry["action"] == SIGNING_KEY:
                self.keys.append(str(entry["object"]))
            else:
                self._presented.hear(entry)

    def last(self) -> None:
        """Broken where there are records that no entry speaks of; else by what does not fit an entry that is sound."""
        if extra := next(self._rows, None):
            raise Broken(extra.seq, f"the record '{extra.id}' was never journaled")
        if self._doubtful:
            raise self._doubtful

    def _doubt(self, why: str | None) -> None:
        """Remember the first thing that is wrong with an entry whose place in the chain is not."""
        if why and not self._doubtful:
            self._doubtful = Broken(self.size, why)

    def _compare(self, entry: dict[str, Field]) -> None:
        """The record must be there, and be what was journaled."""
        row, seq, name = next(self._rows, None), self.size, entry["object"]
        if row is None or (row.seq, row.id) != (seq, name):
            raise Broken(seq, f"the record '{name}' of entry {seq} is missing or moved")
        told = (entry["project"], entry["action"], entry["digest"])
        if (row.project, row.kind, _digest(row.body)) != told:
            raise Broken(seq, f"the record '{name}' was changed after entry {seq}")
        if row.by is not None and not _as_its_body_says(row, entry["on_behalf_of"] or entry["actor"]):
            self._doubt(f"the row of the record '{name}' says otherwise than the record itself")


def verify(work: Workspace, keys: Sequence[str] = ()) -> Audit:
    """Verify an installation: chain, records, checkpoints, and everything that follows from the records.

    Checkpoints must be signed by one of these `keys`, where they are given.
    """
    # the checkpoints first: those written while we look must not seem to be ahead of the journal
    vouchers, found = vouchers_of(work).by(keys), Audit(entries=0, head="")
    files = Files(work.files.data, complete=work.database.is_of(work.files.data))
    try:
        with work.look() as store:
            ledger = Ledger(store)
            with replay.reading("the journal"):
                found = examined(ledger, vouchers)
            if found.fault is None and (fault := replay.first_difference(ledger, files)):
                return found.model_copy(update={"verdict": "tampered", "fault": fault})
            looked = {"unseen": _unseen(ledger, files), "unguarded": schema.unguarded(store.connection)}
    except replay.Spoilt as spoilt:  # not before the look has ended: it asks whether the file itself is damaged
        return found.model_copy(update={"verdict": "tampered", "fault": Fault(seq=0, message=str(spoilt))})
    return found.model_copy(update=looked)


def unguarded(work: Workspace) -> tuple[str, ...]:
    """The append-only tables that have lost their triggers."""
    with work.look() as store:
        return schema.unguarded(store.connection)


def _unseen(ledger: Ledger, files: Files) -> tuple[str, ...]:
    """The folders of files that the records speak of, and that are not here to be looked at."""
    evidence = files.keeps_evidence() or not ledger.holds(DeliverableSubmitted.kind, ProcessDrafted.kind, after=0)
    reports = files.keeps_reports("") or not ledger.holds(ReportIssued.kind, after=0)
    return tuple(name for name, seen in (("evidence", evidence), ("reports", reports)) if not seen)


def vouchers_of(work: Workspace) -> Vouchers:
    """The checkpoints of an installation."""
    return Vouchers(work.checkpoints.text(), work.checkpoints.keys())


def examined(source: Source, vouchers: Vouchers) -> Audit:
    """Go through a journal, its records and its checkpoints once."""
    walk = Walk(source, {int(note["size"]) for note in NOTE.finditer(vouchers.notes)})
    try:
        walk.through()
    except Broken as broken:
        return Audit(entries=walk.size, head=walk.head, verdict="tampered", fault=broken.fault)
    found = Audit(entries=walk.size, head=walk.head)
    try:
        checkpoints = _trusted(source.instance, vouchers, walk)
        walk.last()
    except BadCheckpoint as forged:
        return found.model_copy(update={"verdict": "forged", "fault": Fault(seq=0, message=str(forged))})
    except Contradiction as contradiction:
        return found.model_copy(update={"verdict": "truncated", "fault": contradiction.fault})
    except Broken as broken:
        return found.model_copy(update={"verdict": "tampered", "fault": broken.fault})
    vouched = checkpoints[-1].size if checkpoints else 0
    return found.model_copy(update={"checkpoints": len(checkpoints), "vouched": vouched})


class Contradiction(Broken):
    """A checkpoint that is genuine vouches for another journal than this one."""


def _trusted(instance: str, vouchers: Vouchers, walk: Walk) -> tuple[Checkpoint, ...]:
    """The checkpoints, when they are genuine, the journal bears them out, and it knows their keys."""
    checkpoints = checked(vouchers.notes, instance, vouchers.keys or walk.keys)
    if vouchers.trusted and not checkpoints:
        raise BadCheckpoint("there is no checkpoint that a trusted key could have signed")
    if wrong := contradicted(checkpoints, walk.heads):
        raise _contradiction(wrong, checkpoints[: checkpoints.index(wrong)], walk.size)
    if strange := signers(vouchers.notes, set(vouchers.keys) - set(walk.keys)):
        raise BadCheckpoint(f"a checkpoint is signed by a key that is not in the journal: {min(strange)}")
    return checkpoints


def _contradiction(wrong: Checkpoint, borne_out: tuple[Checkpoint, ...], size: int) -> Contradiction:
    """Say from which entry on the journal is not the one that was vouched for."""
    if wrong.size > size:
        text = f"the journal ends at {size}, but a checkpoint of {wrong.at} vouches for {wrong.size} entries"
        return Contradiction(size + 1, text)
    first = borne_out[-1].size + 1 if borne_out else 1
    text = f"entries {first} to {wrong.size} are not those that a checkpoint of {wrong.at} vouches for"
    return Contradiction(first, text)


def _as_its_body_says(row: Row, by: Field) -> bool:
    """Whether what the table says of a record beside its body is what body and journal say."""
    twin = TWINS.get(row.kind)
    if twin is None and row.body.startswith(f'{{"at":"{row.at}"'):  # as most begin: nothing has to be taken apart
        return (row.by, row.twin) == (by, None)
    said = json.loads(row.body)
    at = stamp(datetime.fromisoformat(said["at"]))
    return (row.by, row.at, row.twin) == (by, at, twin and twin.format_map(said))


def _digest(body: object) -> str:
    """The digest of a body; none of what is no text, or none that UTF-8 knows."""
    try:
        return digest(body.encode()) if isinstance(body, str) else ""
    except UnicodeEncodeError:
        return ""
