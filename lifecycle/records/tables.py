"""The tables. Rows are dumb: they hold what values say and never leave this room. Moments are UTC text."""

from typing import Any, ClassVar

from sqlalchemy import Index, Text, TextClause, text
from sqlmodel import Field, SQLModel

from lifecycle.records.bodies import Body

IS_DRAFT = text("kind = 'process-draft'")
"""The records that are drafts of standard processes."""


def only(rows: TextClause) -> dict[str, Any]:
    """An index that holds these rows only. A question that says the same, without a parameter, is answered by it."""
    return {"sqlite_where": rows, "postgresql_where": rows}


class Instance(SQLModel, table=True):
    """This installation; its id is the seed of the journal's chain.

    `epoch` counts how often it was restored, from 1. `held` says of a restore with a loss from which head of the
    journal to which, as JSON, until somebody has accepted it.
    """

    id: str = Field(primary_key=True)
    epoch: int = 1
    held: str | None = Field(default=None, sa_type=Text)


class RecordRow(SQLModel, table=True):
    """One thing that happened, under the number of its journal entry. Append-only.

    The id is the natural key, so nothing can happen twice; the twin is the id of what cannot happen beside it.
    """

    __tablename__: ClassVar[str] = "record"

    id: str = Field(unique=True)
    twin: str | None = None
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    project: str
    kind: str
    at: str
    by: str
    body: str = Field(sa_type=Body)

    __table_args__: ClassVar = (
        Index("record_of_project", "project", "seq"),
        Index("record_twin", "twin", unique=True, **only(text("twin IS NOT NULL"))),
        Index("record_draft", "project", **only(IS_DRAFT)),
    )


class EntryRow(SQLModel, table=True):
    """One journal entry: who did what to which object, over which digest, chained to the one before. Append-only."""

    __tablename__: ClassVar[str] = "journal"

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: str
    actor: str
    login: str | None = None
    on_behalf_of: str | None = None
    action: str
    project: str = Field(index=True)
    object: str
    digest: str | None = None
    note: str | None = None
    previous: str
    hash: str


class ProjectRow(SQLModel, table=True):
    """The list of projects: an index over the records, written with them. Also the row that writers lock.

    A line is as it was right on `day`. `due` is the first day on which time changes something in the project, and
    `hold` the one on which a review goes on hold by itself; null is never.
    """

    __tablename__: ClassVar[str] = "project"

    id: str = Field(primary_key=True)
    title: str
    process: str
    level: str
    program: str | None = Field(default=None, index=True)
    state: str = Field(index=True)
    phase: str | None = None
    gate: str | None = None
    since: str
    day: str
    due: str | None = Field(default=None, index=True)
    hold: str | None = None


class AwaitedRow(SQLModel, table=True):
    """The inbox: what each person is expected to do. An index over the records, written with them."""

    __tablename__: ClassVar[str] = "awaited"

    project: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    what: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    text: str
    due: str | None = None

    __table_args__: ClassVar = (Index("awaited_of_person", "person", "due"),)


class MessageRow(SQLModel, table=True):
    """The outbox: something happened after which flows have work; id and number are those of the record."""

    __tablename__: ClassVar[str] = "outbox"

    id: str
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    project: str
    attempts: int = 0
    delivered: str | None = None
    flow_run: str | None = None
    last_error: str | None = None

    __table_args__: ClassVar = (Index("outbox_waiting", "seq", **only(text("delivered IS NULL"))),)


class AnswerRow(SQLModel, table=True):
    """The answer once given to a request with an idempotency key, to be given again."""

    __tablename__: ClassVar[str] = "answer"

    actor: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    request: str
    answer: str = Field(sa_type=Text)


class TokenRow(SQLModel, table=True):
    """A personal token; only the SHA-256 of its secret is kept. Moments are UTC text."""

    __tablename__: ClassVar[str] = "token"

    id: str = Field(primary_key=True)
    person: str = Field(index=True)
    label: str
    scopes: str
    secret: str
    created: str
    expires: str
    revoked: str | None = None


class PersonalRow(SQLModel, table=True):
    """The name of a person in a project, which records hold a salted commitment to; erased, text and salt are gone."""

    __tablename__: ClassVar[str] = "personal"

    commitment: str = Field(primary_key=True)
    project: str = Field(index=True)
    person: str = Field(index=True)
    salt: str | None = None
    text: str | None = Field(default=None, sa_type=Text)
    erased: str | None = None


class LeaseRow(SQLModel, table=True):
    """Who may dispatch flows until when. The token grows with every change of hands."""

    __tablename__: ClassVar[str] = "lease"

    name: str = Field(primary_key=True)
    owner: str
    token: int
    until: str


APPEND_ONLY = ("record", "journal", "answer")
