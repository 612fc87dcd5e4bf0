"""The bodies of records as they lie in the table: JSON, which SQLite keeps compressed where it is long.

Digests are of the JSON, and whoever reads gets the JSON. PostgreSQL compresses long texts by itself. A body that lies
there as text, as earlier versions left it, or in a copy that came from a server, is read as it is.
"""

import zlib
from typing import Any

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

WORTH = 512
"""The length from which on a body is compressed; a vote, an outcome and the opening of a phase are shorter."""


def packed(body: str, dialect: Dialect) -> str | bytes:
    """A body as this kind of database keeps it."""
    return body if dialect.name != "sqlite" or len(body) < WORTH else zlib.compress(body.encode())


def unpacked(kept: Any) -> Any:
    """The body that is kept there; empty when nothing can be made of it."""
    try:
        return zlib.decompress(kept).decode() if isinstance(kept, bytes) else kept
    except (zlib.error, UnicodeDecodeError):
        return ""


class Body(TypeDecorator[str]):
    """A column of bodies."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        """What is kept."""
        return value if value is None else packed(value, dialect)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """What is read."""
        return unpacked(value)
