"""Code that nobody trusts runs in a child: whatever it does, an answer comes back, and nothing is left behind."""

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from lifecycle.automation.children import Answer, Call, Paper, run
from tests.flows.carrying import gone

ODD = """
import os, signal, subprocess, sys, time
def passes(given): return {"passed": True, "text": "fine", "facts": {"n": 1, "share": 0.5, "ok": True, "none": None}}
def fails(given): return {"passed": False, "text": "two holes"}
def repeats(given): return {"passed": True, "text": str(given["word"])}
def told(given): return {"passed": True, "text": " ".join(sorted(os.environ))}
def reads(given):
    one = given["documents"][0]
    with open(one["path"], "a") as paper: paper.write("!")
    return {"passed": True, "text": f"{one['file']} {one['deliverable']}: {open(one['path']).read()}"}
def hangs(given): time.sleep(3600)
def stays(given):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
    open(given["file"], "w").write(str(child.pid))
    time.sleep(3600)
def dies(given): os.abort()
def signals(given): os.kill(os.getpid(), 40)
def traps(given):
    for name in os.listdir("."):
        if os.path.isfile(name): os.remove(name); os.mkfifo(name)
    os.mkfifo("answer.json")
    os._exit(1)
def leaves(given): sys.exit(7)
def silent(given): os._exit(0)
def raises(given): raise ValueError("no such\\x1b[31m scanner")
def swallows(given): return bytearray(2 << 30)
def fills(given):
    with open("much", "wb") as much:
        for _ in range(100): much.write(bytes(1 << 20))
def shouts(given):
    for _ in range(200_000): print("x" * 1000)
def screams(given):
    sys.stderr.write("x" * (65 << 20))
def returns(given): return eval(given["what"])
number = 3
"""


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    (tmp_path / "odd.py").write_text(ODD)
    (tmp_path / "needy.py").write_text("import nothing_like_this\n")
    (tmp_path / "torn.py").write_text("def f(:\n")
    return tmp_path


def called(modules: Path, name: str, *papers: Paper, seconds: int = 20, **given: Any) -> Answer:
    entry = name if ":" in name else f"odd:{name}"
    return run(Call(entry, given, papers, seconds, modules))


def test_an_answer_comes_back_as_it_was_given(modules: Path) -> None:
    assert called(modules, "passes") == Answer(
        passed=True, text="fine", facts={"n": 1, "share": 0.5, "ok": True, "none": None}
    )
    assert called(modules, "fails") == Answer(passed=False, text="two holes")
    assert called(modules, "repeats", word="Grün \u2028").text == "Grün"


def test_a_child_sees_no_token_and_no_database(modules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PHASEGATE_TOKEN", "PHASEGATE_DATABASE_URL", "PHASEGATE_SIGNING_KEY", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "secret")
    seen = set(called(modules, "told").text.split())
    assert seen <= {"PATH", "LANG", "LC_ALL", "TZ", "HOME", "TMPDIR", "PYTHONPATH", "LC_CTYPE"}


def test_a_child_reads_copies_of_documents_and_no_originals(modules: Path) -> None:
    kept = modules / "kept"
    kept.write_text("text")
    about = {"deliverable": "plan"}
    papers = (Paper(kept, "../../plan.md", about), Paper(kept, "plan.md", about))
    assert called(modules, "reads", *papers).text == "../../plan.md plan: text!"
    assert kept.read_text() == "text"


def test_a_document_that_is_gone_breaks_the_step_and_not_the_runner(modules: Path) -> None:
    answer = called(modules, "reads", Paper(modules / "gone", "plan.md", {"deliverable": "plan"}))
    assert answer.broke and answer.text.startswith("it could not be run: [Errno 2] No such file or directory")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("dies", "it was ended by signal 6 (Aborted)"),
        ("signals", f"it was ended by signal 40 ({signal.strsignal(40)})"),
        ("leaves", "it left with code 7"),
        ("traps", "it left with code 1"),
        ("silent", "it left without an answer"),
        ("raises", "ValueError: no such[31m scanner"),
        ("swallows", "MemoryError"),
        ("fills", "OSError: [Errno 27] File too large"),
        ("number", "'odd:number' cannot be imported: there is no function 'number' in odd"),
        ("odd:nothing", "'odd:nothing' cannot be imported: there is no function 'nothing' in odd"),
        ("nowhere:f", "'nowhere:f' cannot be imported: No module named 'nowhere'"),
        ("needy:f", "'needy:f' cannot be imported: No module named 'nothing_like_this'"),
        ("torn:f", "SyntaxError: invalid syntax"),
    ],
)
def test_a_child_that_breaks_says_why(modules: Path, name: str, why: str) -> None:
    assert called(modules, name) == Answer(passed=False, text=why, broke=True)


