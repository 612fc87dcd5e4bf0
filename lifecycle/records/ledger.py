"""The tables as an auditor reads them: line by line, in the journal's order, nothing remembered."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Select, select, union

from lifecycle.history.work import ProjectStarted
from lifecycle.records import journal
from lifecycle.records.batch import entries, outbox, records
from lifecycle.records.listing import InboxItem
from lifecycle.records.private import personal
from lifecycle.records.questions import awaited, projects
from lifecycle.records.statements import STREAMED
from lifecycle.records.store import Row, Store
from lifecycle.records.tokens import Token, kept

INSTALLATION = ""
"""What stands in place of a project in entries that concern the installation as a whole."""
SIGNING_KEY = "signing key"
"""The action of an entry by which a key for checkpoints came into use; its object is the public key."""

TOKEN = "token:"  # noqa: S105, it is no secret
"""What stands before the id of a personal token, where the journal names one."""
TOKEN_CREATED, TOKEN_REVOKED = "token created", "token revoked"
"""The actions of entries by which a token was issued, or ended before its time."""

Identity = tuple[int, str, str]
"""The number and the id of a record, and its project."""
OF_PROJECTS = (awaited, personal)
"""The tables beside the records whose rows belong to projects."""


class Ledger:
    """The records of an installation, looked at with suspicion within one transaction."""

    def __init__(self, store: Store) -> None:
        """Read in the transaction of a store."""
        self.store, self.instance, self._connection = store, store.instance, store.connection

    def lines(self, after: int = 0) -> Iterator[journal.Line]:
        """The journal as it lies in the table, from the entry that follows a number."""
        columns = (entries.c[name] for name in journal.FIELDS)
        query = select(*columns).where(entries.c.seq > after).order_by(entries.c.seq)
        yield from self._connection.execute(query, execution_options=STREAMED)

    def rows(self) -> Iterator[Row]:
        """Every record as it lies in the table."""
        return self.store.rows()

    def hash_at(self, size: int) -> str | None:
        """The hash of the last of so many entries; None where there are not as many."""
        if size == 0:
            return journal.genesis(self.instance)
        return self._connection.execute(select(entries.c.hash).where(entries.c.seq == size)).scalar()

    def signing_keys(self) -> tuple[str, ...]:
        """The public keys of the checkpoints as the journal recorded them, the one in use last."""
        mine = (entries.c.project == INSTALLATION) & (entries.c.action == SIGNING_KEY)
        return tuple(self._connection.execute(select(entries.c.object).where(mine).order_by(entries.c.seq)).scalars())

    def of_installation(self) -> Iterator[dict[str, journal.Field]]:
        """The entries that concern the installation as a whole, oldest first, each by its fields' names."""
        query = select(entries).where(entries.c.project == INSTALLATION).order_by(entries.c.seq)
        yield from (dict(row) for row in self._connection.execute(query).mappings())

    def tokens(self) -> dict[str, Token]:
        """Every personal token ever issued, by the name that the journal gives it."""
        return {f"{TOKEN}{token.id}": token for token in kept(self._connection)}

    def started(self) -> tuple[str, ...]:
        """The projects that were started, by their records."""
        query = select(records.c.project).where(records.c.kind == ProjectStarted.kind)
        return tuple(self._connection.execute(query).scalars())

    def inbox_of(self, project: str) -> tuple[InboxItem, ...]:
        """What is expected of people in one project."""
        query = select(awaited).where(awaited.c.project == project)
        return tuple(InboxItem.model_validate(dict(row)) for row in self._connection.execute(query).mappings())

    def strangers(self) -> tuple[str, ...]:
        """Projects that are not in the list, and for which names are kept or something is expected of people."""
        named = union(
            *(select(rows.c.project).where(rows.c.project.not_in(select(projects.c.id))) for rows in OF_PROJECTS)
        )
        return tuple(self._connection.execute(named).scalars())

    def number_of(self, record: str) -> int:
        """The number of a record; 0 when there is none of that id."""
        return int(self._connection.execute(select(records.c.seq).where(records.c.id == record)).scalar() or 0)

    def body_of(self, record: str) -> str:
        """A record's body as it lies in the table; empty when there is none."""
        return str(self._connection.execute(select(records.c.body).where(records.c.id == record)).scalar() or "")

    def holds(self, *kinds: str, after: int) -> bool:
        """Whether a record of these kinds follows a number."""
        query = select(records.c.seq).where(records.c.seq > after, records.c.kind.in_(kinds)).limit(1)
        return self._connection.execute(query).first() is not None

    def identities(self, kinds: Iterable[str]) -> Iterator[Identity]:
        """The records of these kinds, in their order."""
        columns = (records.c.seq, records.c.id, records.c.project)
        return self._identities(select(*columns).where(records.c.kind.in_(list(kinds))).order_by(records.c.seq))

    def messages(self) -> Iterator[Identity]:
        """The messages in the outbox, delivered or not, in their order."""
        return self._identities(select(outbox.c.seq, outbox.c.id, outbox.c.project).order_by(outbox.c.seq))

    def _identities(self, query: Select[Identity]) -> Iterator[Identity]:
        for row in self._connection.execute(query, execution_options=STREAMED):
            yield row.seq, row.id, row.project
