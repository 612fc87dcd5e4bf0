"""A process as a picture in SVG: text that can be read and searched, for light and dark, without any script."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple
from unicodedata import east_asian_width

from lifecycle.process.picture import GateMark, PhaseMark, Picture

WIDTH = 960
LEFT, BOX, BESIDE, BESIDE_BOX = 150, 330, 560, 370
CENTRE = LEFT + BOX // 2
KILLED, RECYCLED = 40, 95
"""How far left the lines run that lead to early closure, and back to a phase."""
GAP, LINE, PAD = 30, 18, 14
STACKED = 8
"""How far the boxes of a repeating phase stand out behind each other."""
HALF = 30
"""Half of a diamond's height."""

_STYLE = """\
text{font:13px system-ui,"Segoe UI","Helvetica Neue",Arial,sans-serif;fill:#1b2430}
.head{font-size:20px;font-weight:700}.name{font-size:15px;font-weight:700}.small{font-size:12px;fill:#4a5666}
.paper{fill:#ffffff}.box{fill:#eef3fa;stroke:#35557d;stroke-width:1.5}.beside{stroke-dasharray:6 4}
.gate{fill:#fff4d6;stroke:#8a6100;stroke-width:1.5}.pill{fill:#e4f2e7;stroke:#2c6b3a;stroke-width:1.5}
.way{fill:none;stroke:#35557d;stroke-width:1.5}.back{stroke:#8a6100;stroke-dasharray:6 4}
.kill{stroke:#a3262a;stroke-dasharray:2 4}
.tip{fill:#35557d}.tip-back{fill:#8a6100}.tip-kill{fill:#a3262a}
@media (prefers-color-scheme:dark){text{fill:#e6ebf2}.small{fill:#aab6c5}.paper{fill:#161b22}
.box{fill:#1f2a3a;stroke:#8fb2dd}.gate{fill:#3a2f12;stroke:#e0b54a}.pill{fill:#16301d;stroke:#7cc48d}
.way{stroke:#8fb2dd}.back{stroke:#e0b54a}.kill{stroke:#ff8f8f}
.tip{fill:#8fb2dd}.tip-back{fill:#e0b54a}.tip-kill{fill:#ff8f8f}}"""
_LEGEND = (
    ("way", "go, or conditional go: on to what follows; conditions go with the project"),
    ("way back", "recycle: a further attempt of the phase"),
    ("way kill", "kill: no further phase, early closure"),
    ("", "hold: the project stays at the gate until the gate's authority resumes it"),
)


class _Placed(NamedTuple):
    """A phase with its place: the top of its row, the height of its box, and where each gate's diamond stands."""

    phase: PhaseMark
    top: int
    height: int
    gates: tuple[int, ...]

    @property
    def middle(self) -> int:
        return self.top + self.height // 2


