"""Criteria of gates: expressions in CEL over the facts of a project, checked before they are ever asked.

Whatever stands in the way of an answer (a fact nobody knows, a division by zero) makes it `unknown`.
"""

import math
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from lifecycle.process import expression as text
from lifecycle.process.expression import ExpressionProblem
from lifecycle.process.facts import FACTS, Fact

if TYPE_CHECKING:
    from cel_expr_python import cel

Result = Literal["met", "not met", "unknown"]


class Answer(NamedTuple):
    """What an expression says about a project: the result, the facts it read, and why it is not known."""

    result: Result
    read: dict[str, Fact]
    detail: str


class _Compiled(NamedTuple):
    """An expression ready to be asked, the facts that it reads, or what is wrong with it."""

    program: "cel.Expression | None"
    reads: tuple[str, ...]
    problems: tuple[ExpressionProblem, ...]


def problems(expression: str) -> tuple[ExpressionProblem, ...]:
    """Say what is wrong with an expression, without evaluating it: form, unknown names, types, not a yes or no."""
    return _compiled(expression).problems


def reads(expression: str) -> tuple[str, ...]:
    """The facts that an expression reads, in its order."""
    return _compiled(expression).reads


def evaluate(expression: str, facts: Mapping[str, Fact]) -> Answer:
    """Ask an expression of a project's facts. A fact that it reads and nobody knows makes it `unknown`, never met."""
    program, reads, wrong = _compiled(expression)
    read = {name: facts.get(name) for name in reads}
    if program is None:
        return Answer("unknown", read, f"the expression is not valid: {wrong[0].message}")
    missing = [name for name, value in read.items() if not _known(value)]
    if missing:
        return Answer("unknown", read, f"not known: {', '.join(missing)}")
    value = _value(program, read)
    if isinstance(value, bool):
        return Answer("met" if value else "not met", read, "")
    return Answer("unknown", read, f"it could not be worked out: {value}")


def _known(value: Fact) -> bool:
    return value is not None and not (isinstance(value, float) and not math.isfinite(value))


def _value(program: "cel.Expression", read: Mapping[str, Fact]) -> bool | str:
    """The expression's verdict, or the reason why there is none (CEL's errors are values)."""
    try:
        value = program.eval(data=read).value()
    except RuntimeError as error:  # the budget of iterations ran out
        value = str(error).partition(" [")[0]
    return value if isinstance(value, bool) else str(value).partition(": ")[2]


@cache
def _environment() -> "cel.Env":
    """CEL with the facts as declared names, so that a misspelt one is found before a project runs into it."""
    from cel_expr_python import cel

    types = {"bool": cel.Type.BOOL, "int": cel.Type.DOUBLE, "number": cel.Type.DOUBLE}
    number = cel.Type.DOUBLE

    def function(name: str, work: Callable[[float, float], float]) -> "cel.FunctionDecl":
        overload = cel.Overload(id=f"{name}_number", return_type=number, parameters=[number, number], impl=work)
        return cel.FunctionDecl(name, [overload])

    variables = {fact.name: types[fact.type] for fact in FACTS.values()}
    return cel.NewEnv(variables=variables, functions=[function("ratio", _ratio), function("pct", _pct)])


def _ratio(part: float, whole: float) -> float:
    """A part of a whole; a whole of 0 has none, and CEL makes `unknown` of the error."""
    if whole == 0:
        raise ZeroDivisionError("divided by 0")
    return part / whole


def _pct(part: float, whole: float) -> float:
    return 100 * _ratio(part, whole)


@lru_cache(maxsize=2048)
def _compiled(expression: str) -> _Compiled:
    tokens = text.tokens(expression)
    reads = text.facts_read(tokens)
    wrong = text.objections(expression, tokens)
    if wrong:
        return _Compiled(None, reads, wrong)
    try:
        program = _environment().compile(text.with_doubles(tokens))
    except RuntimeError as error:
        return _Compiled(None, reads, text.explained(expression, tokens, str(error)))
    if program.return_type().name() != "BOOL":
        message = "the expression must be true or false, for example `risks.high == 0`"
        return _Compiled(None, reads, (ExpressionProblem(1, 1, message),))
    return _Compiled(program, reads, ())
