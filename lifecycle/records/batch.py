"""What one transaction adds to the records, the journal and the outbox: numbered, chained, written at its end."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from lifecycle.errors import Conflict
from lifecycle.history import Record
from lifecycle.records import journal
from lifecycle.records.bodies import packed
from lifecycle.records.known import Mark
from lifecycle.records.outbox import STARTS_FLOW
from lifecycle.records.statements import Call, Insertion, Statement, write
from lifecycle.records.tables import EntryRow, MessageRow, RecordRow
from lifecycle.value import digest

entries = EntryRow.__table__  # type: ignore[attr-defined]
records = RecordRow.__table__  # type: ignore[attr-defined]
outbox = MessageRow.__table__  # type: ignore[attr-defined]

ADD_RECORD, ADD_ENTRY = Insertion(records), Insertion(entries)
ADD_MESSAGE = Insertion(outbox, "id", "seq", "project", "attempts")

Values = dict[str, Any]


class Batch:
    """Records and notes in their order, not yet written."""

    def __init__(self, actor: str, login: str | None, now: datetime) -> None:
        """Everything in a batch is done by one person, behind one login, at one moment."""
        self._actor, self._login, self._at = actor, login, journal.stamp(now)
        self._entries: list[Values] = []
        self._records: list[tuple[int, Record, str]] = []
        self._calls: list[Call] = []
        self.before: list[Call] = []
        self.marks: dict[str, Mark] = {}
        """The mark of the last record that was written, by project."""

    def __bool__(self) -> bool:
        """Whether there is something to write."""
        return bool(self._entries or self._calls or self.before)

    def add(self, record: Record, body: str) -> None:
        """Add a record with its body, and the journal entry that holds the body's digest."""
        self._records.append((len(self._entries), record, body))
        self.note(record.kind, record.project, subject=record.id, behalf=record.by, digest=digest(body.encode()))

    def note(
        self,
        action: str,
        project: str,
        *,
        subject: str,
        behalf: str | None = None,
        digest: str | None = None,
        note: str | None = None,
    ) -> None:
        """Add a journal entry; `note` is a code, never personal data."""
        who = {"actor": self._actor, "login": self._login, "on_behalf_of": None if behalf == self._actor else behalf}
        what = {"action": action, "project": project, "object": subject, "digest": digest, "note": note}
        self._entries.append({"at": self._at, **who, **what})

    def call(self, statement: Statement, values: Values | list[Values]) -> None:
        """Add a statement that goes with all this."""
        self._calls.append((statement, values))

    def first(self, statement: Statement, values: Values) -> None:
        """Add a statement that goes before all this."""
        self.before.append((statement, values))

    def write(self, connection: Connection, head: tuple[int, str]) -> tuple[int, str]:
        """Write everything behind this head of the journal; the new head. Conflict when a record is there already."""
        chained = list(journal.chained(self._entries, *head))
        dialect = connection.dialect
        rows = [_row(chained[place]["seq"], record, packed(body, dialect)) for place, record, body in self._records]
        messages = [
            {"id": record.id, "seq": chained[place]["seq"], "project": record.project, "attempts": 0}
            for place, record, _ in self._records
            if type(record) in STARTS_FLOW
        ]
        added: tuple[Call, ...] = ((ADD_RECORD, rows), (ADD_ENTRY, chained), (ADD_MESSAGE, messages))
        try:
            write(connection, [*(call for call in added if call[1]), *self._calls])
        except IntegrityError as error:
            names = ", ".join(f"'{record.id}'" for _, record, _ in self._records)
            raise Conflict(f"Already recorded by somebody else: {names}. Look again and decide anew.") from error
        last = {record.project: chained[place] for place, record, _ in self._records}
        self.marks |= {project: Mark(entry["seq"], entry["hash"]) for project, entry in last.items()}
        self._entries, self._records, self._calls, self.before = [], [], [], []
        return (chained[-1]["seq"], chained[-1]["hash"]) if chained else head


def _row(seq: int, record: Record, body: str | bytes) -> Values:
    return {
        "id": record.id,
        "twin": record.twin_id,
        "seq": seq,
        "project": record.project,
        "kind": record.kind,
        "at": journal.stamp(record.at),
        "by": record.by,
        "body": body,
    }
