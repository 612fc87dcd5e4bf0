"""The text of an expression: its words, and what is wrong with it, in plain sentences.

CEL is strict about numbers (`1` and `1.0` are of different types and do not mix). Here every number is a
double: whole numbers are rewritten (`1` to `1.0`) before CEL sees them, so a PMO need not know.
"""

import re
from collections.abc import Collection
from itertools import zip_longest
from typing import NamedTuple

from lifecycle.process.facts import FACTS, suggestion

_TOKEN = re.compile(
    r"""
      (?P<gap>   \s+ | //[^\n]* )
    | (?P<text>  [rRbB]{0,2} (?: \"\"\".*?\"\"\" | '''.*?''' | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' ) )
    | (?P<number> 0[xX][0-9a-fA-F]+[uU]? | (?:\d+\.\d+|\.\d+|\d+)(?:[eE][+-]?\d+)?[uU]? )
    | (?P<name>  [A-Za-z_]\w* (?: \s*\.\s* [A-Za-z_]\w* )* )
    | (?P<mark>  => | [=!<>]= | && | \|\| | . )
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_INSTEAD = {"and": "&&", "or": "||", "not": "!", "AND": "&&", "OR": "||", "NOT": "!", "=": "==", "=>": ">="}
_INSTEAD |= {"True": "true", "False": "false"}
_NO_HAS = "leave has() out: a fact that is not known makes the criterion unknown by itself"
_NO_DIVISION = "only divide by a fixed number; write ratio(a, b) for a / b, it is unknown while b is 0"
_REPORT = re.compile(r"^(?:INVALID_ARGUMENT: )?ERROR: <input>:(-?\d+):(-?\d+): (.*)", re.MULTILINE)
_UNDECLARED = re.compile(r"undeclared reference to '(.*?)'")
_MISFIT = re.compile(r"found no matching overload for '(.*?)' applied to '\((.*)\)'")
_UNEXPECTED = re.compile(r"(?:input|token recognition error at:) '(.*?)'")
_KINDS = {
    "double": "a number",
    "int": "a whole number",
    "bool": "true or false",
    "string": "text",
    "null_type": "null",
}
_FUNCTIONS = {"ratio": "two numbers: ratio(part, whole)", "pct": "two numbers: pct(part, whole)"}


class ExpressionProblem(NamedTuple):
    """What is wrong with an expression; line and column count from 1 inside the expression."""

    line: int
    column: int
    message: str


class Token(NamedTuple):
    """A word of an expression, and where it starts, counted from 0."""

    kind: str
    text: str
    start: int


Tokens = tuple[Token, ...]


def tokens(expression: str) -> Tokens:
    """Cut an expression into its words, gaps and comments included; never fails."""
    return tuple(Token(m.lastgroup or "", m.group(), m.start()) for m in _TOKEN.finditer(expression))


def facts_read(words: Tokens) -> tuple[str, ...]:
    """The facts that an expression reads, in its order; CEL allows gaps around the dots of a name."""
    names = (re.sub(r"\s", "", word.text).split(".") for word in words if word.kind == "name")
    return tuple(dict.fromkeys(name for name in (".".join(parts[:2]) for parts in names) if name in FACTS))


def numbers_in(words: Tokens) -> tuple[float, ...]:
    """The plain numbers that an expression names."""
    return tuple(float(word.text) for word in words if word.kind == "number" and word.text[-1].isdigit())


def asking_for(expression: str, names: Collection[str]) -> tuple[ExpressionProblem, ...]:
    """Where an expression asks for one of these facts; the message is the fact's name."""
    words = tokens(expression)
    asked = ((word, facts_read((word,))) for word in words)
    return tuple(
        ExpressionProblem(*_place(expression, word.start), fact)
        for word, facts in asked
        for fact in facts
        if fact in names
    )


def objections(expression: str, words: Tokens) -> tuple[ExpressionProblem, ...]:
    """What CEL would explain badly, or let pass though it can never be right."""
    words = tuple(word for word in words if word.kind != "gap")
    found = ((word, _objection(word, following)) for word, following in zip_longest(words, words[1:]))
    return tuple(ExpressionProblem(*_place(expression, word.start), message) for word, message in found if message)


def _objection(token: Token, following: Token | None) -> str | None:
    if token.kind not in ("name", "mark"):
        return None
    if token.text in _INSTEAD:
        return f"'{token.text}' is written {_INSTEAD[token.text]}"
    if token.text == "has":
        return _NO_HAS
    # CEL divides by zero without complaint and gets infinity, which is more than any limit
    fixed = following and re.fullmatch(r"[\d.]*[1-9][\d.]*", following.text)
    return _NO_DIVISION if token.text == "/" and not fixed else None


def with_doubles(words: Tokens) -> str:
    """The expression as CEL gets it: every number a double."""
    return "".join(token.text + ".0" * _is_whole(token) for token in words)


def _is_whole(token: Token) -> bool:
    return token.kind == "number" and token.text.isdigit()


def _place(expression: str, offset: int) -> tuple[int, int]:
    """Line and column, counted from 1, of an offset counted from 0."""
    return expression.count("\n", 0, offset) + 1, offset - expression.rfind("\n", 0, offset)


def explained(expression: str, words: Tokens, report: str) -> tuple[ExpressionProblem, ...]:
    """CEL's report in plain sentences, one for each place of the expression as it was written."""
    found = [(int(line), int(column), text) for line, column, text in _REPORT.findall(report)]
    if not found or found[0][0] < 1:
        return (ExpressionProblem(1, 1, "the expression is too long or too deeply nested; split it into two criteria"),)
    syntax = [item for item in found if item[2].startswith("Syntax error")]
    sentences: dict[int, str] = {}
    for line, column, text in syntax[:1] or found:
        offset, sentence = _sentence(words, _written_offset(words, line, column), text)
        sentences.setdefault(offset, sentence)
    return tuple(ExpressionProblem(*_place(expression, offset), text) for offset, text in sentences.items())


def _written_offset(words: Tokens, line: int, column: int) -> int:
    """The offset in the expression as written of a place in the expression as CEL got it."""
    lines = with_doubles(words).split("\n")
    offset = sum(len(earlier) + 1 for earlier in lines[: line - 1]) + column - 1
    added = [token.start + len(token.text) for token in words if _is_whole(token)]
    return offset - sum(2 for count, end in enumerate(added) if end + 2 * count < offset)


def _sentence(words: Tokens, offset: int, text: str) -> tuple[int, str]:
    """What CEL says at an offset, in a plain sentence, and the offset where the eye should look."""
    if match := _UNDECLARED.search(text):
        return _about_name(words, offset, match.group(1))
    if match := _MISFIT.search(text):
        return offset, _misfit(match.group(1), match.group(2))
    if "<EOF>" in text.partition("expecting")[0]:
        return offset, "the expression ends too early"
    if match := _UNEXPECTED.search(text):
        here = next((word.text for word in words if word.start == offset), match.group(1))
        return offset, "a quote is not closed" if here in ("'", '"') else f"'{here.strip()}' is not expected here"
    return offset, "the expression cannot be read from here on"


def _about_name(words: Tokens, offset: int, name: str) -> tuple[int, str]:
    holder = next((t for t in reversed(words) if t.kind == "name" and t.start <= offset), None)
    start = holder.start if holder else offset
    called = holder is not None and offset >= holder.start + len(holder.text)
    if called and name in _FUNCTIONS:
        return start, f"'{name}' takes {_FUNCTIONS[name]}"
    if called:
        return start, f"there is no function '{name}'{suggestion(name, _FUNCTIONS)}"
    return start, f"there is no fact '{name}'{suggestion(name, FACTS)} (`phasegate process facts` lists them)"


def _misfit(operation: str, operands: str) -> str:
    kinds = [_KINDS.get(kind.strip(), kind.strip()) for kind in operands.split(",")]
    if operation == "_?_:_":
        return "both answers of `condition ? one : other` must be of one kind"
    return f"'{operation.strip('_@')}' does not work on {' and '.join(kinds)}"
