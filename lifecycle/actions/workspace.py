"""Where the work is kept: the data folder with its database and files, the library, and the clock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from lifecycle.actions import vouching
from lifecycle.actions.settling import settle
from lifecycle.errors import BadInput, EvidenceChanged, RuleViolation
from lifecycle.library import Library
from lifecycle.records.checkpoints import Place
from lifecycle.records.database import Database
from lifecycle.records.files import Files
from lifecycle.records.store import Store

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Workspace:
    """Everything an action needs from the outside world."""

    database: Database
    files: Files
    library: Library
    clock: Clock
    checkpoints: Place

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

    @contextmanager
    def change(self, verb: str, project: str, by: str) -> Iterator[Store]:
        """One action as one transaction: all of it is written, or only a note that it was refused.

        Afterwards a checkpoint vouches for it where one is due; that it cannot be written stops no action.
        """
        try:
            with self.database.writing(by, self.now()) as store:
                yield store
                for changed in tuple(store.written):
                    settle(store, changed)
                due = vouching.due(store, self.checkpoints)
        except RuleViolation as refusal:
            with self.database.writing(by, self.now()) as store:
                store.note(f"refused {verb}", project, subject=project, note=refusal.code)
                if isinstance(refusal, EvidenceChanged):
                    settle(store, project)
                due = vouching.due(store, self.checkpoints)
            if due:
                vouching.attempt(self.database, self.checkpoints, self.now())
            raise
        if due:
            vouching.attempt(self.database, self.checkpoints, self.now())

    @contextmanager
    def look(self) -> Iterator[Store]:
        """A consistent look at the records."""
        with self.database.reading(self.now()) as store:
            yield store


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
