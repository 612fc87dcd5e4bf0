"""Decision tables: a criterion with many rows, each with when it applies and what holds then.

What nobody knows makes the answer `unknown` wherever it could change it.
"""

from collections.abc import Iterator, Mapping
from itertools import islice, pairwise, product

from lifecycle.process.criteria import Answer, Result, evaluate, reads
from lifecycle.process.definition import CriterionDefinition, RowDefinition, TableDefinition
from lifecycle.process.expression import numbers_in, tokens
from lifecycle.process.facts import FACTS, Fact

VERDICTS: Mapping[str, Result] = {"met": "met", "not met": "not met", "unknown": "unknown"}
"""What a row may say instead of an expression; `unknown` only after `otherwise`."""
INDEPENDENT = frozenset(("project.budget", "project.duration_days", "project.time_tolerance_days"))
"""Facts that may have any value, whatever the others of their group have."""
TRIES = 2000
"""So many questions are asked of a table to find rows that apply together."""


def answer(criterion: CriterionDefinition, facts: Mapping[str, Fact]) -> Answer:
    """Ask a criterion of a project's facts, whichever form it has; the detail names the row that was hit."""
    if criterion.table is None:
        return evaluate(criterion.expression or "", facts)
    return _answered(criterion.table, facts)


def _answered(table: TableDefinition, facts: Mapping[str, Fact]) -> Answer:
    """The table's answer, with everything that was read on the way to it."""
    asked = [(number, row, evaluate(row.when, facts)) for number, row in enumerate(table.rows, start=1)]
    if table.hit == "first":
        decisive = next((n for n, (_, _, applies) in enumerate(asked) if applies.result != "not met"), len(asked))
        asked = asked[: decisive + 1]
    hits = [(number, row) for number, row, applies in asked if applies.result == "met"]
    open_ = [(number, applies) for number, _, applies in asked if applies.result == "unknown"]
    read = {name: value for _, _, applies in asked for name, value in applies.read.items()}
    if table.hit == "unique" and len(hits) > 1:
        each = " and ".join(str(number) for number, _ in hits)
        return Answer("not met", read, f"rows {each} apply together; in this table only one may")
    said = [_said(f"row {number}", row.then, row.text, facts) for number, row in hits]
    if not hits and not open_:
        said = [_said("no row applies", table.otherwise or "unknown", None, facts)]
    doubts = [Answer("unknown", {}, f"row {number}, does it apply? {applies.detail}") for number, applies in open_]
    return _worst([*said, *doubts] if table.hit == "collect" else [*doubts, *said][:1], read)


def _said(place: str, then: str, text: str | None, facts: Mapping[str, Fact]) -> Answer:
    """What a row that applies says about the project."""
    found = Answer(VERDICTS[then], {}, "") if then in VERDICTS else evaluate(then, facts)
    asks = "" if then in VERDICTS else f" asks {' '.join(then.split())}"
    words = f": {text}" if text else asks
    return found._replace(detail=f"{place}{words}" + (f"; {found.detail}" if found.detail else ""))


def _worst(said: list[Answer], read: Mapping[str, Fact]) -> Answer:
    """All answers together: not met as soon as one is, and else known only when all are."""
    results = {one.result for one in said}
    result: Result = "not met" if "not met" in results else "unknown" if "unknown" in results else "met"
    values = {**read, **{name: value for one in said for name, value in one.read.items()}}
    return Answer(result, values, "; ".join(one.detail for one in said if one.result == result))


def in_words(table: TableDefinition) -> str:
    """A table in one line."""
    rows = "; ".join(f"{_line(row.when)} -> {_line(row.then)}" for row in table.rows)
    last = f"; otherwise {_line(table.otherwise)}" if table.otherwise else ""
    return f"{table.hit} of: {rows}{last}"


def asked_in_words(criterion: CriterionDefinition) -> str:
    """What a criterion asks, in one line, whichever form it has."""
    return in_words(criterion.table) if criterion.table else criterion.expression or ""


def together(table: TableDefinition) -> tuple[int, int, dict[str, Fact]] | None:
    """Two rows of a table that apply together, counted from 0, and an example; None when no try found any.

    Tried are the numbers that the table names, and numbers between and beside them; only where the facts that it
    asks for do not hang together, so that every example may come to pass.
    """
    names = list(dict.fromkeys(name for row in table.rows for name in reads(row.when)))
    groups = [name.partition(".")[0] for name in names if name not in INDEPENDENT]
    if len(groups) > len({*groups}):
        return None
    for facts in islice(_examples(table.rows, names), TRIES // len(table.rows)):
        hits = [n for n, row in enumerate(table.rows) if evaluate(row.when, facts).result == "met"]
        if len(hits) > 1:
            return hits[0], hits[1], {name: facts[name] for n in hits[:2] for name in reads(table.rows[n].when)}
    return None


def _examples(rows: tuple[RowDefinition, ...], names: list[str]) -> Iterator[dict[str, Fact]]:
    named = sorted({number for row in rows for number in numbers_in(tokens(row.when))})
    values = [_values(FACTS[name].type, named) for name in names]
    return (dict(zip(names, chosen, strict=True)) for chosen in product(*values))


def _values(kind: str, named: list[float]) -> list[Fact]:
    if kind == "bool":
        return [True, False]
    between = [(low + high) / 2 for low, high in pairwise(named)]
    ends = [named[0] - 1, named[-1] + 1] if named else [0.0]
    numbers = sorted({*named, *between, *ends})
    return [n for n in numbers if n >= 0 and (kind == "number" or n.is_integer())] or [0.0]


def _line(text: str) -> str:
    return " ".join(text.split())
