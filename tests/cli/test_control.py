"""Plans, progress and changes on the command line."""

import pytest

from tests.cli.terminal import Terminal

RECORD = ("progress", "record", "app", "A1", "--date", "2026-01-05")


def test_a_plan_is_drawn_up_with_dates_and_cost(started: Terminal) -> None:
    said = started.does("plan", "import", "app", started.folder / "plan.csv")
    assert "number 1 of app, 3 activities" in said
    assert "2026-01-05 to " in said
    assert "25,000.00" in said
    assert "A1, A2, M1" in said
    assert started.json("plan", "import", "app", started.folder / "plan.csv")["plan"]["activities"][1]["id"] == "A2"


HEAD = "id,name,wbs,duration,predecessors,owner,cost\n"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("", ""),
        ("A1,Build,1,x,,engineer,5\n", "plan.csv:2"),
        ("A1,Build,1,5,,engineer,-5\n", "plan.csv:2"),
        ("A1,Build,1,5,A2,engineer,5\nA2,Test,1,5,A1,engineer,5\n", "A1"),
        ("A1,Build,1,5,A9,engineer,5\n", "A9"),
    ],
)
def test_a_bad_plan_is_refused_with_its_problem(started: Terminal, rows: str, message: str) -> None:
    said = started("plan", "import", "app", started.file("plan.csv", HEAD + rows))
    assert (said.code, said.out) == (2, "")
    assert message in said.err
    assert started.json("project", "show", "app")["schedule"] is None


def test_progress_is_recorded_and_shown(executing: Terminal) -> None:
    said = executing.does(*RECORD, "--percent", "40%", "--cost", "9000", "--started", "2026-01-05", "--remaining", 12)
    assert "A1 of app is 40 % complete on 2026-01-05 and has cost 9,000.00." in said
    shown = executing.does("project", "show", "app")
    assert "9,000.00 EUR for work worth 8,000.00 EUR" in shown
    assert "32.0 % complete, CPI 0.89" in shown
    assert "32.0 % complete, CPI 0.89" in shown
    assert "Activities     0 of 3 done" in shown
    assert "Forecast " in shown


def test_progress_is_imported_from_a_file(executing: Terminal) -> None:
    text = "status_date,activity,percent,actual_start,actual_finish,actual_cost,remaining\n"
    file = executing.file("progress.csv", text + "2026-01-05,A1,10,2026-01-05,,2500,\n")
    assert "2026-01-05   1           2,500.00" in executing.does("progress", "import", "app", file)
    assert executing.json("progress", "import", "app", file)[0]["status_date"] == "2026-01-05"


@pytest.mark.parametrize(
    "words",
    [
        ("progress", "record", "app", "A9", "--date", "2026-01-05", "--percent", 4, "--cost", 1),
        ("progress", "record", "app", "A1", "--date", "2027-01-05", "--percent", 4, "--cost", 1),
        ("progress", "import", "app", "nowhere.csv"),
        ("progress", "record", "app", "A1", "--date", "2026-01-05", "--percent", 4, "--cost", 1, "--remaining", 9999),
    ],
)
def test_wrong_progress_is_not_taken(executing: Terminal, words: tuple[object, ...]) -> None:
    assert executing(*words).code in (1, 2, 4)
    assert executing.json("project", "show", "app")["value"] is None


def test_a_change_is_raised_assessed_and_decided(executing: Terminal) -> None:
    assert "There is no change in app yet." in executing.does("change", "list", "app")
    said = executing.does("change", "raise", "app", "--title", "French", "--reason", "A branch opens", by="cora")
    assert "Change 1 of app is raised: French." in said
    assert "Next: phasegate change assess app 1" in said
    assess = ("change", "assess", "app", 1, "--scope", "More texts", "--cost", 4000, "--days", 1)
    assert "cost 4,000.00, 1 day." in executing.does(*assess)
    assert executing("change", "decide", "app", 1, "accept", "--reason", "r", by="cora").code == 1
    said = executing.does(
        "change", "decide", "app", 1, "modify", "--reason", "Less", "--cost", 3000, "--days", 1, by="sam"
    )
    assert "Change 1 of app is accepted in modified form: cost 3,000.00, 1 day." in said
    listed = executing.json("change", "list", "app")
    assert [(c["number"], c["state"], c["cost"], c["days"]) for c in listed] == [
        (1, "accepted in modified form", "3000", 1)
    ]
    assert executing.json("project", "show", "app")["baseline"] == 2


def test_changes_are_listed_with_their_states(executing: Terminal) -> None:
    for title in ("One", "Two", "Three"):
        executing.does("change", "raise", "app", "--title", title, "--reason", "Because", by="cora")
    for number in (2, 3):
        executing.does("change", "assess", "app", number, "--scope", "s", "--cost", "-100.50", "--days", 0)
    assert "Change 3 of app is rejected." in executing.does(
        "change", "decide", "app", 3, "reject", "--reason", "No", by="sam"
    )
    assert [c["state"] for c in executing.json("change", "list", "app")] == ["raised", "assessed", "rejected"]
    assert "-100.50" in executing.does("change", "list", "app")
    assert "change 2" in executing.does("inbox", by="sam") + executing.does("inbox", by="paula").lower()


def test_a_change_with_a_plan_reads_it(executing: Terminal) -> None:
    executing.does("change", "raise", "app", "--title", "One", "--reason", "Because", by="cora")
    assess = ("change", "assess", "app", 1, "--scope", "s", "--cost", 1, "--days", 0, "--plan")
    assert executing(*assess, "nowhere.csv").code == 2
    assert executing.json(*assess, executing.folder / "plan.csv")["plan"]["activities"]


def test_an_unknown_change_is_code_4(executing: Terminal) -> None:
    assert executing("change", "decide", "app", 7, "reject", "--reason", "No", by="sam").code == 4
