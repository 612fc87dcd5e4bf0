"""A process as Mermaid text: a flowchart that GitHub, GitLab and many wikis draw from a Markdown file."""

from collections.abc import Iterator

from lifecycle.process.picture import GateMark, PhaseMark, Picture

_ESCAPED = str.maketrans({sign: f"#{ord(sign)};" for sign in '"#&<>`\\|[]{}()'})
"""Signs that Mermaid, or the HTML it makes, would take for its own, as its entities."""


def mermaid(shown: Picture) -> str:
    """The flowchart: phases as boxes, repeating ones with double sides, gates as diamonds."""
    return "\n".join(_lines(shown)) + "\n"


def _lines(shown: Picture) -> Iterator[str]:
    closing = next(n for n, phase in enumerate(shown.phases) if phase.closing)
    yield "flowchart TD"
    yield f"    accTitle: {_plain(shown.title)}"
    yield "    accDescr {"
    yield from (f"        {_plain(sentence)}" for sentence in shown.sentences)
    yield "    }"
    yield '    start(["Start"])'
    last = "start"
    for n, phase in enumerate(shown.phases):
        yield from _phase(phase, n)
        yield f"    {last} {'-->|go|' if n else '-->'} p{n}"
        last = f"p{n}"
        for m, gate in enumerate(phase.gates):
            yield from _gate(gate, n, m, closing)
            yield f"    {last} {'-->|go|' if m else '-->'} g{n}_{m}"
            last = f"g{n}_{m}"
    yield '    done(["Closed"])'
    yield f"    {last} -->|go| done"


def _phase(phase: PhaseMark, number: int) -> Iterator[str]:
    repeats = f"<br>repeats: {_text(phase.repeats)}" if phase.repeats else ""
    steps = f"<br>automated: {_text(', '.join(phase.steps))}" if phase.steps else ""
    left, right = ("[[", "]]") if phase.repeats else ("[", "]")
    yield f'    p{number}{left}"{_text(phase.title)}{repeats}{steps}"{right}'
    for n, other in enumerate(phase.beside):
        rhythm = f"<br>{_text(other.rhythm)}" if other.rhythm else ""
        yield f'    b{number}_{n}("{_text(other.title)}{rhythm}")'
        yield f"    p{number} -.-|beside| b{number}_{n}"


def _gate(gate: GateMark, phase: int, number: int, closing: int) -> Iterator[str]:
    name = f"g{phase}_{number}"
    yield f'    {name}{{"{_text(gate.id)}: {_text(gate.title)}<br>{_text(gate.rule)}"}}'
    if gate.recycles:
        yield f"    {name} -.->|recycle| p{phase}"
    yield f"    {name} -.->|kill| p{closing}"


def _text(text: str) -> str:
    return text.translate(_ESCAPED)


def _plain(text: str) -> str:
    """A text where Mermaid knows no entities: without the signs that would end it, or begin a comment."""
    return text.translate(dict.fromkeys(map(ord, "{};#%<>"), " "))
