"""A YAML file as plain values, with the place of each; hardened, because anybody may hand one in.

Only what YAML 1.2 and JSON have in common is read: no anchors, aliases, merge keys or tags, no key twice,
32 levels, 10,000 values, 10,000 characters a line. Dates stay text here; whoever wants a date checks it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lifecycle.errors import DefinitionError
from lifecycle.library.text import UNREADABLE, place, read_text, refusal
from lifecycle.process.soundness import Loc, Unsound

BYTES = 256 * 1024
DEPTH = 32
VALUES = 10_000
LINE = 10_000

_WORDS: dict[str, bool | None] = {"": None, "~": None}
_WORDS |= {word: value for text, value in (("null", None), ("true", True), ("false", False))
           for word in (text, text.title(), text.upper())}  # fmt: skip
_TOO_DEEP = f"nested more than {DEPTH} levels deep; a definition needs fewer"
_MONSTERS = (
    (re.compile(rf"[^\n]{{{LINE + 1}}}"), f"this line is longer than {LINE} characters; break it"),
    (re.compile(rf"(?:[\[{{]\s*){{{DEPTH}}}[\[{{]"), _TOO_DEEP),
)
_NO_CHARACTER = re.compile(r"\\U(?!000|0010)[0-9A-Fa-f]{8}|%[89A-Fa-f]")
_INT = re.compile(r"[-+]?\d{1,18}")
_FLOAT = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE][-+]?\d{1,3})?")
_COMPLAINTS = (
    ("mapping values are not allowed", "a ':' is not expected here; check the indentation, or put the text in quotes"),
    (r"character '\t'", "a tab stands where YAML wants spaces; indent with spaces"),
    ("cannot start any token", "a text cannot begin with this character; put it in quotes"),
    ("unexpected end of stream", "the quote that opens here is never closed"),
    ("unknown escape", "there is no such escape; write \\\\ for a backslash, or use single quotes"),
    ("could not find expected ':'", "a ':' is missing after this name"),
    ("expected <block end>", "this does not fit the lines above; check the indentation"),
    ("expected ',' or", "a ',' or a closing bracket is missing before this"),
    ("expected the node content", "a value is missing before this"),
    ("expected '<document start>'", "this stands outside of everything; check the indentation"),
)


@dataclass
class Document:
    """What a YAML file says, and where it says it."""

    path: Path
    text: str
    value: Any = None
    spans: dict[Loc, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Loc, int] = field(default_factory=dict)
    found: list[tuple[int, str]] = field(default_factory=list)

    def nearest(self, loc: Loc) -> Loc:
        """The longest way into the document along a loc; steps that the document does not have are left out."""
        way: Loc = ()
        for part in loc:
            way = (*way, part) if (*way, part) in self.spans else way
        return way

    def at(self, loc: Loc) -> Any:
        """The value at a place that exists."""
        value = self.value
        for part in loc:
            value = value[part]
        return value

    def place(self, unsound: Unsound) -> tuple[int, int]:
        """Line and column in the file of something unsound: of a key, of a value, or inside a text."""
        way = self.nearest(unsound.loc)
        if unsound.loc[-1:] == ("[key]",) and way in self.keys:
            return place(self.text, self.keys[way])
        start, end = self.spans[way]
        return place(self.text, self._inside(start, end, unsound, str(self.at(way))) if unsound.line else start)

    def _inside(self, start: int, end: int, unsound: Unsound, value: str) -> int:
        """The offset in the file of a place inside a text, whatever its quotes, folding and indentation.

        Both say the same signs in the same order once gaps are left out; what only the file has (escapes,
        the block's header) is passed over.
        """
        lines = value.strip().split("\n")
        offset = sum(len(line) + 1 for line in lines[: unsound.line - 1]) + unsound.column - 1
        before = re.sub(r"\s", "", value.strip()[:offset])
        at_end = offset >= len(value.strip())
        opening = self.text[start : start + 1]
        here = self.text.find("\n", start) if opening in ("|", ">") else start + (opening in ("'", '"'))
        for sign in before:
            here = max(here, self.text.find(sign, here, end) + 1)
        return here if at_end else here + len(self.text[here:end]) - len(self.text[here:end].lstrip())

    def error(self, unsound: Iterable[Unsound]) -> DefinitionError:
        """Everything that is wrong with the file, in its order."""
        found = [(*place(self.text, offset), message) for offset, message in self.found]
        return refusal(self.path, [*found, *((*self.place(item), item.message) for item in unsound)])


def read_document(path: Path) -> Document:
    """Read a YAML file; DefinitionError when it is not readable at all. Keys given twice are in `found`."""
    return document_of(path, text_of(path))


def text_of(path: Path) -> str:
    """The text of a YAML file, not looked into yet."""
    return read_text(path, BYTES)


def document_of(path: Path, text: str) -> Document:
    """Read a YAML file whose text is at hand."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    document = Document(path, text)
    _refuse_monsters(document)
    try:
        refused = _Reading(document, YAML(typ="safe", pure=True).parse(document.text)).read()
    except YAMLError as error:
        raise refusal(path, [_complaint(document.text, error)]) from None
    except (ValueError, OverflowError):  # \UFFFFFFFF is no character
        escape = _NO_CHARACTER.search(document.text)
        where = place(document.text, escape.start() if escape else 0)
        raise refusal(path, [(*where, "this escape is no character; correct it, or use single quotes")]) from None
    if refused:
        raise document.error([])
    return document


def _refuse_monsters(document: Document) -> None:
    """What would keep the parser busy for seconds."""
    for form, message in _MONSTERS:
        if found := form.search(document.text):
            raise refusal(document.path, [(*place(document.text, found.end() - 1), message)])


class _Reading:
    """One pass over the events of a YAML file."""

    def __init__(self, document: Document, events: Iterator[Any]) -> None:
        self.document = document
        self.events = events
        self.values = 0
        self.refused = False

    def read(self) -> bool:
        """Fill the document; True when it has something in it that is not read."""
        next(self.events)
        if self._next() == "StreamEnd":
            self._stop(0, "the file is empty")
        self._next()
        self.document.value = self._value(())
        self._next()
        if self._next() != "StreamEnd":
            self._stop(self.event.start_mark.index, "a second document begins here; write one in each file")
        return self.refused

    def _next(self) -> str:
        self.event = next(self.events)
        return type(self.event).__name__.removesuffix("Event")

    def _value(self, loc: Loc) -> Any:
        """The value that the current event begins."""
        event, start = self.event, self._start()
        self.values += 1
        if self.values > VALUES:
            self._stop(start, f"the file has more than {VALUES} values; split it")
        if len(loc) >= DEPTH:
            self._stop(start, _TOO_DEEP)
        self._refuse_tricks()
        self.document.spans[loc] = (start, event.end_mark.index)
        kind = type(event).__name__
        if kind == "MappingStartEvent":
            return self._mapping(loc)
        if kind == "SequenceStartEvent":
            return self._sequence(loc)
        return _scalar(event.value, event.implicit[0]) if kind == "ScalarEvent" else None

    def _start(self) -> int:
        """Where the current value begins; what is left empty ends the line before, not begins the next."""
        mark = int(self.event.start_mark.index)
        if getattr(self.event, "value", None) != "" or self.event.style:
            return mark
        before = self.document.text[max(0, mark - LINE) : mark]
        return mark - len(before) + len(before.rstrip())

    def _mapping(self, loc: Loc) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while self._next() != "MappingEnd":
            offset = self.event.start_mark.index
            key = self._key(loc)
            first = self.document.keys.setdefault((*loc, key), offset)
            self._next()
            if first == offset:
                mapping[key] = self._value((*loc, key))
            else:
                line, _ = place(self.document.text, first)
                self.document.found.append((offset, f"'{key}' stands here twice (first on line {line}); keep one"))
                self._value((*loc, f"{key} again"))
        return mapping

    def _key(self, loc: Loc) -> str:
        """The key that the current event is, always as text: `1:` is the name 1."""
        if type(self.event).__name__ != "ScalarEvent":
            self._refuse("a name must be a single word or text, not a list or mapping")
            return str(self._value((*loc, "?")))
        if self.event.value == "<<" and self.event.implicit[0]:
            self._refuse("merge keys (<<) are not read; write the values out")
        self._refuse_tricks()
        return str(self.event.value)

    def _sequence(self, loc: Loc) -> list[Any]:
        items: list[Any] = []
        while self._next() != "SequenceEnd":
            items.append(self._value((*loc, len(items))))
        return items

    def _refuse_tricks(self) -> None:
        """Anchors and aliases can make a small file huge, tags anything; escapes can play tricks on terminals."""
        event = self.event
        if type(event).__name__ == "AliasEvent":
            self._refuse("aliases (*) are not read; write the value out")
        elif getattr(event, "anchor", None):
            self._refuse("anchors (&) are not read; leave it out")
        elif getattr(event, "tag", None):
            self._refuse("tags (!) are not read; leave it out")
        elif found := UNREADABLE.search(getattr(event, "value", "")):
            self._refuse(f"the character U+{ord(found.group()):04X} cannot be read; remove its escape")

    def _refuse(self, message: str) -> None:
        self.refused = True
        self.document.found.append((self.event.start_mark.index, message))

    def _stop(self, offset: int, message: str) -> None:
        raise refusal(self.document.path, [(*place(self.document.text, offset), message)])


def _scalar(text: str, plain: bool) -> bool | int | float | str | None:
    """The value of a text by the core schema of YAML 1.2: `no` and `12:30` are words, `010` is ten."""
    if not plain:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _complaint(text: str, error: Exception) -> tuple[int, int, str]:
    """A parser's complaint in plain words; for an open quote where it begins, not where the file ends."""
    said = str(getattr(error, "problem", None) or error)
    unclosed = "unexpected end of stream" in said
    mark = getattr(error, "context_mark", None) if unclosed else getattr(error, "problem_mark", None)
    message = next((plain for part, plain in _COMPLAINTS if part in said), f"this is not YAML: {said}")
    return (*(place(text, mark.index) if mark else (1, 1)), message)
