"""The store: what was written? It turns rows into values, and values into rows with their journal entries.

One store lives for one transaction. What it appends, it journals in the same breath, and what concerns a
project's next step goes into the outbox.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from pydantic import ValidationError
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from lifecycle.errors import Conflict, KeyReused, NotFound, RecordsDamaged
from lifecycle.history import KINDS, SYSTEM, History, Record
from lifecycle.history.closing import PersonErased
from lifecycle.history.editions import STREAM, Editions, is_stream, stream_of
from lifecycle.history.work import ProjectStarted
from lifecycle.records import journal, standing, statements
from lifecycle.records.batch import Batch, entries, records
from lifecycle.records.bodies import unpacked
from lifecycle.records.damage import place_of
from lifecycle.records.known import Known, Mark
from lifecycle.records.listing import Horizon, InboxItem, Listing
from lifecycle.records.private import Privacy
from lifecycle.records.questions import (
    ANSWER,
    ANSWERED,
    AWAIT,
    DONE,
    ENLIST,
    FOR_EVER,
    HEAD,
    HEAD_LOCKED,
    HELD,
    INBOX,
    INBOXES,
    KEY_LOCKED,
    LIST,
    LISTED,
    LOCKED,
    SINCE,
    projects,
)
from lifecycle.records.standing import Standing
from lifecycle.records.statements import STREAMED, Call, Statement, run, together, write
from lifecycle.records.tables import IS_DRAFT
from lifecycle.value import digest


class Row(NamedTuple):
    """A record as it lies in the table; the journal holds the same number, id, project, kind, and its digest.

    What the table says once more beside the body, for its keys and for people, comes last; exports go without.
    """

    seq: int
    id: str
    project: str
    kind: str
    body: str
    at: str | None = None
    by: str | None = None
    twin: str | None = None


class Store:
    """The records as one transaction sees them; a writer acts for one person at one moment."""

    def __init__(
        self,
        connection: Connection,
        instance: str,
        *,
        known: Known,
        now: datetime,
        actor: str | None = None,
        login: str | None = None,
        opened: Standing | None = None,
    ) -> None:
        """Work on an open transaction; without an actor it only reads. `login` is who really typed, where known.

        `known` are the histories that earlier transactions read or wrote. What the records were when they were
        `opened`, they must still be for anything to be written.
        """
        self._opened = opened
        self.known = known
        self.connection, self.instance, self.now, self.actor = connection, instance, now, actor
        self.private = Privacy(connection)
        self.written: dict[str, list[Record]] = {}
        self._batch = Batch(actor or SYSTEM, login, now)
        self._histories: dict[str, History] = {}
        self._held: set[str] = set()
        self._head: tuple[int, str] | None = None

    # Reading

    def history(self, project: str) -> History:
        """All that happened in a project; a writer holds it until the transaction ends."""
        if project not in self._held:
            self._hold(project)
        return self._histories[project]

    def glance(self, project: str) -> History:
        """All that happened in another project, without holding it."""
        if project not in self._histories:
            mark, known = self.known.get(project)
            rows = run(self.connection, SINCE, {"project": project, "seq": mark.seq})
            self._histories[project] = self._told(project, mark, known, rows)
        return self._histories[project]

    def editions(self, process: str) -> Editions:
        """The versions of a standard process before this transaction; a writer holds them until it ends."""
        stream = stream_of(process)
        lock = self._locking(KEY_LOCKED, key=stream)
        *_, rows = together(self.connection, *lock, (SINCE, {"project": stream, "seq": 0}))
        return Editions(process, [self._value(id, kind, kept) for id, _, kind, kept, _ in rows])

    def processes(self) -> tuple[str, ...]:
        """The names of the standard processes of which a version was drafted."""
        query = select(records.c.project).where(IS_DRAFT).distinct().order_by(records.c.project)
        return tuple(name.removeprefix(STREAM) for name in self.connection.execute(query).scalars())

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
        names = tuple(Listing.model_fields)
        return tuple(Listing.model_validate(dict(zip(names, row, strict=True))) for row in run(self.connection, LIST))

    def inbox(self, person: str | None = None) -> tuple[InboxItem, ...]:
        """What a person, or everybody, is expected to do: oldest due first, undated last."""
        names = tuple(InboxItem.model_fields)
        rows = run(self.connection, INBOXES) if person is None else run(self.connection, INBOX, {"person": person})
        return tuple(InboxItem.model_validate(dict(zip(names, row, strict=True))) for row in rows)

    def head(self) -> tuple[int, str]:
        """The journal's size and the hash of its last entry."""
        self.flush()
        return self._known_head()

    def newest(self) -> datetime | None:
        """The moment of the journal's newest entry, by its number; None while there is none."""
        at = self.connection.execute(select(entries.c.at).order_by(entries.c.seq.desc()).limit(1)).scalar()
        return datetime.fromisoformat(at) if at else None

    def entries(self, project: str | None = None) -> Iterator[journal.Entry]:
        """The journal, oldest entry first; of one project, or whole."""
        self.flush()
        query = select(entries).order_by(entries.c.seq)
        if project is not None:
            query = query.where(entries.c.project == project)
        for row in self.connection.execute(query, execution_options=STREAMED).mappings():
            yield journal.Entry.model_validate(dict(row))

    def afresh(self) -> "Store":
        """A look at the same moment that remembers nothing read before."""
        return Store(self.connection, self.instance, known=Known(), now=self.now)

    def rows(self) -> Iterator[Row]:
        """Every record as it lies in the table, in the order in which the journal speaks of them."""
        self.flush()
        columns = (records.c[name] for name in Row._fields)
        query = select(*columns).order_by(records.c.seq)
        for row in self.connection.execute(query, execution_options=STREAMED):
            yield Row._make(row)

    # Writing

    def append(self, *new: Record) -> None:
        """Add records with their journal entries; they are written with the transaction's end, or by `flush`."""
        for record in new:
            if isinstance(record, ProjectStarted):
                self._histories[record.project] = History([record])
                self._held.add(record.project)
                self._enlist_new(record)
            elif not is_stream(record.project):
                self._histories[record.project] = self.history(record.project).and_then(record)
            self._batch.add(record, self.private.hidden(record))
            self.written.setdefault(record.project, []).append(record)

    def erase(self, person: str) -> None:
        """Delete a person's names. What follows from the records follows from now on from records without them."""
        self.flush()
        self.private.erase(person, self.now)
        found = self.afresh()
        self._histories = {project: found.glance(project) for project in self._histories}

    def note(self, action: str, project: str, *, subject: str, note: str | None = None) -> None:
        """Add a journal entry about something that is no record; `note` is a code, never personal data."""
        self._batch.note(action, project, subject=subject, note=note)

    def flush(self) -> None:
        """Write what was added so far; Conflict when one of the records was written before."""
        if self._batch:
            self._head = self._batch.write(self.connection, self._known_head(*self._batch.before))

    def require_as_opened(self) -> None:
        """RecordsHeld or RecordsReplaced when the records may not be written, or not by who opened others."""
        if self._head is None and self._opened:
            self._opened.require_unchanged(standing.standing(self.connection))

    def remember(self) -> None:
        """Keep the histories that were written, once the transaction has been committed."""
        for project, mark in self._batch.marks.items():
            if project in self._histories and not any(
                isinstance(record, PersonErased) for record in self.written[project]
            ):
                self.known.put(mark, self._histories[project])

    def enlist(self, listing: Listing, items: Iterable[InboxItem], horizon: Horizon) -> None:
        """Bring a project's line in the list and its lines in the inboxes up to date, with the transaction's end."""
        line = listing.model_dump(mode="json", exclude=FOR_EVER) | horizon.model_dump(mode="json")
        self._batch.call(LISTED, {"listed": listing.id, **line})
        self._batch.first(DONE, {"listed": listing.id})
        if rows := [item.model_dump(mode="json") for item in items]:
            self._batch.call(AWAIT, rows)

    def answered(self, key: str, project: str, request: dict[str, object]) -> str | None:
        """The answer that an actor's request got under this key; None before it got one, KeyReused for another one.

        The request is plain, as JSON is, and so is the answer. The project's history comes with the look for an answer.
        """
        mine = {"actor": self.actor, "key": key}
        lock = self._locking(KEY_LOCKED, key=f"{self.actor}/{key}")
        found = self._hold(project, *lock, (ANSWERED, mine))[len(lock)]
        if not found:
            return None
        [(before, answer)] = found
        if before != digest(request):
            raise KeyReused(f"The idempotency key '{key}' was used for another request. Take a new key.")
        return self.private.revealed(answer)

    def answer(self, key: str, request: dict[str, object], answer: str) -> str:
        """Keep the answer that a request got under this key; as it will be given again."""
        kept = self.private.hidden_text(self.written, answer)
        row = {"actor": self.actor, "key": key, "request": digest(request), "answer": kept}
        self._batch.call(ANSWER, [row])
        return self.private.revealed(kept)

    def _hold(self, project: str, *before: Call) -> list[list[statements.Row]]:
        """Hold a project until the transaction ends, and know its history and names; a reader only sees it.

        What is asked `before` travels with that; its answers.
        """
        if project in self._held:
            return together(self.connection, *before)
        mark, known = self.known.get(project)
        asked = (SINCE if self.actor is None else HELD, {"project": project, "seq": mark.seq})
        *answers, rows = together(self.connection, *before, *self._locking(LOCKED, project=project), asked)
        if self.actor is not None:
            self.private.learn(project, ((text, commitment) for commitment, _, kind, text, _ in rows if kind is None))
            rows = [row for row in rows if row[2] is not None]
        self._histories[project] = self._told(project, mark, known, rows)
        self._held.add(project)
        return answers

    def _told(self, project: str, mark: Mark, history: History | None, rows: Sequence[statements.Row]) -> History:
        """A project's history: what is known of it, and what the rows tell of it since; NotFound without both.

        Where the rows do not begin with the last record that is known, the records were brought back to an older
        moment, or this transaction sees one: what is known is none of its past.
        """
        if is_stream(project):  # a standard process has versions, which `editions` knows, and no history
            raise NotFound("project", project, self.projects())
        if history is not None:
            last, rows = rows[:1], rows[1:]
            if [hash for *_, hash in last] != [mark.hash] or any(kind == PersonErased.kind for _, _, kind, *_ in rows):
                self.known.forget(project)
                rows, history = run(self.connection, SINCE, {"project": project, "seq": 0}), None
        new = [self._value(id, kind, kept) for id, _, kind, kept, _ in rows]
        if not new and history is None:
            raise NotFound("project", project, self.projects())
        if new or history is None:
            history = history.and_then(*new) if history else History(new)
            _, seq, _, _, hash = rows[-1]
            self.known.put(Mark(seq, hash), history)
        return history

    def _value(self, id: str, kind: str, kept: str | bytes) -> Record:
        try:
            return KINDS[kind].model_validate_json(self.private.revealed(unpacked(kept)))
        except (KeyError, ValidationError) as error:
            why = f"the record '{id}' cannot be read; it was damaged, or a newer version of Phasegate wrote it"
            raise RecordsDamaged(place_of(str(self.connection.engine.url)), why) from error

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
        horizon = Horizon(day=self.now.date(), due=None, hold=None)
        try:
            write(self.connection, [(ENLIST, [listing.model_dump(mode="json") | horizon.model_dump(mode="json")])])
        except IntegrityError as error:
            raise Conflict(f"There is a project '{listing.id}' already, started just now.") from error

    def _known_head(self, *before: Call) -> tuple[int, str]:
        """The journal's head. A writer holds it: always project first, then journal, so nobody deadlocks.

        What goes `before` travels with the question.
        """
        if self._head is not None:
            together(self.connection, *before)
        else:
            *_, found = together(self.connection, *before, *self._locking(HEAD_LOCKED), (HEAD, {}))
            now = standing.found(self.connection, [row[:-2] for row in found])
            if self._opened:
                self._opened.require_unchanged(now)
            seq, hash = found[0][-2:]
            self._head = (seq, hash) if seq else (0, journal.genesis(self.instance))
        return self._head

    def _locking(self, lock: Statement, **values: str | None) -> tuple[Call, ...]:
        """What a writer on PostgreSQL asks for first; on SQLite the whole transaction is exclusive."""
        on_server = self.connection.dialect.name == "postgresql"
        return ((lock, values),) if on_server and self.actor is not None else ()
