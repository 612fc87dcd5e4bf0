"""The error tree. Each error is built from facts and writes its own sentence, remedy included."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class LifecycleError(Exception):
    """Anything the engine refuses or cannot do, in one sentence for a person."""

    @property
    def code(self) -> str:
        """The error's name for programs, e.g. `not_an_approver`."""
        return code_of(type(self))


def code_of(kind: type[LifecycleError]) -> str:
    """The name of a kind of error for programs."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in kind.__name__).lstrip("_")


class Problem(NamedTuple):
    """One thing that is wrong in a file; line and column count from 1, 0 when the whole file is meant."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        """Write the problem as editors and terminals expect it."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.message}"


class DefinitionError(LifecycleError):
    """A file does not say what it must; carries every problem found, with its place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Take all problems of one reading."""
        self.problems: Sequence[Problem] = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class BadInput(LifecycleError):
    """A value given by the user cannot be right."""


class NotFound(LifecycleError):
    """Something was asked for by a name nobody knows."""

    def __init__(self, what: str, name: str, known: Iterable[str] = ()) -> None:
        """Name the kind of thing, the name asked for, and the names there are."""
        there = ", ".join(sorted(known))
        hint = f" Known: {there}." if there else ""
        super().__init__(f"There is no {what} '{name}'.{hint}")


class Conflict(LifecycleError):
    """Somebody else was first."""


class KeyReused(Conflict):
    """An idempotency key was used for another request before; that one stands."""


class RecordsBusy(Conflict):
    """Others are writing, and it did not come to this one's turn in time."""


class RecordsReplaced(Conflict):
    """The records were restored or upgraded since they were opened; they are opened anew."""


class RuleViolation(LifecycleError):
    """A rule of governance says no. Refusals are journaled."""


class TransitionNotAllowed(RuleViolation):
    """The lifecycle is not at the point where this may be done."""


class SettledBefore(Conflict, TransitionNotAllowed):
    """Somebody has settled this already."""


class NotAnApprover(RuleViolation):
    """The person holds no seat at this gate."""


class OutOfTurn(RuleViolation):
    """Seats vote one after the other here, and it is another one's turn."""


class NotAuthorised(RuleViolation):
    """The person's roles do not carry this decision."""


class SeparationOfDuties(RuleViolation):
    """The person made, submitted or owns what is to be judged."""


class AlreadyVoted(Conflict, RuleViolation):
    """One person counts once."""


class ReviewClosed(Conflict, RuleViolation):
    """The review has its outcome, or was withdrawn."""


class EvidenceChanged(Conflict, RuleViolation):
    """The dossier is no longer the one that the person read."""


class NotIdentified(RuleViolation):
    """Nobody can tell who is asking: no token where one is needed, or one that does not count."""


class BeyondToken(NotIdentified):
    """The token counts, but not for this, or not for this person."""


class LeaseLost(Conflict, RuleViolation):
    """A runner writes although another one has taken over."""

    def __init__(self, owner: str, holder: str) -> None:
        """Name the runner that came too late, and the one that carries the projects on now."""
        super().__init__(
            f"The runner {owner} was silent for too long, and {holder} has taken over. Nothing of it is written; "
            "what it was about is carried on there."
        )


class NotReady(RuleViolation):
    """A gate was submitted with gaps."""


class CannotMigrate(RuleViolation):
    """A project cannot move to another version of its process; carries everything that is in the way."""


class NeverChanges(RuleViolation):
    """A version of a process was published; other content needs another version."""


class ClosureBlocked(RuleViolation):
    """A project cannot be closed yet."""


class StorageError(LifecycleError):
    """The records cannot be read or written as they should be; nothing was written."""


class RecordsDamaged(StorageError):
    """The records are no longer what was written."""

    def __init__(self, place: str, why: str) -> None:
        """Name the place and what was found there."""
        super().__init__(
            f"The records in {place} are damaged: {why}. Nothing was written. "
            "Keep the files as they are, and bring back a backup: phasegate db restore DIR"
        )


class RecordsUnreachable(StorageError):
    """The place of the records cannot be opened, or not be written to."""


class NoSpaceLeft(StorageError):
    """The disk is full, or as good as."""


class RecordsOutdated(StorageError):
    """The records are in the layout of another version of this program."""


class RecordsHeld(StorageError):
    """The records were restored with a loss that nobody has accepted yet; they can only be read."""
