"""Values as words for a terminal: clean text, dates, money, people, tables."""

import io
import re
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""Control characters but tab and newline, and those that turn the direction of writing."""

PLAIN = str.maketrans({"●": "[x]", "◐": "[>]", "○": "[ ]", "⊘": "[-]", "◆": "*", "◇": "o", "─": "-"})
"""The marks of the phase strip for terminals that know plain letters only."""

LONGEST_ID = 40
"""Columns of single words up to this length are not broken."""

SHORT, ROOM = 16, 12
"""Columns of texts up to this length are not broken; longer ones are left this room at least."""

WIDE = 200
"""The width of a table where no terminal limits it."""


def printable(text: str) -> str:
    """The text without what could steer a terminal, in letters that standard output knows."""
    encoding = sys.stdout.encoding or "utf-8"
    simple = text if encoding.lower().startswith("utf") else text.translate(PLAIN)
    return UNPRINTABLE.sub("", simple).encode(encoding, "backslashreplace").decode(encoding)


def line(text: object) -> str:
    """A text that somebody typed, on one line."""
    return UNPRINTABLE.sub("", " ".join(str(text).split()))


def day(moment: date | datetime | None) -> str:
    """A date as YYYY-MM-DD, a dash where there is none."""
    if moment is None:
        return "-"
    return (moment.date() if isinstance(moment, datetime) else moment).isoformat()


def money(amount: Decimal | None, currency: str = "") -> str:
    """An amount with thousands apart, e.g. `12,500.00 EUR`."""
    return "-" if amount is None else f"{amount:,.2f} {currency}".rstrip()


def state(word: str) -> str:
    """The state of a project as people say it; the others say it themselves."""
    return "about to open its next phase" if word == "open phase" else word


def number(value: Decimal | float | None, digits: int = 2) -> str:
    """A figure with a fixed number of digits, a dash where it is not known."""
    return "-" if value is None else f"{value:.{digits}f}"


def days(count: int) -> str:
    """A number of days in words."""
    return f"{count} day" if abs(count) == 1 else f"{count} days"


def lateness(count: int | None) -> str:
    """How late a forecast is: `3 days late`, `7 days early`, `on time`, a dash where nobody knows."""
    if not count:
        return "-" if count is None else "on time"
    return f"{days(abs(count))} {'late' if count > 0 else 'early'}"


def counted(count: int, noun: str) -> str:
    """A number of things: `1 risk`, `3 risks`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def joined(names: Iterable[str]) -> str:
    """Names as people list them: `anna.berg, tom.reed and eva.lind`."""
    *first, last = [line(name) for name in names] or ["nobody"]
    return f"{', '.join(first)} and {last}" if first else last


def table(heads: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """Rows under their heads; long texts wrap where a terminal is narrow."""
    from rich.console import Console
    from rich.table import Table

    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="")
    written = [[_cell(cell) for cell in row] for row in rows]
    whole = _whole([(head, *(row[n] for row in written)) for n, head in enumerate(heads)])
    for head, unbroken in zip(heads, whole, strict=True):
        grid.add_column(head.upper(), overflow="fold", no_wrap=unbroken)
    for row in written:
        grid.add_row(*row)
    page = io.StringIO()
    console = Console(file=page, width=_width(), color_system=None, markup=False, highlight=False, emoji=False)
    console.print(grid)
    return "\n".join(row.rstrip() for row in page.getvalue().splitlines())


def _whole(columns: Sequence[Sequence[str]]) -> list[bool]:
    """Which columns are not broken: those of short or single words, as long as they leave room for the others."""
    widths = [max(map(len, cells)) for cells in columns]
    single = [not any(" " in cell for cell in cells) for cells in columns]
    whole = [width <= (LONGEST_ID if one else SHORT) for width, one in zip(widths, single, strict=True)]
    needed = sum(width + 2 if kept else ROOM for width, kept in zip(widths, whole, strict=True))
    return whole if needed <= _width() else [False] * len(columns)


def _cell(value: object) -> str:
    if isinstance(value, Decimal):
        return money(value)
    return "-" if value in (None, "") else line(value)


def register(rows: Sequence[Mapping[str, object]], none: str) -> str:
    """The entries of a register as a table, headed by their names; `none` where there are no entries."""
    return table([*rows[0]], (row.values() for row in rows)) if rows else none


def fields(pairs: Mapping[str, object]) -> str:
    """Names and values under each other; what has no value is left out."""
    there = {name: line(value) for name, value in pairs.items() if value not in (None, "")}
    width = max(map(len, there), default=0)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in there.items())


def paragraphs(*parts: str) -> str:
    """Parts of an answer with an empty line between them; empty parts are left out."""
    return "\n\n".join(part for part in parts if part)


def bullets(texts: Iterable[object]) -> str:
    """Each text on its own line behind a dash."""
    return "\n".join(f"- {line(text)}" for text in texts)


def following(commands: Sequence[str]) -> str:
    """What to do next, as commands to type; nothing where there is none."""
    return "Next: " + "\n      ".join(f"phasegate {command}" for command in commands) if commands else ""


def _width() -> int:
    return shutil.get_terminal_size((WIDE, 24)).columns if sys.stdout.isatty() else WIDE
