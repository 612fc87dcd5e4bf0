"""The report plan in the PMO's language."""

from typing import Any

from lifecycle.process.comparison import differences
from lifecycle.process.definition import ProcessDefinition, ReportDefinition
from lifecycle.process.drawing import svg
from lifecycle.process.leaving import Names, without
from lifecycle.process.markdown import markdown
from lifecycle.process.mermaid import mermaid
from lifecycle.process.picture import picture
from lifecycle.process.soundness import problems
from tests.builders import definition, execution, phase, planning, wind_up


def report(id: str = "highlight", **changes: Any) -> ReportDefinition:
    return ReportDefinition(**({"id": id, "title": "Highlights", "by": "manager", "to": ("sponsor",)} | changes))


def process(*reports: ReportDefinition, **control: Any) -> ProcessDefinition:
    beside = phase("control", **({"beside": "execution"} | control))
    return definition(planning(), execution(), beside, wind_up(), reports=reports)


def told(found: ProcessDefinition) -> list[tuple[Any, ...]]:
    return [(*one.loc, one.message) for one in problems(found, ())]


def test_a_good_plan_has_no_problem() -> None:
    assert told(process(report(every_days=7), report("track", during=("control",)), cadence_days=14)) == []


def test_what_makes_no_sense_is_told_with_its_place() -> None:
    when = "nobody can tell when 'two' is due; write `every_days`, or a phase with `cadence_days`"
    bad = process(
        report("one", every_days=7, to=("sponsor", "sponser")),
        report("one", every_days=7, by="nobody", during=("contrl",)),
        report("two", during=("control", "zzz")),
    )
    assert told(bad) == [
        ("reports", 0, "to", 1, "there is no role 'sponser'; did you mean 'sponsor'?"),
        ("reports", 1, "id", "report 'one' stands here a second time; give each report a name of its own"),
        (
            "reports", 1, "by",
            "there is no role 'nobody'; the roles are architect, customer, engineer, manager, sponsor",
        ),
        ("reports", 1, "during", 0, "there is no phase 'contrl'; did you mean 'control'?"),
        (
            "reports", 2, "during", 1,
            "there is no phase 'zzz'; the phases are planning, execution, control, closing",
        ),
        ("reports", 2, when),
    ]  # fmt: skip


def test_only_a_phase_beside_another_has_a_cadence() -> None:
    found = told(definition(planning(cadence_days=7), execution(), wind_up()))
    message = "'planning' has gates for its rhythm; only a phase `beside` another one has a cadence"
    assert found == [("phases", 0, "cadence_days", message)]


def test_cadence_and_reports_are_shown() -> None:
    shown = process(report(during=("control",)), cadence_days=14)
    assert "Control runs beside Execution, every 14 days." in picture(shown).sentences
    assert "every 14 days" in svg(picture(shown))
    assert "Control<br>every 14 days" in mermaid(picture(shown))
    assert "| highlight | Highlights | every 14 days | control | manager | sponsor |" in markdown(shown)
    assert "## Reports" not in markdown(process())


def test_what_changed_in_the_plan_is_told() -> None:
    old = process(report(every_days=7), report("gone", every_days=1))
    new = process(report(every_days=14, to=("sponsor", "customer")))
    assert [(one.kind, one.name, one.text) for one in differences(old, new)] == [
        ("report", "highlight", "to: added customer"),
        ("report", "highlight", "every days: 7 days -> 14 days"),
        ("report", "gone", "removed: Highlights"),
    ]


def test_a_renamed_phase_is_no_change_of_its_reports() -> None:
    old = process(report(every_days=7, during=("control",)), purpose="To look.")
    new = definition(
        planning(), execution(), phase("watch", title="Control", purpose="To look.", beside="execution"), wind_up(),
        reports=(report(every_days=7, during=("watch",)),),
    )  # fmt: skip
    assert [one.text for one in differences(old, new)] == ["renamed from 'control'"]


def test_a_report_goes_with_what_is_left_of_a_process() -> None:
    plan = (
        report("both", every_days=7, during=("control", "execution"), to=("sponsor", "ghost")),
        report("track", every_days=7, during=("control",)),
        report("ghostly", every_days=7, to=("ghost",)),
    )
    left = without(process(*plan), Names(phases=("control",), roles=("ghost",))).reports
    assert [(one.id, one.during, one.to) for one in left] == [("both", ("execution",), ("sponsor",))]
