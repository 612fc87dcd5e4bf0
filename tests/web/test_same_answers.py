"""The API answers what the command line answers: the same life, lived in both ways on two copies of the records."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lifecycle.actions.workspace import Workspace
from lifecycle.history import SYSTEM
from lifecycle.history.work import DocumentDrafted
from lifecycle.process.definition import AuthorityDefinition
from lifecycle.web.serving import listening, serving
from tests.builders import definition
from tests.cli.terminal import Terminal
from tests.web.client import APP, G1, Client

Both = Callable[..., Any]
WORDS = ("gate", "decide", "app", "G1", "--reason", "I read it.", "--vote")
CONDITION = {"text": "Write the tests", "owner": "erik", "due": "2026-02-27"}


class Lives:
    """A terminal on one copy of the records, and a client on the other."""

    def __init__(self, terminal: Terminal, client: Client, other: Path) -> None:
        self.terminal, self.client, self.other = terminal, client, other

    def do(self, words: tuple[object, ...], path: str, value: object = None, *, by: str = "paula") -> Any:
        """Do the same in both ways, and be told the same."""
        typed = self.terminal.json(*words, by=by)
        said = self.client.post(path, value, by=by)
        assert (said.status, said.value) == (201, typed)
        return typed

    def look(self, words: tuple[str, ...], path: str, *, by: str = "paula") -> None:
        """See the same in both ways."""
        said = self.client.get(path, by=by)
        assert (said.status, said.value) == (200, self.terminal.json(*words, by=by))

    def see_everything(self) -> None:
        """All that can be looked at is the same."""
        self.look(("inbox",), "/inbox", by="sam")
        self.look(("inbox", "--all"), "/inbox?everybody=true")
        self.look(("project", "list"), "/projects")
        self.look(("project", "show", "app"), APP)
        self.look(("project", "why", "app"), f"{APP}/why")
        for gate in ("G1", "G2"):
            self.look(("gate", "show", "app", gate), f"{APP}/gates/{gate}")

    def carry_on(self) -> None:
        """The flows take their steps in both."""
        here = self.terminal.data
        self.terminal.carry_on()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PHASEGATE_DATA", str(self.other))
            self.terminal.carry_on()
        assert self.terminal.data == here


@pytest.fixture
def lives(started: Terminal) -> Iterator[Lives]:
    yield from living(started)


@pytest.fixture
def emergency(terminal: Terminal) -> Iterator[Lives]:
    """Gate G1 is submitted in a process in which the architect and the customer may override."""
    rows = (*definition().authority, AuthorityDefinition(decision="override", roles=("architect", "customer")))
    process = definition(authority=rows).model_dump_json(exclude_none=True)
    (terminal.folder / "config" / "processes" / "small.yaml").write_text(process)
    terminal.submit()
    yield from living(terminal)


def living(terminal: Terminal) -> Iterator[Lives]:
    other = terminal.folder / "served"
    shutil.copytree(terminal.data, other)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PHASEGATE_DATA", str(other))
        work = terminal.work
    with listening("127.0.0.1", 0) as at, serving(work, at):
        yield Lives(terminal, Client(work, at.getsockname()[1]), other)
    work.database.close()


def test_a_gate_from_its_deliverable_to_its_condition(lives: Lives) -> None:
    lives.see_everything()
    file = lives.terminal.file("plan.md", "The plan.")
    typed = lives.terminal.json("project", "submit-deliverable", "app", "plan", file, "--note", "First.")
    handed = lives.client.post(f"{APP}/deliverables/plan/versions?file=plan.md&note=First.", b"The plan.")
    assert (handed.status, handed.value) == (201, typed)
    waive = {"criterion": "responses", "reason": "None yet."}
    lives.do(("gate", "waive", "app", "G1", "responses", "--reason", "None yet."), f"{G1}/waivers", waive, by="sam")
    with pytest.MonkeyPatch.context() as patch:
        for data in (lives.terminal.data, lives.other):
            patch.setenv("PHASEGATE_DATA", str(data))
            lives.terminal.does("plan", "import", "app", lives.terminal.folder / "plan.csv")
    lives.do(("gate", "submit", "app", "G1"), f"{G1}/reviews")
    lives.see_everything()
    lives.do(("gate", "withdraw", "app", "G1"), f"{G1}/withdrawals", {})
    lives.do(("gate", "submit", "app", "G1"), f"{G1}/reviews", {})
    hold = {"choice": "reject", "reason": "I read it.", "proposal": "hold"}
    lives.do((*WORDS, "reject", "--propose", "hold"), f"{G1}/votes", hold, by="sam")
    lives.see_everything()
    reason = {"reason": "Go on."}
    lives.do(("gate", "resume", "app", "G1", "--reason", "Go on."), f"{G1}/resumptions", reason, by="cora")
    vote = {"choice": "approve", "reason": "I read it."}
    lives.do((*WORDS, "approve"), f"{G1}/votes", vote, by="sam")
    conditional = vote | {"choice": "approve_with_conditions", "conditions": [CONDITION]}
    typed = (*WORDS, "approve_with_conditions", "--condition", "Write the tests; erik; 2026-02-27")
    assert lives.do(typed, f"{G1}/votes", conditional, by="cora")["outcome"] == "conditional_go"
    lives.carry_on()
    lives.see_everything()
    cleared = ("gate", "clear-condition", "app", "G1.3.1", "--evidence", "Seen.")
    lives.do(cleared, f"{APP}/conditions/G1.3.1/clearances", {"evidence": "Seen."}, by="sam")
    lives.see_everything()


def test_a_draft_is_handed_in_and_judged(lives: Lives) -> None:
    """The draft is what lies in the data folder of whoever serves."""
    for data in (lives.terminal.data, lives.other):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PHASEGATE_DATA", str(data))
            drafted(lives.terminal.work)
    lives.do(("project", "submit-deliverable", "app", "plan"), f"{APP}/deliverables/plan/versions")
    judged = ("project", "accept-deliverable", "app", "plan", "--not-met", "complete", "--send-back", "--reason", "No.")
    value = {"not_met": ["complete"], "send_back": True, "reason": "No."}
    lives.do(judged, f"{APP}/deliverables/plan/judgements", value, by="sam")
    lives.see_everything()


def drafted(work: Workspace) -> None:
    """The flows have drafted the plan."""
    what = {"phase": "planning", "attempt": 1, "deliverable": "plan", "file": "plan.md", "sha256": "0" * 64}
    draft = DocumentDrafted.model_validate({"project": "app", "at": work.now(), "by": SYSTEM} | what)
    with work.writing(SYSTEM) as store:
        store.append(draft)
    work.files.write_draft(work.files.draft("app", "plan.md"), "The plan.")
    work.database.close()


def test_an_override_is_asked_for_confirmed_and_looked_into(emergency: Lives) -> None:
    wish = {"outcome": "go", "reason": "The flood."}
    typed = ("gate", "override", "app", "G1", "--outcome", "go", "--reason", "The flood.")
    emergency.do(typed, f"{G1}/overrides", wish, by="ada")
    emergency.do(("gate", "confirm-override", "app", "G1"), f"{G1}/overrides/confirmations", by="cora")
    found = ("gate", "review-override", "app", "G1", "--finding", "It was right.")
    emergency.do(found, f"{G1}/overrides/findings", {"finding": "It was right."}, by="sam")
    emergency.see_everything()


@pytest.mark.parametrize(
    ("words", "path", "value", "by"),
    [
        (("gate", "submit", "app", "G1"), f"{G1}/reviews", None, "paula"),
        (("gate", "submit", "nowhere", "G1"), "/projects/nowhere/gates/G1/reviews", None, "paula"),
        (("gate", "withdraw", "app", "G1"), f"{G1}/withdrawals", None, "paula"),
        ((*WORDS, "approve"), f"{G1}/votes", {"choice": "approve", "reason": "I read it."}, "sam"),
        (("project", "submit-deliverable", "app", "nothing"), f"{APP}/deliverables/nothing/versions", None, "paula"),
    ],
)
def test_a_refusal_has_the_code_and_the_sentence_of_the_command_line(
    lives: Lives, words: tuple[str, ...], path: str, value: object, by: str
) -> None:
    error = lives.terminal(*words, "--json", by=by).value["error"]
    said = lives.client.post(path, value, by=by)
    assert (said.code, said.value["detail"]) == (error["code"], error["message"])
