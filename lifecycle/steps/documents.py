"""Steps that read the Markdown documents submitted for a gate: is anything of the template left, do links lead on?"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

PLACEHOLDER = re.compile(r"(?<![\w*_])_(?=\S)([^_\n]+?)(?<=\S)_(?!\w)")
"""What templates of documents leave in italics, for the author to replace."""
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]+`", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
TOLD = 5
"""So many places are named; the number of all is a fact."""

Finding = dict[str, Any]


def complete(given: Mapping[str, Any]) -> Finding:
    """No text of the template is left: nothing in italics. `parameters.allowed` is how many may be left."""
    papers = _markdown(given)
    left = [f"{paper}, line {line}: {text}" for paper, line, text in _found(papers, PLACEHOLDER)]
    allowed = given["parameters"].get("allowed", 0)
    facts = {"documents": len(papers), "placeholders": len(left)}
    return _finding(len(left) <= allowed, left, facts, "placeholder", "no text of the template is left")


def linked(given: Mapping[str, Any]) -> Finding:
    """Every link inside the documents leads somewhere: to a heading of its document, or to another document.

    Links to the web are counted and not followed.
    """
    papers = _markdown(given)
    names = {name for one in given["documents"] for name in (one["file"], f"{one['deliverable']}.md")}
    links = list(_found(papers, LINK))
    outward = [link for link in links if re.match(r"[a-z][a-z0-9+.-]*:", link[2], re.IGNORECASE)]
    dead = [
        f"{paper}, line {line}: {target}"
        for paper, line, target in links
        if (paper, line, target) not in outward and not _leads_on(target, papers[paper], names)
    ]
    facts = {"documents": len(papers), "links": len(links), "links.outward": len(outward), "links.dead": len(dead)}
    return _finding(not dead, dead, facts, "dead link", "every link inside the documents leads somewhere")


def _markdown(given: Mapping[str, Any]) -> dict[str, str]:
    """The texts of the Markdown documents by the names of their deliverables; code is blanked out."""
    papers = [one for one in given["documents"] if Path(one["file"]).suffix.lower() in (".md", ".markdown")]
    read = {one["deliverable"]: Path(one["path"]).read_text("utf-8", errors="replace") for one in papers}
    return {name: CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), text) for name, text in read.items()}


def _found(papers: Mapping[str, str], pattern: re.Pattern[str]) -> Iterator[tuple[str, int, str]]:
    for paper, text in papers.items():
        for number, line in enumerate(text.splitlines(), start=1):
            yield from ((paper, number, found[1]) for found in pattern.finditer(line))


def _leads_on(target: str, text: str, names: set[str]) -> bool:
    file, _, heading = target.partition("#")
    return Path(file).name in names if file else heading in set(map(_anchor, HEADING.findall(text)))


def _anchor(heading: str) -> str:
    """A heading as links name it: small letters, hyphens for spaces, no other signs."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _finding(passed: bool, places: Sequence[str], facts: Mapping[str, int], noun: str, good: str) -> Finding:
    more = f"; and {len(places) - TOLD} more" if len(places) > TOLD else ""
    plural = noun if len(places) == 1 else f"{noun}s"
    told = f"{len(places)} {plural}: {'; '.join(place[:200] for place in places[:TOLD])}{more}" if places else good
    return {"passed": passed, "text": told, "facts": dict(facts)}
