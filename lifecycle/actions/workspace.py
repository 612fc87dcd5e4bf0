"""Where the work is kept: the data folder with its database and files, the library, and the clock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from lifecycle.actions import vouching
from lifecycle.actions.days import doubt, pass_day
from lifecycle.actions.settling import settle
from lifecycle.errors import BadInput, BeyondToken, EvidenceChanged, RuleViolation
from lifecycle.history import SYSTEM
from lifecycle.library import Library
from lifecycle.records import days
from lifecycle.records.checkpoints import Place
from lifecycle.records.database import Database
from lifecycle.records.files import Files
from lifecycle.records.outbox import Lease, require_lease
from lifecycle.records.store import Store
from lifecycle.records.tokens import Scope, Token, require_counting

Clock = Callable[[], datetime]
WORK = frozenset(
    {
        *("open phase", "draft documents", "close project", "raise exceptions", "issue report"),
        *("start project", "start program", "import plan", "report progress", "submit deliverable", "hand over"),
        *("submit gate", "withdraw gate", "raise change", "assess change", "judge success", "release"),
        *("add risk", "close risk", "raise issue", "close issue", "record lesson", "add follow-on action"),
        *("draft process", "review process", "ask for migration", "withdraw migration"),
        *("request step", "finish step"),
    }
)
"""The verbs that are work. Every other one takes a decision or says who may take it, and asks for that scope."""


@dataclass(frozen=True)
class Workspace:
    """Everything an action needs from the outside world.

    With a `lease` it writes only as long as nobody else took that lease over. Flows have one, people never.
    """

    database: Database
    files: Files
    library: Library
    clock: Clock
    checkpoints: Place
    token: Token | None = None
    """What the person at work presented; none where the login is trusted. It limits what may be done."""
    lease: Lease | None = None
    """What a runner holds while it carries projects on: once taken over by another one, it writes nothing more."""
    within: Store | None = None
    """The transaction that is open already, where an action is part of a larger one."""

    @classmethod
    def open(
        cls, data: Path, library: Library, clock: Clock, url: str | None = None, checkpoints: Place | None = None
    ) -> "Workspace":
        """Open a data folder; `url` names another database than the embedded one.

        Checkpoints are kept beside the data folder, unless another place is named; it should be another volume.
        """
        place = checkpoints or Place.at(data.absolute().with_name(f"{data.absolute().name}-checkpoints"))
        return cls(Database(url) if url else Database.at(data), Files(data), library, clock, place)

    def now(self) -> datetime:
        """This moment, in UTC and whole seconds."""
        return self.clock().astimezone(UTC).replace(microsecond=0)

    def today(self) -> date:
        """The date in UTC."""
        return self.now().date()

    def fenced(self, lease: Lease) -> "Workspace":
        """The same workspace for somebody who writes under a lease."""
        return replace(self, lease=lease)

    def inside(self, store: Store) -> "Workspace":
        """The same workspace for an action that is part of the transaction of this store."""
        return replace(self, within=store)

    @contextmanager
    def change(self, verb: str, project: str, by: str) -> Iterator[Store]:
        """One action as one transaction: all of it is written, or only a note that it was refused.

        On a new day the project first meets what time demands, in a transaction of its own that stays. Afterwards
        a checkpoint vouches for it where one is due; that it cannot be written stops no action.
        """
        self.require_scope("work" if verb in WORK else "decide", by)
        if self.within:
            yield self.within
            return
        now = self.now()
        try:
            self._pass_day(project, now)
            with self.writing(by, now) as store:
                yield store
                for changed in tuple(store.written):
                    settle(store, changed)
                due = vouching.called_for(store, self.database, self.checkpoints)
        except RuleViolation as refusal:
            with self.database.writing(by, self.now(), self._presented) as store:
                store.note(f"refused {verb}", project, subject=project, note=refusal.code)
                if isinstance(refusal, EvidenceChanged):
                    settle(store, project)
                due = vouching.called_for(store, self.database, self.checkpoints)
            if due:
                vouching.attempt(self.database, self.checkpoints, self.now())
            raise
        if due:
            vouching.attempt(self.database, self.checkpoints, self.now())

    @contextmanager
    def writing(self, by: str, now: datetime | None = None) -> Iterator[Store]:
        """A transaction that may write.

        LeaseLost when this workspace's lease has gone to somebody else; NotIdentified when its token has ceased to
        count, if only while the writer waited for its turn.
        """
        with self.database.writing(by, now or self.now(), self._presented) as store:
            if self.token:
                require_counting(store.connection, self.token.id, self.now())
            if self.lease:
                require_lease(store.connection, self.lease)
            yield store

    def _pass_day(self, project: str, now: datetime) -> None:
        if self.database.seen.get(project) == now.date():
            return
        with self.database.reading(now) as store:
            due = days.is_due(store.connection, project, now.date())
            doubtful = due and doubt(store)
        if not due:
            self.database.seen[project] = now.date()
        elif not doubtful:
            with self.writing(SYSTEM, now) as store:
                pass_day(store, project)

    @contextmanager
    def look(self) -> Iterator[Store]:
        """A consistent look at the records."""
        self.require_scope("read")
        if self.within:
            yield self.within
            return
        with self.database.reading(self.now()) as store:
            yield store

    def require_scope(self, scope: Scope, by: str | None = None) -> None:
        """BeyondToken unless the token that was presented, if any, goes that far, and is this person's."""
        if self.token is None:
            return
        if by not in (None, self.token.person):
            raise BeyondToken(f"This token is {self.token.person}'s; nobody else can act with it, nor {by}.")
        if scope not in self.token.scopes:
            raise BeyondToken(
                f"The token '{self.token.label}' is for {', '.join(self.token.scopes)} only, and this takes {scope}. "
                f"Ask for another one: phasegate token create {self.token.person} --scope {scope}"
            )

    @property
    def _presented(self) -> str | None:
        """How the journal names the token, never its secret."""
        return f"token:{self.token.id}" if self.token else None


def system_clock() -> datetime:
    """The time of this machine."""
    return datetime.now(UTC)


def clock_of(file: Path) -> Clock:
    """A clock that reads its time from a file (ISO date and time), for rehearsals on simulated weeks."""

    def read() -> datetime:
        try:
            moment = datetime.fromisoformat(file.read_text().strip())
        except (OSError, ValueError) as error:
            raise BadInput(f"The clock file {file} does not hold an ISO date and time. Write one into it.") from error
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    return read
