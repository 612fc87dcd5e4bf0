"""Every requirement on reliability (R-01 to R-52, R-72 to R-80) is named by a test that shows it."""

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parent
WANTED = [f"R-{number:02}" for number in (*range(1, 53), *range(72, 81))]


def shown() -> set[str]:
    """The ids that the docstrings of tests name."""
    named: set[str] = set()
    for file in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
                named |= set(re.findall(r"R-\d\d", ast.get_docstring(node) or ""))
    return named


def test_every_requirement_is_shown_by_a_test() -> None:
    named = shown()
    assert [id for id in WANTED if id not in named] == []
