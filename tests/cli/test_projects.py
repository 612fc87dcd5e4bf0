"""A project on the command line, from its charter to its end."""

import pytest

from lifecycle.actions.processes import followed
from lifecycle.actions.views import project_status
from lifecycle.actions.workspace import system_clock
from lifecycle.cli.strip import page
from lifecycle.history.charter import TailoringChoice
from lifecycle.process.definition import TailoringDefinition
from lifecycle.progress import AwaitClosing, Ended
from lifecycle.records.outbox import release_lease, take_lease
from lifecycle.value import digest
from tests.builders import START, charter, definition
from tests.cli.terminal import Terminal


def test_there_is_no_project_yet_and_the_list_says_what_to_do(terminal: Terminal) -> None:
    said = terminal.does("project", "list")
    assert "no project" in said
    assert "Next: phasegate project start" in said
    assert terminal.json("project", "list") == []


def test_a_project_starts_from_its_charter(terminal: Terminal) -> None:
    value = terminal.json("project", "start", terminal.folder / "app.yaml")
    assert value == {"id": "app", "project": "app", "process": "small 1", "at": value["at"], "by": "paula"}
    assert value["at"].startswith("2026-01-05T09:00")
    assert terminal.json("project", "list")[0]["state"] == "open phase"


def test_a_started_project_says_what_comes_next(terminal: Terminal) -> None:
    said = terminal.does("project", "start", terminal.folder / "app.yaml")
    assert "App (app) has started on the process small 1." in said
    assert "Next: phasegate worker" in said
    assert "nothing to wait for: the engine opens its next phase" in terminal.does("project", "why", "app")
    shown = terminal.does("project", "show", "app")
    assert "Nobody is waited for." in shown
    assert "State: about to open its next phase\n" in shown
    early = terminal("gate", "submit", "app")
    assert early.code == 1
    assert "G1 is not in preparation (now: planning is opened by the next run: phasegate worker)." in early.err
    assert terminal.does("gate", "show", "app").startswith("G1 of app")


def test_nobody_is_told_to_start_a_runner_while_one_is_at_work(terminal: Terminal) -> None:
    with terminal.work.database.writing("system", START) as store:
        assert take_lease(store.connection, "runner", "up", system_clock())
    said = terminal.does("project", "start", terminal.folder / "app.yaml")
    assert said.rstrip().endswith("Next: phasegate project why app")
    with terminal.work.database.writing("system", START) as store:
        release_lease(store.connection, "runner", "up", system_clock())
    assert "Next: phasegate worker" in terminal.does("project", "why", "app")


def test_a_project_starts_once(started: Terminal) -> None:
    said = started("project", "start", started.folder / "app.yaml")
    assert said.code == 5
    assert "already" in said.err


@pytest.mark.parametrize("charter", ["project: app\n", "project: [\n", "", "\xff"])
def test_a_bad_charter_starts_nothing(terminal: Terminal, charter: str) -> None:
    file = terminal.folder / "bad.yaml"
    file.write_bytes(charter.encode("latin-1"))
    said = terminal("project", "start", file)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(str(file))
    assert terminal.json("project", "list") == []


@pytest.mark.parametrize("verb", ["show", "why"])
def test_an_unknown_project_is_code_4_and_names_those_there_are(started: Terminal, verb: str) -> None:
    said = started("project", verb, "website")
    assert said.code == 4
    assert "Known: app" in said.err


def test_the_list_shows_where_each_project_is(started: Terminal) -> None:
    assert "preparing" in started.does("project", "list")
    listed = started.json("project", "list")[0]
    assert (listed["id"], listed["phase"], listed["gate"]) == ("app", "planning", "G1")


def test_why_names_each_gap_with_its_role_and_persons(started: Terminal) -> None:
    said = started.does("project", "why", "app")
    assert "app is preparing G1 (Gate G1)." in said
    assert "2 gaps before it can be submitted" in said
    gap = next(row for row in said.splitlines() if row.startswith("deliverable.plan"))
    assert gap.split()[-2:] == ["manager", "paula"]
    assert "Next: phasegate project show app" in said
    assert started.json("project", "why", "app")["gaps"][0]["persons"] == ["paula"]


