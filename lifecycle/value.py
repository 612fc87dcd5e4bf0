"""The base of every value: frozen, checked, and with one canonical form to take a digest of."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self
from unicodedata import normalize

import rfc8785
from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema


class Value(BaseModel):
    """A checked value that never changes; unknown fields are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy, with other fields where they are given; cached properties are worked out anew."""
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied


@dataclass(frozen=True)
class Written:
    """Marks a text that somebody writes: so long at most, and in one form of Unicode (NFC).

    Both are asked of a value that is made. One read from JSON was asked when it was made, and is taken as it was kept:
    in place of an erased name it holds other words, which may be longer.
    """

    longest: int

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """Two ways to the text, so that reading costs no call of Python."""
        written = core_schema.str_schema(min_length=1, max_length=self.longest)
        return core_schema.json_or_python_schema(
            json_schema=core_schema.str_schema(min_length=1),
            python_schema=core_schema.no_info_after_validator_function(one_form, written),
        )

    def __get_pydantic_json_schema__(self, ways: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Who writes is told of the limit."""
        return handler(ways) | {"maxLength": self.longest}


def one_form(text: str) -> str:
    """A text in Unicode's form NFC: what looks alike is alike."""
    return text if text.isascii() else normalize("NFC", text)


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
