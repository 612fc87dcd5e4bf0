"""The store: what was written? It turns rows into values, and values into rows with their journal entries.

One store lives for one transaction. What it appends, it journals in the same breath, and what concerns a
project's next step goes into the outbox.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from lifecycle.errors import Conflict, NotFound
from lifecycle.history import KINDS, SYSTEM, History, Record
from lifecycle.history.closing import PersonErased
from lifecycle.history.work import ProjectStarted
from lifecycle.records import journal
from lifecycle.records.listing import InboxItem, Listing
from lifecycle.records.outbox import STARTS_FLOW
from lifecycle.records.private import Privacy
from lifecycle.records.tables import AnswerRow, AwaitedRow, EntryRow, MessageRow, ProjectRow, RecordRow
from lifecycle.value import digest

entries = EntryRow.__table__  # type: ignore[attr-defined]
records = RecordRow.__table__  # type: ignore[attr-defined]
projects = ProjectRow.__table__  # type: ignore[attr-defined]
awaited = AwaitedRow.__table__  # type: ignore[attr-defined]
outbox = MessageRow.__table__  # type: ignore[attr-defined]
answers = AnswerRow.__table__  # type: ignore[attr-defined]


Known = dict[str, tuple[int, History]]
"""Histories by project, each with the number of its last record."""


class Row(NamedTuple):
    """A record as it lies in the table; the journal holds the same number, id, project, kind, and its digest."""

    seq: int
    id: str
    project: str
    kind: str
    body: str


class Store:
    """The records as one transaction sees them; a writer acts for one person at one moment."""

    def __init__(
        self, connection: Connection, instance: str, known: Known, *, now: datetime, actor: str | None = None
    ) -> None:
        """Work on an open transaction; without an actor it only reads. `login` is who really typed, where known.

        `known` are the histories that earlier transactions read. Records never change, so only what was
        written since has to be read.
        """
        self._known = known
        self.connection, self.instance, self.now, self.actor = connection, instance, now, actor
        self.login: str | None = None
        self.private = Privacy(connection)
        self.written: dict[str, list[Record]] = {}
        self._histories: dict[str, History] = {}
        self._held: set[str] = set()
        self._head: tuple[int, str] | None = None

    # Reading

    def history(self, project: str) -> History:
        """All that happened in a project; a writer holds it until the transaction ends."""
        if project not in self._held:
            self._lock(project)
            self._held.add(project)
            self._histories[project] = self._load(project)
        return self._histories[project]

    def glance(self, project: str) -> History:
        """All that happened in another project, without holding it."""
        if project not in self._histories:
            self._histories[project] = self._load(project)
        return self._histories[project]

    def projects(self, program: str | None = None) -> tuple[str, ...]:
        """The names of all projects, or of a program's member projects."""
        query = select(projects.c.id).order_by(projects.c.id)
        if program is not None:
            query = query.where(projects.c.program == program)
        return tuple(self.connection.execute(query).scalars())

    def program_of(self, project: str) -> str | None:
        """The program a project belongs to; a program belongs to itself."""
        query = select(projects.c.level, projects.c.program).where(projects.c.id == project)
        row = self.connection.execute(query).one()
        return project if row.level == "program" else row.program

    def in_state(self, *states: str) -> tuple[str, ...]:
        """The projects that are in one of these states."""
        return tuple(self.connection.execute(select(projects.c.id).where(projects.c.state.in_(states))).scalars())

    def listings(self) -> tuple[Listing, ...]:
        """The list of projects with their states."""
        columns = [projects.c[name] for name in Listing.model_fields]
        rows = self.connection.execute(select(*columns).order_by(projects.c.id)).mappings()
        return tuple(Listing.model_validate(dict(row)) for row in rows)

    def inbox(self, person: str | None = None) -> tuple[InboxItem, ...]:
        """What a person, or everybody, is expected to do: oldest due first, undated last."""
        query = select(awaited).order_by(awaited.c.due.is_(None), awaited.c.due, awaited.c.project)
        if person is not None:
            query = query.where(awaited.c.person == person)
        return tuple(InboxItem.model_validate(dict(row)) for row in self.connection.execute(query).mappings())

    def head(self) -> tuple[int, str]:
        """The journal's size and the hash of its last entry."""
        if self._head is None:
            query = select(entries.c.seq, entries.c.hash).order_by(entries.c.seq.desc()).limit(1)
            row = self.connection.execute(query).first()
            self._head = (row.seq, row.hash) if row else (0, journal.genesis(self.instance))
        return self._head

    def entries(self, project: str | None = None) -> Iterator[journal.Entry]:
        """The journal, oldest entry first; of one project, or whole."""
        query = select(entries).order_by(entries.c.seq)
        if project is not None:
            query = query.where(entries.c.project == project)
        for row in self.connection.execution_options(yield_per=1000).execute(query).mappings():
            yield journal.Entry.model_validate(dict(row))

    def afresh(self) -> "Store":
        """A look at the same moment that remembers nothing read before."""
        return Store(self.connection, self.instance, {}, now=self.now)

    def rows(self) -> Iterator[Row]:
        """Every record as it lies in the table, in the order in which the journal speaks of them."""
        columns = (records.c[name] for name in Row._fields)
        query = select(*columns).order_by(records.c.seq)
        for row in self.connection.execution_options(yield_per=1000).execute(query):
            yield Row(*row)

    # Writing

    def append(self, *new: Record) -> None:
        """Write records with their journal entries; Conflict when one of them was written before."""
        for record in new:
            body = self.private.hidden(record)
            checked = digest(body.encode())
            seq = self.note(record.kind, record.project, subject=record.id, behalf=record.by, digest=checked)
            self._insert(record, seq, body)
            if isinstance(record, ProjectStarted):
                self._enlist_new(record)
            if isinstance(record, STARTS_FLOW):
                self.connection.execute(
                    insert(outbox).values(id=record.id, seq=seq, project=record.project, attempts=0)
                )
            known = self._histories.get(record.project)
            self._histories[record.project] = known.and_then(record) if known else History([record])
            self._held.add(record.project)
            self.written.setdefault(record.project, []).append(record)

    def note(
        self,
        action: str,
        project: str,
        *,
        subject: str,
        behalf: str | None = None,
        digest: str | None = None,
        note: str | None = None,
    ) -> int:
        """Add a journal entry and return its number; `note` is a code, never personal data."""
        size, previous = self._locked_head()
        entry = journal.Entry(
            seq=size + 1,
            at=journal.stamp(self.now),
            actor=self.actor or SYSTEM,
            login=self.login,
            on_behalf_of=behalf if behalf != self.actor else None,
            action=action,
            project=project,
            object=subject,
            digest=digest,
            note=note,
            previous=previous,
        )
        entry = journal.sealed(entry)
        self.connection.execute(insert(entries).values(entry.model_dump()))
        self._head = (entry.seq, entry.hash)
        return entry.seq

    def enlist(self, listing: Listing, items: Iterable[InboxItem]) -> None:
        """Bring a project's line in the list and its lines in the inboxes up to date."""
        values = listing.model_dump(mode="json")
        changed = update(projects).where(projects.c.id == listing.id)
        if not self.connection.execute(changed.values(version=projects.c.version + 1, **values)).rowcount:
            self.connection.execute(insert(projects).values(version=1, day=self.now.date().isoformat(), **values))
        self.connection.execute(delete(awaited).where(awaited.c.project == listing.id))
        rows = [item.model_dump(mode="json") for item in items]
        if rows:
            self.connection.execute(insert(awaited), rows)

    def once(self, key: str | None, request: dict[str, object], act: Callable[[], str]) -> str:
        """Act once for an actor's key; asked again give the same answer; Conflict when the request differs."""
        if key is None:
            return act()
        asked = digest(json.loads(json.dumps(request, default=str)))
        mine = (answers.c.actor == self.actor) & (answers.c.key == key)
        row = self.connection.execute(select(answers).where(mine)).first()
        if row is None:
            given = self.private.hidden_text(self.written, act())
            values = {"actor": self.actor, "key": key, "request": asked, "answer": given}
            self.connection.execute(insert(answers).values(values))
            return self.private.revealed(given)
        if row.request != asked:
            raise Conflict(f"The idempotency key '{key}' was used for another request. Take a new key.")
        return self.private.revealed(row.answer)

    def _load(self, project: str) -> History:
        seq, history = self._known.get(project, (0, None))
        query = select(records.c.seq, records.c.kind, records.c.body).where(records.c.project == project)
        rows = self.connection.execute(query.where(records.c.seq > seq).order_by(records.c.seq)).all()
        if history is not None and any(row.kind == PersonErased.kind for row in rows):
            rows, history = self.connection.execute(query.order_by(records.c.seq)).all(), None
        new = [KINDS[row.kind].model_validate_json(self.private.revealed(row.body)) for row in rows]
        if not new and history is None:
            raise NotFound("project", project, self.projects())
        if new or history is None:
            history = history.and_then(*new) if history else History(new)
            self._known[project] = (rows[-1].seq, history)
        return history

    def _insert(self, record: Record, seq: int, body: str) -> None:
        values = {
            "id": record.id,
            "twin": record.twin_id,
            "seq": seq,
            "project": record.project,
            "kind": record.kind,
            "at": journal.stamp(record.at),
            "by": record.by,
            "body": body,
        }
        try:
            self.connection.execute(insert(records).values(values))
        except IntegrityError as error:
            raise Conflict(
                f"'{record.id}' was already recorded by somebody else. Look again and decide anew."
            ) from error

    def _enlist_new(self, started: ProjectStarted) -> None:
        """Put a project into the list as it starts; its state follows with the transaction's end."""
        listing = Listing(
            id=started.project,
            title=started.charter.title,
            process=f"{started.definition.process} {started.definition.version}",
            level=started.definition.level,
            program=started.program,
            state="starting",
            phase=None,
            gate=None,
            since=journal.stamp(started.at),
        )
        self.enlist(listing, ())

    def _lock(self, project: str) -> None:
        """On PostgreSQL a writer locks the project's row; on SQLite the whole transaction is exclusive."""
        if self.actor is not None and self.connection.dialect.name == "postgresql":
            self.connection.execute(select(projects.c.id).where(projects.c.id == project).with_for_update())

    def _locked_head(self) -> tuple[int, str]:
        """The journal's head, taken last and held: always project first, then journal, so nobody deadlocks."""
        if self._head is None and self.connection.dialect.name == "postgresql":
            self.connection.execute(text("SELECT pg_advisory_xact_lock(7046)"))
        return self.head()