@pytest.mark.parametrize("name", ["shouts", "screams"])
def test_a_child_that_shouts_fills_neither_memory_nor_disk(modules: Path, name: str) -> None:
    answer = called(modules, name)
    assert answer.broke and len(answer.text) <= 1000


@pytest.mark.parametrize(
    "what",
    [
        "None",
        "[]",
        "{'passed': True}",
        "{'passed': 1, 'text': 'x'}",
        "{'passed': True, 'text': ''}",
        "{'passed': True, 'text': 'x' * 5000}",
        "{'passed': True, 'text': 'x', 'facts': {'a': float('nan')}}",
        "{'passed': True, 'text': 'x', 'facts': {'a': 2 ** 60}}",
        "{'passed': True, 'text': 'x', 'facts': {'a': [1]}}",
        "{'passed': True, 'text': 'x', 'facts': {'two words': 1}}",
        "{'passed': True, 'text': 'x', 'facts': {f'a{n}': n for n in range(51)}}",
        "{'passed': True, 'text': '\\ud800'}",
        "{'passed': True, 'text': 'x', 'more': 1}",
    ],
)
def test_rubbish_is_no_answer(modules: Path, what: str) -> None:
    answer = called(modules, "returns", what=what)
    assert (answer.passed, answer.broke) == (False, True)
    assert answer.text.startswith("it has to answer with passed, text and facts; ")


def test_an_answer_that_is_too_large_is_not_read(modules: Path) -> None:
    answer = called(modules, "returns", what="{'passed': True, 'text': 'x' * 2_000_000}")
    assert answer == Answer(passed=False, text="its answer is larger than 1,000,000 bytes", broke=True)


def test_what_is_not_plain_data_is_no_answer(modules: Path) -> None:
    answer = called(modules, "returns", what="{1, 2}")
    assert answer == Answer(passed=False, text="TypeError: Object of type set is not JSON serializable", broke=True)


def test_a_child_that_hangs_is_ended_with_all_that_it_started(modules: Path) -> None:
    pid = modules / "pid"
    answer = called(modules, "stays", seconds=2, file=str(pid))
    assert answer == Answer(passed=False, text="it took longer than 2 s and was ended", broke=True)
    assert _ended(int(pid.read_text()))


def test_nothing_is_left_on_the_disk(modules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = modules / "tmp"
    mine.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(mine))
    for name in ("passes", "raises", "fills"):
        called(modules, name)
    assert list(mine.iterdir()) == []


def test_a_child_whose_parent_is_gone_ends_itself(modules: Path) -> None:
    """It has asked for an alarm and for no more of the processor than its time, before it imports anything."""
    what = "__import__('resource').getrlimit(__import__('resource').RLIMIT_CPU)[1], __import__('signal').alarm(0)"
    answer = called(modules, "returns", what=f"{{'passed': True, 'text': str(({what}))}}", seconds=20)
    limit, left = map(int, answer.text.strip("()").split(","))
    assert limit == 25 and 0 < left <= 25


def _ended(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if gone(pid):
            return True
        os.sched_yield()
    return False