def test_why_says_when_nothing_is_missing(started: Terminal) -> None:
    started.does("plan", "import", "app", started.folder / "plan.csv")
    started.does("project", "submit-deliverable", "app", "plan", started.file("plan.md", "The plan."))
    said = started.does("project", "why", "app")
    assert "Nothing is missing for its gate." in said
    assert "Next: phasegate gate submit app G1" in said


def test_the_page_of_a_project_draws_its_strip(submitted: Terminal) -> None:
    said = submitted.does("project", "show", "app")
    assert "◐ planning ◇ G1 awaiting decision ─ ○ execution ◇ G2 ─ ○ closing ◇ G3" in said
    assert "control (beside execution)" in said
    assert "100,000.00 EUR, tolerance 10 %" in said
    assert "Next: phasegate gate decide app G1 --vote approve --reason TEXT --as sam" in said
    status = submitted.json("project", "show", "app")
    assert (status["state"], status["as_of"]) == ("awaiting decision", "2026-01-05")


def test_the_page_of_a_project_names_the_command_for_what_is_to_be_handed_in(started: Terminal) -> None:
    said = started.does("project", "show", "app")
    assert "Next: phasegate project submit-deliverable app plan --as paula" in said
    assert "phasegate gate submit app G1 --as paula" in said


def test_a_deliverable_is_handed_in_with_its_digest(started: Terminal) -> None:
    file = started.file("plan.md", "The plan.")
    value = started.json("project", "submit-deliverable", "app", "plan", file, "--note", "First version")
    assert (value["version"], value["note"], value["by"]) == (1, "First version", "paula")
    assert value["sha256"] == digest(b"The plan.")
    said = started.does("project", "submit-deliverable", "app", "plan", started.file("plan.md", "A better plan."))
    assert "plan version 2 is handed in: plan.md, SHA-256 " in said


def test_a_deliverable_from_a_file_that_is_not_there_is_unreadable_input(started: Terminal) -> None:
    said = started("project", "submit-deliverable", "app", "plan", "nowhere.md")
    assert said.code == 2
    assert "nowhere.md" in said.err


def test_a_deliverable_is_sent_back_then_accepted_and_handed_over(executing: Terminal) -> None:
    executing.does("project", "submit-deliverable", "app", "app", executing.file("app.zip", "1"), by="erik")
    judge = ("project", "accept-deliverable", "app", "app")
    said = executing.does(*judge, "--not-met", "complete", "--reason", "Half of it.", by="cora")
    assert "app version 1 is sent back by cora." in said
    assert "Next: phasegate project submit-deliverable app app" in said
    late = executing(*judge, by="cora")
    assert (late.code, "was sent back by Cora C. already, on 2026-01-05" in late.err) == (5, True)
    executing.does("project", "submit-deliverable", "app", "app", executing.file("app.zip", "2"), by="erik")
    assert executing(*judge, by="erik").code == 1
    assert "app version 2 is accepted by cora." in executing.does(*judge, by="cora")
    handed = executing.json("project", "hand-over", "app", "app", "--to", "cora")
    assert handed["to"] == "cora"
    again = executing("project", "hand-over", "app", "app", "--to", "cora")
    assert again.code == 1


def test_sending_back_without_saying_why_is_refused(executing: Terminal) -> None:
    executing.does("project", "submit-deliverable", "app", "app", executing.file("app.zip", "1"), by="erik")
    assert executing("project", "accept-deliverable", "app", "app", "--send-back", by="cora").code == 1


def test_a_handed_over_product_says_to_whom(executing: Terminal) -> None:
    executing.does("project", "submit-deliverable", "app", "app", executing.file("app.zip", "1"), by="erik")
    executing.does("project", "accept-deliverable", "app", "app", by="cora")
    assert "handed over to cora" in executing.does("project", "hand-over", "app", "app", "--to", "cora")