def svg(shown: Picture) -> str:
    """The picture as one SVG document, from top to bottom."""
    head = wrapped(shown.purpose, WIDTH - 2 * PAD - 20, 13, 3)
    start = 62 + LINE * len(head)
    rows, end = _rows(shown.phases, start + 34 + GAP)
    height = end + 40 + LINE * len(_LEGEND) + 2 * PAD
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'role="img" aria-labelledby="title description">',
        f'<title id="title">{_clean(f"{shown.title}: the lifecycle with its gates")}</title>',
        f'<desc id="description">{_clean(" ".join(shown.sentences))}</desc>',
        f"<style>{_STYLE}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
        _text(24, 34, "head", f"{shown.title} ({shown.name})", 90),
        *(_text(24, 58 + LINE * n, "small", line) for n, line in enumerate(head)),
        *_pill(start, "Start"),
        *_ways(rows, start + 34, end),
        *(part for row in rows for part in _row(row)),
        *_pill(end, "Closed"),
        *_legend(end + 34 + PAD + LINE),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _rows(phases: Sequence[PhaseMark], top: int) -> tuple[list[_Placed], int]:
    """Every phase at its place, and where the end is."""
    rows = []
    for phase in phases:
        height = _height(phase, BOX)
        row = max(height, sum(_height(other, BESIDE_BOX) + PAD for other in phase.beside) - PAD)
        below, gates = top + row + GAP, []
        for gate in phase.gates:
            half = max(HALF, LINE * len(_gate_lines(gate)) // 2)
            gates.append(below + half)
            below += 2 * half + GAP
        rows.append(_Placed(phase, top, height, tuple(gates)))
        top = below
    return rows, top


def _row(row: _Placed) -> Iterator[str]:
    yield from _box(row.phase, LEFT, BOX, row.top)
    top = row.top
    edge = LEFT + BOX + (STACKED if row.phase.repeats else 0)
    for other in row.phase.beside:
        height = _height(other, BESIDE_BOX)
        yield _line(f"M{edge} {row.top + 20}H{BESIDE - 25}V{top + 20}H{BESIDE}", "way beside")
        yield from _box(other, BESIDE, BESIDE_BOX, top, "box beside")
        top += height + PAD
    if row.phase.beside:
        yield _text(edge + 8, row.top + 14, "small", "beside")
    for gate, middle in zip(row.phase.gates, row.gates, strict=True):
        yield from _gate(gate, middle)


def _box(phase: PhaseMark, left: int, width: int, top: int, look: str = "box") -> Iterator[str]:
    height = _height(phase, width)
    yield f"<g><title>{_clean(f'{phase.title}: {phase.purpose}')}</title>"
    if phase.repeats:
        for shift in (STACKED, STACKED // 2):
            yield _rect(left + shift, top - shift, width, height, look)
    yield _rect(left, top, width, height, look)
    for n, (line, kind) in enumerate(_box_lines(phase, width)):
        yield _text(left + PAD, top + PAD + 10 + LINE * n, kind, line)
    yield "</g>"


def _box_lines(phase: PhaseMark, width: int) -> list[tuple[str, str]]:
    room = width - 2 * PAD
    repeats = f"\u21bb repeats: {phase.repeats}" if phase.repeats else ""
    steps = f"\u2699 automated: {', '.join(phase.steps)}" if phase.steps else ""
    return [
        *((line, "name") for line in wrapped(phase.title, room, 17, 2)),
        *((line, "small") for line in wrapped(phase.purpose, room, 12, 3)),
        *((line, "small") for line in wrapped(phase.rhythm, room, 12, 1)),
        *((line, "small") for line in wrapped(repeats, room, 12, 2)),
        *((line, "small") for line in wrapped(steps, room, 12, 2)),
    ]


def _height(phase: PhaseMark, width: int) -> int:
    return LINE * len(_box_lines(phase, width)) + 2 * PAD - 4


def _gate(gate: GateMark, middle: int) -> Iterator[str]:
    half = _half_width(gate)
    lines = _gate_lines(gate)
    first = middle - LINE * len(lines) // 2 + 13
    yield f"<g><title>{_clean(f'{gate.id}, {gate.title}: {gate.question}')}</title>"
    yield (
        f'<path class="gate" d="M{CENTRE} {middle - HALF}L{CENTRE + half} {middle}L{CENTRE} {middle + HALF}'
        f'L{CENTRE - half} {middle}Z"/>'
    )
    yield f'<text x="{CENTRE}" y="{middle + 5}" text-anchor="middle">{_clean(_short(gate.id, 12))}</text>'
    for n, (line, kind) in enumerate(lines):
        yield _text(CENTRE + half + PAD, first + LINE * n, kind, line)
    yield "</g>"


def _half_width(gate: GateMark) -> int:
    return max(38, 22 + 4 * len(_short(gate.id, 12)))


def _gate_lines(gate: GateMark) -> list[tuple[str, str]]:
    room = WIDTH - CENTRE - _half_width(gate) - 2 * PAD
    return [
        *((line, "name") for line in wrapped(gate.title, room, 17, 2)),
        *((line, "") for line in wrapped(gate.rule, room, 13, 3)),
        *((line, "small") for line in wrapped(gate.limits, room, 12, 2)),
    ]


def _ways(rows: Sequence[_Placed], start: int, end: int) -> Iterator[str]:
    """Every line with its arrow, drawn first so that boxes and diamonds lie on them."""
    closing = next(row for row in rows if row.phase.closing)
    last = start
    for row in rows:
        top = row.top - (STACKED if row.phase.repeats else 0)
        yield from _arrow(f"M{CENTRE} {last}", f"V{top}", (CENTRE, top), "down")
        last = row.top + row.height
        for gate, middle in zip(row.phase.gates, row.gates, strict=True):
            yield from _arrow(f"M{CENTRE} {last}", f"V{middle - HALF}", (CENTRE, middle - HALF), "down")
            yield from _ways_of(gate, row, middle, closing)
            last = middle + HALF
    yield from _arrow(f"M{CENTRE} {last}", f"V{end}", (CENTRE, end), "down")


def _ways_of(gate: GateMark, row: _Placed, middle: int, closing: _Placed) -> Iterator[str]:
    half = _half_width(gate)
    if gate.recycles:
        place = row.middle - 8
        begin = f"M{CENTRE - half // 2} {middle - HALF // 2}H{RECYCLED}"
        yield from _arrow(begin, f"V{place}H{LEFT}", (LEFT, place), "back")
        yield _text(RECYCLED + 6, middle - HALF // 2 - 5, "small", "recycle")
    place = closing.middle + 8
    begin = f"M{CENTRE - half // 2} {middle + HALF // 2}H{KILLED}"
    yield from _arrow(begin, f"V{place}H{LEFT}", (LEFT, place), "kill")
    yield _text(RECYCLED + 6, middle + HALF // 2 + 14, "small", "kill")


def _arrow(begin: str, rest: str, tip: tuple[int, int], look: str) -> Iterator[str]:
    x, y = tip
    kind = "" if look == "down" else f" {look}"
    yield _line(begin + rest, f"way{kind}")
    shape = f"M{x} {y}l-5 -9h10Z" if look == "down" else f"M{x} {y}l-9 -5v10Z"
    yield f'<path class="tip{"" if look == "down" else f"-{look}"}" d="{shape}"/>'


def _pill(top: int, word: str) -> Iterator[str]:
    yield f'<rect class="pill" x="{CENTRE - 60}" y="{top}" width="120" height="34" rx="17"/>'
    yield f'<text x="{CENTRE}" y="{top + 22}" text-anchor="middle">{word}</text>'


def _legend(top: int) -> Iterator[str]:
    for n, (look, words) in enumerate(_LEGEND):
        y = top + LINE * n
        if look:
            yield _line(f"M24 {y - 4}H74", look)
        yield _text(86, y, "small", words)


def _rect(left: int, top: int, width: int, height: int, look: str) -> str:
    return f'<rect class="{look}" x="{left}" y="{top}" width="{width}" height="{height}" rx="6"/>'


def _line(way: str, look: str) -> str:
    return f'<path class="{look}" d="{way}"/>'


def _text(left: int, baseline: int, look: str, words: str, most: int = 0) -> str:
    kind = f' class="{look}"' if look else ""
    return f'<text{kind} x="{left}" y="{baseline}">{_clean(_short(words, most) if most else words)}</text>'


def wrapped(text: str, room: int, size: int, most: int) -> list[str]:
    """A text in lines of `room` pixels, at most so many; what does not fit ends in dots. Widths are estimated."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        for piece in _pieces(word, room, size):
            longer = f"{line} {piece}" if line else piece
            if line and _width(longer, size) > room:
                lines.append(line)
                line = piece
            else:
                line = longer
    lines += [line] if line else []
    if len(lines) > most:
        lines[most - 1 :] = [f"{lines[most - 1][:-1].rstrip()}\u2026"]
    return lines


def _pieces(word: str, room: int, size: int) -> Iterator[str]:
    """A word, or as many parts of it as do not fit into a line."""
    fitting = max(1, int(room / size / (1 if _width(word, 1) > len(word) * 0.8 else 0.62)))
    for begin in range(0, len(word), fitting):
        yield word[begin : begin + fitting]


def _width(text: str, size: int) -> float:
    return size * sum(1.0 if east_asian_width(sign) in "WF" else 0.56 for sign in text)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}\u2026"


def _clean(text: str) -> str:
    """A text as XML may have it."""
    return escape("".join(sign for sign in text if sign.isprintable() or sign == " "))
