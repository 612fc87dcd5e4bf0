"""The database: how it is opened, and the one kind of transaction that may write.

SQLite runs in WAL mode with full synchronisation and `BEGIN IMMEDIATE`; without the latter, two readers
that then write lose decisions silently. On PostgreSQL writers lock the project's row instead.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, inspect, make_url, text

from lifecycle.errors import RecordsDamaged, RecordsOutdated, RecordsReplaced, RecordsUnreachable
from lifecycle.records import place, schema, turns
from lifecycle.records.damage import place_of, told
from lifecycle.records.known import Known
from lifecycle.records.standing import Standing, standing
from lifecycle.records.store import Store

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF", "cell_size_check=ON")
ORDINARY = "READ COMMITTED"
"""How transactions are isolated on PostgreSQL. It is enough where writers lock the project's row first."""
Way = Mapping[str, Mapping[str, str]]
"""How a transaction begins, as options of the connection, on each kind of database."""
WRITING: Way = {"sqlite": {"begin": "BEGIN IMMEDIATE"}, "postgresql": {"isolation_level": ORDINARY}}
"""A transaction that may write."""
READING: Way = {"sqlite": {"begin": "BEGIN"}, "postgresql": {"isolation_level": "REPEATABLE READ"}}
"""A look: all its queries see the same moment."""
PERHAPS_KEPT = (
    "They cannot be reached any more, and went away while they were being written, so nobody knows whether this was "
    "kept. Try again, with the same idempotency key if you gave one: nothing is written twice."
)
EMBEDDED = "phasegate.db"
"""The file of the embedded database in its data folder."""
PATIENCE = 30
"""Seconds that a writer waits for its turn."""
KNOWN: dict[tuple[str, str, int], Known] = {}
"""Histories already read, by place, installation and epoch; the records vouch for them at every look."""


