"""Do the questions of a process make sense? Every expression compiles, every table says one thing."""

from collections.abc import Iterator

from lifecycle.process import criteria, tables
from lifecycle.process.definition import CriterionDefinition, ProcessDefinition, TableDefinition
from lifecycle.process.unsound import Loc, Unsound

_ASK = "ask for a fact (`phasegate process facts` lists them)"


def problems(definition: ProcessDefinition) -> Iterator[Unsound]:
    """Say what is wrong with the criteria of all gates, inside their expressions to the sign."""
    for n, phase in enumerate(definition.phases):
        for m, gate in enumerate(phase.gates):
            for k, criterion in enumerate(gate.criteria):
                yield from _criterion(("phases", n, "gates", m, "criteria", k), criterion)


def compiled(place: Loc, expression: str) -> Iterator[Unsound]:
    """Say what is wrong with one expression."""
    for line, column, message in criteria.problems(expression):
        yield Unsound(place, message, line, column)


def _criterion(loc: Loc, criterion: CriterionDefinition) -> Iterator[Unsound]:
    """One form or the other; a gate that could never open is no gate."""
    if criterion.expression is None and criterion.table is None:
        yield Unsound(loc, "'expression' is missing; write one, or a `table` where the rule has many rows")
    if criterion.expression is not None and criterion.table is not None:
        yield Unsound((*loc, "table"), "a criterion has an `expression` or a `table`, not both; leave one out")
    if criterion.expression is not None:
        place = (*loc, "expression")
        wrong = tuple(compiled(place, criterion.expression))
        yield from wrong
        if not wrong and not criterion.advisory and _never_met(criterion.expression):
            yield Unsound(place, f"this is never met, whatever the project does, and keeps the gate shut; {_ASK}")
    if criterion.table is not None:
        yield from _table((*loc, "table"), criterion.table, criterion.advisory)


def _table(loc: Loc, table: TableDefinition, advisory: bool) -> Iterator[Unsound]:
    wrong = [
        *(found for n, row in enumerate(table.rows) for found in compiled((*loc, "rows", n, "when"), row.when)),
        *(found for n, row in enumerate(table.rows) for found in _verdict((*loc, "rows", n, "then"), row.then)),
    ]
    if table.otherwise and table.otherwise != "unknown":
        wrong += _verdict((*loc, "otherwise"), table.otherwise)
    yield from wrong
    if wrong:
        return
    verdicts = [row.then for row in table.rows] + [table.otherwise or "unknown"]
    if not advisory and not any(_can_be_met(then) for then in verdicts):
        yield Unsound((*loc, "rows"), "no row of this table is ever met, and that keeps the gate shut; let one be met")
    if table.hit == "unique" and (found := tables.together(table)):
        first, second, facts = found
        example = ", ".join(f"{name} is {value:g}" if not isinstance(value, bool) else f"{name} is {str(value).lower()}"
                            for name, value in facts.items())  # fmt: skip
        message = f"rows {first + 1} and {second + 1} apply together{f' when {example}' if example else ''}"
        yield Unsound((*loc, "rows", second, "when"), f"{message}; part them, or write `hit: first`")


def _verdict(place: Loc, then: str) -> Iterator[Unsound]:
    """What a row says: one of the two words, or an expression."""
    return iter(()) if then in ("met", "not met") else compiled(place, then)


def _can_be_met(then: str) -> bool:
    return then == "met" or (then not in tables.VERDICTS and not _never_met(then))


def _never_met(expression: str) -> bool:
    """Whether an expression asks for no fact at all, and is not true."""
    answer = criteria.evaluate(expression, {})
    return not answer.read and answer.result != "met"
