"""The house rules that no other tool checks: sizes, docstrings, light imports, no clock in the core, names."""

import ast
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted(path for package in ("lifecycle", "flows") for path in (ROOT / package).rglob("*.py"))

MODULE_LINES = 400
FUNCTION_LINES = 50
TASK_LINES = 20
PARAMETERS = 7
PARAMETERS_BEFORE_NAMES_ARE_NEEDED = 5
POSITIONAL = 2
NESTING = 4

BANNED_WORDS = {"manager", "helper", "util", "service", "handler"}
HEAVY = ("prefect", "sqlmodel", "fastapi")
CLOCKS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "monotonic", "perf_counter"},
}

Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = Function | ast.ClassDef
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def place(path: Path, node: ast.AST | None = None) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


@cache
def functions() -> tuple[tuple[Path, Function], ...]:
    return tuple((path, node) for path in MODULES for node in ast.walk(tree(path)) if isinstance(node, Function))


def decorators(function: Function) -> set[str]:
    """The last word of each decorator: `task` for `@task`, `@task(...)` and `@prefect.task`."""
    called = (d.func if isinstance(d, ast.Call) else d for d in function.decorator_list)
    return {d.attr if isinstance(d, ast.Attribute) else d.id for d in called if isinstance(d, ast.Attribute | ast.Name)}


def nesting(node: ast.AST, depth: int = 0) -> int:
    """How many blocks stand inside each other; `elif` is no deeper than its `if`, an inner function starts anew."""
    deepest = depth
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef | ast.Lambda):
            continue
        is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
        inside = depth + (isinstance(child, BLOCKS) and not is_elif)
        deepest = max(deepest, nesting(child, inside))
    return deepest


def test_modules_stay_short() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    too_long = [f"{place(path)} has {lines} lines" for path, lines in lengths.items() if lines > MODULE_LINES]
    assert not too_long, f"over {MODULE_LINES}: {too_long}"


def test_functions_stay_short() -> None:
    too_long = []
    for path, function in functions():
        limit = TASK_LINES if "task" in decorators(function) else FUNCTION_LINES
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > limit:
            too_long.append(f"{place(path, function)} {function.name} has {lines} lines, limit {limit}")
    assert not too_long, "\n".join(too_long)


def test_parameters_are_few_and_named_at_the_call() -> None:
    """The options of a command-line command are its published interface and are not counted."""
    wrong = []
    for path, function in functions():
        if decorators(function) & {"command", "callback"}:
            continue
        names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
        positional = len(names) - (names[:1] in (["self"], ["cls"]))
        count = positional + len(function.args.kwonlyargs)
        if count > PARAMETERS:
            wrong.append(f"{place(path, function)} {function.name} has {count} parameters, limit {PARAMETERS}")
        elif count > PARAMETERS_BEFORE_NAMES_ARE_NEEDED and positional > POSITIONAL:
            wrong.append(f"{place(path, function)} {function.name}: put `*` after its second parameter")
    assert not wrong, "\n".join(wrong)


def test_blocks_are_not_nested_deeply() -> None:
    deep = [f"{place(path, function)} {function.name}" for path, function in functions() if nesting(function) > NESTING]
    assert not deep, f"more than {NESTING} blocks inside each other: {deep}"


def test_everything_public_says_what_it_is() -> None:
    silent = [place(path) for path in MODULES if not ast.get_docstring(tree(path))]
    for path in MODULES:
        for node in tree(path).body:
            public = isinstance(node, ast.ClassDef) or (isinstance(node, Function) and not node.name.startswith("_"))
            if public and isinstance(node, Documented) and not ast.get_docstring(node):
                silent.append(f"{place(path, node)} {node.name}")
    assert not silent, "no docstring:\n" + "\n".join(silent)


@pytest.mark.parametrize("module", ["lifecycle", "lifecycle.cli"])
def test_importing_the_core_and_the_command_line_stays_light(module: str) -> None:
    program = f"import sys, {module}; print([name for name in {HEAVY!r} if name in sys.modules])"
    seen = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert seen.stdout.strip() == "[]", f"{module} imports {seen.stdout}{seen.stderr}"


def pure_modules() -> list[Path]:
    """The modules of the rooms that the import contract `pure` names."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    rooms = next(contract["source_modules"] for contract in contracts if contract["id"] == "pure")
    folders = [ROOT / room.replace(".", "/") for room in rooms]
    return [path for path in MODULES if any(path.is_relative_to(f) or path == f.with_suffix(".py") for f in folders)]


def test_the_core_never_reads_a_clock() -> None:
    readings = []
    for path in pure_modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
                owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
                if node.attr in CLOCKS.get(owner, ()):
                    readings.append(f"{place(path, node)} {owner}.{node.attr}")
    assert not readings, f"take `now` as a parameter: {readings}"


def test_only_the_workspace_asks_what_time_it_is() -> None:
    """One clock for all: `system_clock`; how long something took is measured with `time.monotonic`."""
    asked = {"now", "utcnow", "today", "time", "time_ns", "localtime", "gmtime"}
    readings = [
        place(path, node)
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in asked
        if isinstance(node.func.value, ast.Name) and node.func.value.id in CLOCKS
    ]
    assert [reading.rpartition(":")[0] for reading in readings] == ["lifecycle/actions/workspace.py"]


def test_module_names_say_what_is_inside() -> None:
    vague = []
    for path in MODULES:
        name = path.parent.name if path.stem == "__init__" else path.stem
        if any(word.removesuffix("s") in BANNED_WORDS for word in name.split("_")):
            vague.append(place(path))
    assert not vague, f"name it after its subject: {vague}"