class Database:
    """The records of one installation, at an SQLAlchemy URL."""

    def __init__(self, url: str) -> None:
        """Remember where; nothing is opened before the first transaction. `login` is who works here."""
        self.url = url
        self.seen: dict[str, date] = {}
        """The day that each project was found to have seen, so that it need not be asked again on that day."""
        self.vouched = 0
        """How many journal entries a checkpoint was found to vouch for, so that it need not be looked for again."""
        self.login: str | None = None
        self._idle: list[tuple[Way, Connection]] = []
        """Connections between two transactions, each with the way in which its last one began.

        SQLAlchemy has no pool beside it: those kept here would hold its places, and others wait for them in vain.
        """

    @classmethod
    def at(cls, folder: Path) -> "Database":
        """The embedded database of a data folder."""
        folder.mkdir(parents=True, exist_ok=True)
        return cls(f"sqlite:///{folder / EMBEDDED}")

    @cached_property
    def file(self) -> Path | None:
        """The file of an embedded database; None when it lies in memory or on a server."""
        parts = make_url(self.url)
        return Path(parts.database) if self.url.startswith("sqlite") and parts.database else None

    @cached_property
    def folder(self) -> Path | None:
        """The folder of an embedded database's file."""
        return self.file.parent if self.file else None

    @cached_property
    def bare(self) -> Engine:
        """The engine on whatever is there, in whatever layout."""
        if self.folder is not None:
            place.require_local(self.folder)
        return _opened(self.url, self.folder)

    @cached_property
    def engine(self) -> Engine:
        """The engine, with tables and triggers in today's layout in place; StorageError when they cannot be."""
        if self.file is not None and not (self.file.exists() and self.file.stat().st_size):
            self._refuse_to_begin_anew()
        with told(self.url), self.bare.connect() as connection:
            empty = not inspect(connection).has_table("instance")
            revision = schema.revision_of(connection)
        if empty:
            self._refuse_to_begin_anew()
            with told(self.url):
                _create(self.bare)
        elif revision != schema.REVISION:
            raise RecordsOutdated(_out_of_date(place_of(self.url), revision))
        return self.bare

    @cached_property
    def standing(self) -> Standing:
        """What the installation was when it was opened."""
        with told(self.url), self.engine.connect() as connection:
            return standing(connection)

    @property
    def instance(self) -> str:
        """The id of this installation, the seed of its journal."""
        return self.standing.id

    @property
    def epoch(self) -> int:
        """How often this installation was restored, from 1."""
        return self.standing.epoch

    @property
    def known(self) -> Known:
        """The histories read so far, shared by everybody in this process who opens the same installation."""
        return KNOWN.setdefault((self.url, self.instance, self.epoch), Known())

    @contextmanager
    def writing(self, actor: str, now: datetime, token: str | None = None) -> Iterator[Store]:
        """One transaction that may write, as one person at one moment; all of it is kept or nothing.

        `token` names what the person presented, for the journal where no login stands behind it.

        StorageError when the disk is nearly full, when the records are damaged or out of reach, or when they may
        only be read; RecordsReplaced, once, when they are not those any more that were opened.
        """
        self._get_ready()
        self.require_room()
        try:
            with self.begin(WRITING) as connection:
                who = {"actor": actor, "login": self.login or token}
                store = Store(connection, self.instance, known=self.known, now=now, opened=self.standing, **who)
                yield store
                store.flush()
                store.require_as_opened()
        except RecordsReplaced:
            self.close()
            raise
        store.remember()

    @contextmanager
    def reading(self, now: datetime) -> Iterator[Store]:
        """One consistent look that writes nothing, not even an empty database where there is none."""
        source = self if self.exists() else Database("sqlite://")
        source._get_ready()
        with source.begin(READING) as connection:
            yield Store(connection, source.instance, known=source.known, now=now)

    def require_room(self) -> None:
        """NoSpaceLeft unless there is room for what is going to be written; a server looks after its own disk."""
        if self.folder is not None:
            place.require_room(self.folder)

    def scrub(self) -> bool:
        """Leave nothing of what was deleted in the files; False while somebody else still reads an older state."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if self.engine.dialect.name == "postgresql":
                connection.execute(text("VACUUM FULL personal, awaited, outbox"))
                return True
            connection.connection.execute("VACUUM")
            busy, *_ = connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    @contextmanager
    def begin(self, way: Way, *, bare: bool = False) -> Iterator[Connection]:
        """A transaction that begins in this way; a bare one does not ask which layout there is."""
        engine, committing = self.bare if bare else self.engine, False
        try:
            with told(self.url):
                connection = self._connected(engine, way)
                try:
                    with connection.begin():
                        self._require_in_place()
                        yield connection
                        committing = True
                except BaseException:
                    connection.close()
                    raise
                self._keep(way, connection)
        except RecordsUnreachable as error:
            self._let_go()  # the others are of a server that went away, too
            if committing:
                raise RecordsUnreachable(f"The records in {place_of(self.url)}: {PERHAPS_KEPT}") from error
            raise

    def _connected(self, engine: Engine, way: Way) -> Connection:
        """A connection for a transaction that begins in this way: one that is idle, else a new one."""
        try:
            before, connection = self._idle.pop()
        except IndexError:
            before, connection = None, engine.connect()
        return connection if before is way else connection.execution_options(**way[engine.dialect.name])

    def _keep(self, way: Way, connection: Connection) -> None:
        """Keep a connection for the next transaction, unless everything was let go of meanwhile."""
        if connection.engine is vars(self).get("bare"):
            self._idle.append((way, connection))
        else:
            connection.close()

    @cached_property
    def _place(self) -> tuple[int, int] | None:
        """Which file was opened, as the system numbers it."""
        return place.number_of(self.file) if self.file else None

    def _require_in_place(self) -> None:
        """RecordsUnreachable when another file lies in the place of the one that was opened, or none.

        Whoever has a file open goes on reading and writing it after it was moved or deleted. Asked when a transaction
        has begun: a writer may have waited for its turn.
        """
        if self.file is not None and self._place != place.number_of(self.file):
            self.close()
            raise RecordsUnreachable(
                f"The file {self.file} was moved, deleted or replaced since it was opened. "
                "Nothing was written or decided. Look at what there is now, and try again."
            )

    def _get_ready(self) -> None:
        """Know the installation before a transaction begins: asking takes a connection of its own."""
        _ = self.known

    def is_of(self, folder: Path) -> bool:
        """Whether this is the embedded database of a data folder, whose files then lie beside it."""
        return self.file == folder / EMBEDDED

    def exists(self) -> bool:
        """Whether there is a database, as far as can be told without opening it."""
        if self.file is None:
            return not self.url.startswith("sqlite") or make_url(self.url).database is None
        if not self.file.exists():
            self._refuse_to_begin_anew()
            return False
        return True

    def close(self) -> None:
        """Let go of all connections, and of what was found since it was opened; the next transaction opens it anew."""
        self._let_go()
        if "bare" in vars(self):
            self.bare.dispose()
        for found in ("bare", "engine", "standing", "_place"):
            vars(self).pop(found, None)
        self.seen.clear()
        self.vouched = 0

    def _let_go(self) -> None:
        """Close what is between two transactions."""
        with suppress(IndexError):
            while True:
                self._idle.pop()[1].close()

    def _refuse_to_begin_anew(self) -> None:
        """Where evidence lies, there were records; an empty database beside it is no new beginning."""
        if self.folder is not None and (self.folder / "evidence").exists():
            raise RecordsDamaged(str(self.file), "there is evidence beside them, but they are gone or empty")


def _opened(url: str, folder: Path | None) -> Engine:
    if not url.startswith("sqlite"):
        try:
            return create_engine(url, isolation_level=ORDINARY, poolclass=NullPool)
        except ImportError as error:
            raise RecordsUnreachable(
                f"The driver for {place_of(url)} is not installed: {error}. Run pip install 'phasegate[postgres]'."
            ) from error
    pool = {"poolclass": NullPool} if folder else {}  # what lies in memory lives as long as its connection
    engine = create_engine(url, connect_args={"timeout": PATIENCE}, paramstyle="named", **pool)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", partial(_begin_sqlite, folder))
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(folder: Path | None, connection: Connection) -> None:
    begin = connection.get_execution_options().get("begin", READING["sqlite"]["begin"])
    if begin == "BEGIN IMMEDIATE":
        turns.take(connection.connection.driver_connection, begin, folder, PATIENCE)  # type: ignore[arg-type]
    else:
        connection.exec_driver_sql(begin)


def _create(engine: Engine) -> None:
    """Make tables, triggers and the installation's id in one transaction; a second process finds them made."""
    with engine.connect().execution_options(begin="BEGIN IMMEDIATE") as connection, connection.begin():
        schema.be_alone(connection)
        if inspect(connection).has_table("instance"):
            return
        schema.create(connection)
        schema.found(connection)


def _out_of_date(where: str, revision: str | None) -> str:
    from lifecycle.records import migrations

    if migrations.after(revision) is None:
        return (
            f"The records in {where} were written by a newer version of Phasegate (layout {revision}; this one knows "
            f"{schema.REVISION}). Nothing was changed. Install that version: pip install --upgrade phasegate"
        )
    if revision is None:
        return f"The records in {where} were made before the first release, and cannot be upgraded. Begin anew there."
    return (
        f"The records in {where} are in the layout {revision} of an older version; this one needs {schema.REVISION}. "
        "Bring them up to date, a backup is made first: phasegate db upgrade"
    )
