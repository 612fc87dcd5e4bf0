"""What errors mean for the person at the keyboard: a sentence, and the exit code of the command."""

from collections.abc import Iterable, Iterator

from lifecycle.errors import (
    BadInput,
    Conflict,
    DefinitionError,
    LifecycleError,
    NotFound,
    RuleViolation,
    StorageError,
    code_of,
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


def exit_code_of(names: Iterable[str]) -> int:
    """The exit code of a command in which errors of these names happened: theirs where all have the same, else 1."""
    codes = {next((code for kind, code in EXIT_CODES if name in _names(kind)), 1) for name in names}
    return codes.pop() if len(codes) == 1 else int(bool(codes))


def _names(kind: type[LifecycleError]) -> Iterator[str]:
    yield code_of(kind)
    for narrower in kind.__subclasses__():
        yield from _names(narrower)
