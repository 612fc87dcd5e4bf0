"""Steps that ship with the engine: they look at the Markdown documents handed in for a gate.

Each takes the mapping that every step gets (docs/processes/automated-steps.md) and imports nothing of the engine.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Given = dict[str, Any]
SHOWN = 3
"""So many findings are told in words; the figures count all."""

_CODE = re.compile(r"^(```|~~~).*?^\1[^\n]*$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]\n]*\]\(\s*<?([^)>\s]+)>?[^)\n]*\)")
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$", re.MULTILINE)
_HINT = re.compile(r"(?<![\w*_])_(?=[^\s_])([^_\n]*[^\s_])_(?![\w*_])")
_OUTSIDE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


def links(given: Given) -> Given:
    """Pass when every link inside the documents leads somewhere: to a heading, or to another document handed in."""
    documents = [*_documents(given)]
    names = {Path(name).name for _, name, _ in documents}
    broken = [f"{title}: {target}" for title, name, text in documents for target in _broken(text, name, names)]
    return {
        "passed": not broken,
        "text": _told(len(documents), "link that leads nowhere", broken),
        "facts": {"documents": len(documents), "broken": len(broken)},
    }


def unfinished(given: Given) -> Given:
    """Pass when no hint of a template is left: the words in italics that say what has to be written there.

    `with: {most: 3}` bears so many of them.
    """
    documents = [*_documents(given)]
    left = [f"{title}: {hint}" for title, _, text in documents for hint in _HINT.findall(_CODE.sub("", text))]
    return {
        "passed": len(left) <= given["parameters"].get("most", 0),
        "text": _told(len(documents), "hint of the template left", left),
        "facts": {"documents": len(documents), "hints": len(left)},
    }


def _documents(given: Given) -> Iterator[tuple[str, str, str]]:
    """The title, the file's name and the text of each Markdown document that is there."""
    for document in given["documents"]:
        if document["path"] and document["file"].endswith(".md"):
            yield document["title"], document["file"], Path(document["path"]).read_text("utf-8", errors="replace")


def _broken(text: str, own: str, names: set[str]) -> Iterator[str]:
    """The links of a text that lead nowhere; what lies outside the documents is not looked at."""
    plain = _CODE.sub("", text)
    headings = {_anchor(heading) for heading in _HEADING.findall(plain)}
    for target in _LINK.findall(plain):
        file, _, anchor = target.partition("#")
        if _OUTSIDE.match(target):
            continue
        inside = bool(anchor) and Path(file or own).name == own
        if not (anchor.lower() in headings if inside else Path(file).name in names):
            yield target


def _anchor(heading: str) -> str:
    """What a heading is linked by: small letters, hyphens for blanks, no other signs."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _told(documents: int, what: str, found: list[str]) -> str:
    """`No link that leads nowhere in 4 documents.`, or how many there are and the first of them."""
    where = f"in {documents} document{'' if documents == 1 else 's'}"
    if not found:
        return f"No {what} {where}."
    more = ", ..." if len(found) > SHOWN else ""
    return f"{len(found)} times a {what} {where}: {'; '.join(found[:SHOWN])}{more}"
