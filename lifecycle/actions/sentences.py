"""What goes wrong outside the rules, in sentences for whoever asked: files, disks, wrong values, our own faults."""

import errno
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from lifecycle.errors import BadInput, LifecycleError, NoSpaceLeft, RecordsUnreachable

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
BROKEN = (errno.EROFS, errno.EIO)
"""What the operating system says when it is the disk, and not a name, that is wrong."""


class Wrong(Protocol):
    """What a validation found: pydantic's error, or another one that lists the same."""

    def errors(self) -> Sequence[Mapping[str, Any]]:
        """Everything that is wrong, each with its place, message and input."""


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
        return BadInput(sentences(error))  # type: ignore[arg-type]
    if library == "sqlalchemy":
        reason = getattr(error, "orig", None) or error
        return BadInput(f"The records cannot be opened or written: {reason}. Ask phasegate doctor what is wrong.")
    return LifecycleError(
        f"This is a fault of Phasegate, not yours: {type(error).__name__}: {error}. Set PHASEGATE_DEBUG=1 to see where."
    )


def sentences(error: Wrong) -> str:
    """What is wrong with the fields of a value, one sentence for each."""
    return "\n".join(map(_sentence, error.errors()))


def _sentence(item: Mapping[str, Any]) -> str:
    from lifecycle.library.sentences import sentence  # reads YAML, which most commands do without

    if item["type"] == "json_invalid":
        return f"The body is not JSON: {item['ctx']['error']} at character {item['loc'][-1]}."
    name = ".".join(str(part) for part in item["loc"])
    if item["type"] == "value_error":
        return f"{name or 'The input'}: {item['msg'].removeprefix('Value error, ')}."
    return f"{sentence(item, name or 'The input')}."