def test_success_is_judged_by_somebody_with_evidence(executing: Terminal) -> None:
    said = executing.does("project", "judge", "app", "used", "--not-met", "--evidence", "900 users", by="sam")
    assert "Success criterion used is not met: 900 users" in said
    assert executing("project", "judge", "app", "used", "--evidence", "900 users", by="sam").code == 2


def test_people_are_released(executing: Terminal) -> None:
    assert "Released from app: erik." in executing.does("project", "release", "app", "erik")
    assert {record["person"] for record in executing.json("project", "release", "app")} >= {"ada", "cora"}


def test_a_stopped_project_is_wound_up_and_closed_early(started: Terminal) -> None:
    assert started("project", "stop", "app", "--reason", "Too dear.", by="erik").code == 1
    assert "app is stopped by sam." in started.does("project", "stop", "app", "--reason", "Too dear.", by="sam")
    assert isinstance(started.carry_on(), AwaitClosing)
    said = started.does("project", "why", "app")
    assert "wound up, to be closed early" in said
    assert "Before it can be closed\n- no lesson was recorded\n- 'Final report' was not submitted\n- people are" in said
    assert said.partition("Next: ")[2].split("\n")[:-1] == [
        "phasegate lesson add app --text TEXT --recommendation TEXT",
        "      phasegate project submit-deliverable app final-report",
        "      phasegate project release app",
    ]
    assert "phasegate project why app" in started.does("project", "show", "app").partition("Next: ")[2]
    blocked = started("project", "close", "app")
    assert blocked.code == 1
    started.does("project", "submit-deliverable", "app", "final-report", started.file("r.md", "The end."))
    started.does("project", "accept-deliverable", "app", "final-report", by="sam")
    started.does("lesson", "add", "app", "--text", "Too late.", "--recommendation", "Stop early.")
    started.does("project", "judge", "app", "used", "--not-met", "--evidence", "Nobody", by="sam")
    started.does("project", "release", "app")
    assert "Next: phasegate project close app" in started.does("project", "why", "app")
    assert "app is closed early. Journal head: " in started.does("project", "close", "app")
    assert isinstance(started.carry_on(), Ended)
    said = started.does("project", "show", "app")
    assert "State: closed early" in said
    assert "Next: phasegate report closure app" in said
    assert "app is closed early." in started.does("project", "why", "app")


@pytest.mark.parametrize(("late", "words"), [(0, "on time"), (1, "1 day late"), (-3, "3 days early"), (None, "-")])
def test_a_forecast_says_how_late_it_is(executing: Terminal, late: int | None, words: str) -> None:
    status = project_status(executing.work, "app").model_copy(update={"days_late": late})
    assert f"Forecast       finish 2026-02-13, {words}\n" in page(
        status, followed(executing.work, "app"), executing.folder
    )


def test_the_page_of_a_tailored_project_says_what_it_does_without_and_why(terminal: Terminal) -> None:
    rule = TailoringDefinition(id="tiny", text="Tiny.", when="people.total > 1", leave_out=("test-report",))
    process = definition().model_copy(update={"tailoring": (rule,)})
    terminal.file("config/processes/small.yaml", process.model_dump_json(exclude_none=True))
    choice = TailoringChoice(rule="tiny", reason="Three of us, six weeks")
    file = terminal.file("charter.yaml", charter(plan=None, tailoring=(choice,)).model_dump_json(exclude_none=True))
    terminal.does("project", "start", file, "--as", "sam")
    row = next(line for line in terminal.does("project", "show", "app").splitlines() if line.startswith("tiny"))
    assert row.split("  ")[0] == "tiny" and "test-report" in row and row.endswith("Three of us, six weeks")
    assert terminal.json("project", "show", "app")["tailored"][0]["reason"] == "Three of us, six weeks"
