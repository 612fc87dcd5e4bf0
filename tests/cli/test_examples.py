"""The examples in the help work: they are typed as they stand, in the order of a project's life."""

import shutil
from pathlib import Path

import pytest

from lifecycle.cli.main import run
from tests.cli.commands import commands
from tests.cli.terminal import Terminal

ROOT = Path(__file__).parents[2]
OF_FLOWS = {"demo", "serve", "up", "worker"}
NEEDS_AN_INSTALLATION = {"doctor"}
NAMES_A_TOKEN = {"token revoke"}
NEEDS_AN_AUTHORITY = {"gate override", "gate confirm-override", "gate review-override"}
"""The processes of the packs let nobody override; tests/cli/test_people.py does."""


class Life:
    """The website of the example program, lived with the examples of the help and what comes between them."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.examples = {" ".join(command.words): command.example for command in commands()}
        self.typed: set[str] = set()

    def example(self, *names: str) -> None:
        """Type the examples of these commands."""
        for name in names:
            code, said = run(self.examples[name]), self.terminal.capsys.readouterr()
            assert (code, said.err) == (0, ""), (name, said)
            self.typed.add(name)

    def does(self, words: str, by: str) -> None:
        """Type something else; words with a text in them are split at the bars."""
        self.terminal.does(*(words.split("|") if "|" in words else words.split()), by=by)

    def hands_in(self, by: str, *deliverables: str) -> None:
        for deliverable in deliverables:
            self.does(f"project submit-deliverable website {deliverable}", by)

    def votes(self, gate: str, *people: str) -> None:
        """These people approve, and the flows carry on."""
        for person in people:
            self.does(f"gate|decide|website|{gate}|--vote|approve|--reason|Good.", person)
        self.carries_on()

    def carries_on(self) -> None:
        self.terminal.carry_on("website")

    def on(self, day: str) -> None:
        (self.terminal.folder / "clock").write_text(f"{day}T10:00:00")


@pytest.fixture
def life(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Life:
    """A person in a folder with `config` and `templates`, as after `phasegate init`."""
    home = terminal.folder / "home"
    home.mkdir()
    for name in ("config", "templates"):
        (home / name).symlink_to(ROOT / name)
    monkeypatch.chdir(home)
    for name in ("PHASEGATE_DATA", "PHASEGATE_CONFIG"):
        monkeypatch.delenv(name)
    return Life(terminal)


def looks_around(life: Life) -> None:
    life.example("process list", "process show", "process validate", "process facts", "process schema", "init")
    life.example("process diff", "process simulate", "token create", "token list")
    life.example("process draft", "process review", "process publish", "process versions")


def initiation(life: Life) -> None:
    life.example("project start")
    life.carries_on()
    life.example("project list", "project show", "project why", "project submit-deliverable", "gate waive")
    life.carries_on()
    life.example("step list", "step run")
    life.example("gate submit", "gate show", "gate deadlines", "gate withdraw")
    life.does("gate submit website G0", "priya.nair")
    life.example("inbox", "gate decide")
    life.carries_on()
    life.hands_in("priya.nair", "project-charter", "stakeholder-register")
    life.does("gate submit website G1", "priya.nair")
    life.does("gate|decide|website|G1|--vote|reject|--propose|hold|--reason|No money yet.", "ingrid.solberg")
    life.example("gate resume")
    life.votes("G1", "anna.berg")
    life.example("gate approve")
    life.carries_on()


def planning(life: Life) -> None:
    life.example("plan import", "risk add", "risk list")
    life.hands_in("amara.okafor", "requirements-documentation")
    life.hands_in("priya.nair", "scope-baseline", "schedule-baseline", "cost-baseline", "quality-management-plan")
    life.hands_in("priya.nair", "risk-register")
    life.does("gate submit website G2", "priya.nair")
    condition = "The data protection officer agrees; amara.okafor; 2026-03-27"
    vote = f"gate|decide|website|G2|--vote|approve_with_conditions|--condition|{condition}|--reason|Good."
    life.does(vote, "viktor.larsen")
    life.votes("G2", "ingrid.solberg")
    life.example("gate clear-condition")


def moving(life: Life) -> None:
    """The website follows another version before its execution ends."""
    text = (ROOT / "config" / "processes" / "predictive.yaml").read_text()
    other = text.replace('version: "1.0"', 'version: "1.1"').replace("process: predictive", "process: ours", 1)
    Path("ours.yaml").write_text(other)
    life.example("process migrate")
    for reason in ("An audit", "An audit, after all"):
        life.does(f"process|migrate|website|--to|ours.yaml|--reason|{reason}", "priya.nair")
        life.example("process show-migration")
        if "process withdraw-migration" not in life.typed:
            life.example("process withdraw-migration")
    life.example("process confirm-migration")


def execution(life: Life) -> None:
    life.on("2026-04-10")
    life.example("delegation grant", "delegation list", "delegation revoke")
    life.example("people assign", "people list", "people remove")
    life.example("progress import", "progress record", "change raise", "change assess", "change decide", "change list")
    life.does("progress record website W31 --percent 26 --cost 8500 --date 2026-04-10 --remaining 80", "priya.nair")
    life.example("exception list", "exception decide")
    life.example("risk close", "issue add", "issue list", "issue close", "lesson add", "lesson list")
    life.example("follow-on add", "follow-on list")
    life.does(
        "project submit-deliverable website website-platform config/examples/digital-platform/program.yaml",
        "lukas.meyer",
    )
    life.example(
        "project accept-deliverable",
        "project hand-over",
        "project judge",
        "report status",
        "report gate",
        "report list",
    )


def steered_by_stages(life: Life) -> None:
    """Another project, whose process has tolerances of its own."""
    life.does("project start config/examples/prince2-style/charter.yaml", "helga.brandt")
    life.example("tolerance list", "tolerance grant")


def end(life: Life) -> None:
    life.example("project stop")
    life.carries_on()
    while waiting := [item for item in life.terminal.json("inbox", "--all") if item["what"] in ("submit", "accept")]:
        verb = f"project {waiting[0]['what']}-deliverable website {waiting[0]['subject']}"
        life.does(verb, waiting[0]["person"])
    for criterion in ("accessible", "self-service"):
        life.does(f"project|judge|website|{criterion}|--met|--evidence|Tested.", "ingrid.solberg")
    life.example("project release", "project close", "report closure", "audit verify")
    life.example("process replay")
    life.example("audit export", "audit witness", "audit new-key", "people erase")


def upkeep(life: Life) -> None:
    life.example("process retire")
    life.example("db upgrade", "db backup", "db restore", "db dump", "db copy")


def program(life: Life) -> None:
    shutil.move(".phasegate", "website-data")
    life.example("program start", "program show", "program report", "report program")


def test_every_example_works_as_it_stands(life: Life) -> None:
    for chapter in (looks_around, initiation, planning, moving, execution, steered_by_stages, end, upkeep, program):
        chapter(life)
    left = set(life.examples) - life.typed
    assert left <= OF_FLOWS | NEEDS_AN_INSTALLATION | NAMES_A_TOKEN | NEEDS_AN_AUTHORITY
