"""What errors mean for the person at the keyboard: a sentence, and the exit code of the command."""

import errno

from lifecycle.errors import (
    BadInput,
    Conflict,
    DefinitionError,
    LifecycleError,
    NoSpaceLeft,
    NotFound,
    RecordsUnreachable,
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

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
BROKEN = (errno.EROFS, errno.EIO)
"""What the operating system says when it is the disk, and not a name, that is wrong."""

CHECK_FAILED = 3
MISUSED = 2
INTERRUPTED = 130


def exit_code(error: LifecycleError) -> int:
    """The exit code of a command that ended with this error."""
    return next((code for kind, code in EXIT_CODES if isinstance(error, kind)), 1)


def explained(error: Exception) -> LifecycleError:
    """An error from outside the engine as one of its own, with what to do about it."""
    if isinstance(error, LifecycleError):
        return error
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        if error.errno in FULL:
            return NoSpaceLeft(f"{place}{error.strerror}. Nothing was written. Make room, then try again.")
        if error.errno in BROKEN:
            return RecordsUnreachable(f"{place}{error.strerror}. Nothing was written. Look after the disk.")
        return BadInput(f"{place}{error.strerror or error}. Check the name, and that you may read and write there.")
    if isinstance(error, UnicodeDecodeError):
        return BadInput(f"The file is not text in UTF-8 ({error.reason} at byte {error.start}). Save it as UTF-8.")
    library = type(error).__module__.partition(".")[0]
    if library == "pydantic_core":
        from lifecycle.cli.given import sentences

        return BadInput(sentences(error))  # type: ignore[arg-type]
    if library == "sqlalchemy":
        reason = getattr(error, "orig", None) or error
        return BadInput(f"The records cannot be opened or written: {reason}. Ask phasegate doctor what is wrong.")
    return LifecycleError(
        f"This is a fault of Phasegate, not yours: {type(error).__name__}: {error}. Set PHASEGATE_DEBUG=1 to see where."
    )
