"""What makes no sense in a process, and where: the common language of all who look for it."""

from typing import NamedTuple

Loc = tuple[str | int, ...]


class Unsound(NamedTuple):
    """One thing that makes no sense, and where (Pydantic's `loc`; a last part `[key]` means the key itself).

    `line` and `column` count from 1 inside the text at that place; 0 when the value as a whole is meant.
    """

    loc: Loc
    message: str
    line: int = 0
    column: int = 0
