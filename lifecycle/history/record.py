"""What every record of the past has in common."""

from datetime import datetime
from functools import cached_property
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field

from lifecycle.value import Value

SYSTEM = "phasegate"
"""The name under which the engine itself acts."""

Moment = AwareDatetime
Person = Annotated[str, Field(min_length=1, max_length=128)]


class Record(Value):
    """One thing that happened in a project: by whom, when (UTC), and what.

    `key` is the natural key. The id made from it is unique in the whole database, and that is what
    makes every action happen at most once: there is room for one outcome per gate and round. `twin` is a
    second natural key, just as unique, for what may happen only once in two ways.
    """

    kind: ClassVar[str]
    key: ClassVar[str]
    twin: ClassVar[str | None] = None

    project: str
    at: Moment
    by: Person

    @cached_property
    def id(self) -> str:
        """The record's natural key, e.g. `website:G2:1:vote:anna.berg`."""
        return self.key.format_map(vars(self))

    @property
    def twin_id(self) -> str | None:
        """The second natural key, e.g. `website:G2:1:voter:bela.kis`; None for most kinds."""
        return self.twin.format_map(vars(self)) if self.twin else None


class Numbered(Record):
    """A record that a project can have many of: changes, risks, lessons; counted from 1."""

    number: Annotated[int, Field(ge=1)]


def utc(moment: datetime) -> datetime:
    """Return the moment without fractions of a second, as records keep it."""
    return moment.replace(microsecond=0)
