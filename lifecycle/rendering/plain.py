"""Plain data for templates: only dicts, lists, texts, numbers and dates, so that nothing in them can act."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lifecycle.reports import words

SPECIAL = re.compile(r"([\\`*_\[\]<>|~#])")
LONG = re.compile(r"\S{33,}")
DIGEST = re.compile(r"[0-9a-f]{64}")
SEAM = "\u200b"
"""A place where a line may break without showing it."""


class MarkdownText(str):
    """A text that shows as itself in Markdown: Jinja2 asks for `__html__` when it prints a value."""

    __slots__ = ()

    def __html__(self) -> str:
        """The text with all that Markdown and HTML would read as markup made literal, on one line."""
        return SPECIAL.sub(r"\\\1", " ".join(self.split())).replace("&", "&amp;")


def plain(value: Any, text: Callable[[str], Any] = str) -> Any:
    """Copy a value into plain data, each text passed through `text`; TypeError for anything that could act."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item, text) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, text) for item in value]
    if value is None or isinstance(value, bool | int | float | Decimal | date):
        return value
    raise TypeError(f"a template gets plain data, not {type(value).__name__}")


def without_tags(text: str) -> str:
    """Make HTML tags in a Markdown text literal."""
    return text.replace("<", r"\<")


def spoken(value: Any) -> Any:
    """Copy plain data into JSON with dates in words and long runs of letters made breakable, as PDF needs it."""
    if isinstance(value, dict):
        return {key: spoken(item) for key, item in value.items()}
    if isinstance(value, list):
        return [spoken(item) for item in value]
    if isinstance(value, datetime):
        return words.moment(value)
    if isinstance(value, date):
        return words.day(value)
    return breakable(value) if isinstance(value, str) else str(value) if isinstance(value, Decimal) else value


def breakable(text: str) -> str:
    """Put seams into runs too long for a table cell; digests stay whole."""
    return LONG.sub(lambda run: _seamed(run[0]), text)


def _seamed(run: str) -> str:
    return run if DIGEST.fullmatch(run) else SEAM.join(re.findall(r".{1,16}", run))
