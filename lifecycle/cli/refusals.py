"""What errors mean for the person at the keyboard: a sentence, and the exit code of the command."""

from lifecycle.errors import (
    BadInput,
    Conflict,
    DefinitionError,
    LifecycleError,
    NotFound,
    RuleViolation,
    StorageError,
)

EXIT_CODES: tuple[tuple[type[LifecycleError], int], ...] = (
    (Conflict, 5),
    (RuleViolation, 1),
    (NotFound, 4),
    (DefinitionError, 2),
    (BadInput, 2),
    (StorageError, 6),
)
"""The first kind that fits says the code; what fits none is 1."""

CHECK_FAILED = 3
MISUSED = 2
INTERRUPTED = 130


def exit_code(error: LifecycleError) -> int:
    """The exit code of a command that ended with this error."""
    return next((code for kind, code in EXIT_CODES if isinstance(error, kind)), 1)
