"""The base of every value: frozen, checked, and with one canonical form to take a digest of."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Self

import rfc8785
from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A checked value that never changes; unknown fields are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy, with other fields where they are given; cached properties are worked out anew."""
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied


def days(number: int) -> str:
    """A number of days in words: `1 day`, `2 days`."""
    return f"{number} day" if abs(number) == 1 else f"{number} days"


def day_after(day: date) -> date:
    """The day that follows; the last day that there is has none, and is given back."""
    return day + timedelta(days=1) if day < date.max else day


NUMBER, CHARACTER = re.compile(r"[\[:,]-?(?:\d+[.e]|\d{16}|[NI])"), re.compile(r"[\ud800-\U0010ffff]")
"""Where Python's own encoder may differ from RFC 8785: broken and large numbers, characters that sort otherwise."""
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def canonical(value: Value | dict[str, Any]) -> bytes:
    """Return the RFC 8785 (JCS) form: one byte string per meaning. Decimals and dates are strings in it.

    Python's own encoder writes that form many times as fast; what it may write otherwise takes the general way.
    """
    plain = value.model_dump(mode="json") if isinstance(value, Value) else value
    text = _encode(plain)
    unusual = NUMBER.search(text) or (not text.isascii() and CHARACTER.search(text))
    return rfc8785.dumps(plain) if unusual else text.encode()


def digest(value: Value | dict[str, Any] | bytes) -> str:
    """Return the SHA-256 of a value's canonical form, or of the bytes given, as 64 hexadecimal digits."""
    return hashlib.sha256(value if isinstance(value, bytes) else canonical(value)).hexdigest()
