"""From a file's bytes to its text: readable, of a bearable size, UTF-8; and the places in it."""

import re
from collections.abc import Iterable
from pathlib import Path

from lifecycle.errors import BadInput, DefinitionError, Problem

SHOWN = 100
"""How many problems of one file are told at once."""

UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_OTHER_ENCODINGS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


def read_text(path: Path, limit: int) -> str:
    """Return a file's text with `\\n` at its line ends.

    BadInput when it cannot be opened; DefinitionError when it is not UTF-8 text of at most `limit` bytes.
    """
    content = _content(path, limit)
    if len(content) > limit:
        raise refusal(path, [(1, 1, f"the file is larger than {limit // 1024} KiB and is not read; split it")])
    if content.startswith(_OTHER_ENCODINGS):
        raise refusal(path, [(1, 1, "the file is saved as UTF-16 or UTF-32; save it as UTF-8")])
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = _one_line_end(content[: error.start].decode("utf-8"))
        raise refusal(path, [(*place(before, len(before)), "this is not UTF-8; save the file as UTF-8")]) from None
    return _checked(path, _one_line_end(text))


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, counted from 1, of an offset counted from 0."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def refusal(path: Path, found: Iterable[tuple[int, int, str]]) -> DefinitionError:
    """The error for all that was found in a file (line, column, message), in the file's order."""
    one_line = {(line, column, " ".join(message.split())) for line, column, message in found}
    problems = [Problem(str(path), *item) for item in sorted(one_line)]
    if len(problems) > SHOWN:
        line, column = problems[SHOWN].line, problems[SHOWN].column
        more = f"and {len(problems) - SHOWN} more from here on; mend those above first"
        problems[SHOWN:] = [Problem(str(path), line, column, more)]
    return DefinitionError(problems)


def _content(path: Path, limit: int) -> bytes:
    """The bytes, one more than the limit at most. Pipes and devices are no files: they may never end."""
    try:
        if not path.is_file():
            raise BadInput(f"There is no file {path}. Check the name and the folder.")
        with path.open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise BadInput(f"The file {path} cannot be read: {error.strerror}. Check who may read it.") from None


def _one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _checked(path: Path, text: str) -> str:
    """The text without signs nobody can see; spreadsheets begin their files with one of them, which is let go."""
    text = text.removeprefix("\ufeff")
    if found := UNREADABLE.search(text):
        message = f"the character U+{ord(found.group()):04X} cannot be read; remove it"
        raise refusal(path, [(*place(text, found.start()), message)])
    return text
