"""The documents of the shipped processes: every one drafts well from a bare and from a full project."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lifecycle.process.definition import DeliverableDefinition
from lifecycle.rendering.documents import render_document
from tests.process.packs import (
    TEMPLATES,
    documents,
    every_document,
    pack,
    templates,
)

EMPTY: dict[str, Any] = {
    "project": {
        "id": "website",
        "title": "Website",
        "goal": "Customers find answers by themselves",
        "need": "Too many calls",
        "start": date(2026, 1, 5),
        "finish": date(2026, 9, 30),
        "tolerance_days": 10,
        "budget": Decimal("480000"),
        "currency": "EUR",
        "tolerance_percent": Decimal("5"),
        "scope": "The public website",
        "excluded": [],
        "assumptions": [],
        "success_criteria": [],
        "benefits": [],
        "people": [],
        "products": [],
        "program": None,
    },
    "plan": [],
    "tolerances": [],
    "exceptions": [],
    "tailoring": [],
    "risks": [],
    "issues": [],
    "changes": [],
    "lessons": [],
    "decisions": [],
    "deliverables": [],
    "objectives": [],
    "projects": [],
    "dependencies": [],
    "date": date(2026, 2, 2),
}


def activity(number: int) -> dict[str, Any]:
    """Seven activities in four work packages; the third is a milestone, every second one is critical."""
    return {
        "id": f"A{number}",
        "name": f"Task {number}",
        "wbs": f"1.{number // 2 + 1}",
        "duration": 0 if number == 3 else 5,
        "predecessors": "A1; A2SS+2" if number > 2 else "",
        "owner": "project-team",
        "cost": Decimal("1000.50"),
        "start": date(2026, number, 1),
        "finish": date(2026, number, 20),
        "float": number % 2 * 3,
        "critical": number % 2 == 0,
    }


def risk(number: int, score: int, response: str | None, state: str) -> dict[str, Any]:
    words = {"title": f"Risk | {number}", "category": "delay", "response": response, "state": state}
    return {
        "number": number,
        "probability": 5,
        "impact": score // 5,
        "score": score,
        "owner": "sponsor",
        **words,
    }


FULL: dict[str, Any] = EMPTY | {
    "project": EMPTY["project"]
    | {
        "program": "digital",
        "excluded": ["The shop", "The old | system"],
        "assumptions": ["The interface is ready\nin June"],
        "success_criteria": [{"id": "S1", "text": "Fewer calls", "measure": "calls a month"}],
        "benefits": [
            {
                "id": "B1",
                "text": "Less to pay",
                "measure": "EUR a year",
                "baseline": "900",
                "target": "600",
                "owner": "sponsor",
                "due": date(2027, 1, 1),
                "monetary": True,
            }
        ],
        "people": [
            {"id": "anna", "name": "Anna Berg", "roles": ["project-manager"], "titles": ["Project manager"]},
            {
                "id": "sam",
                "name": "Sam Sol",
                "roles": ["sponsor", "supplier"],
                "titles": ["Sponsor", "Supplier"],
            },
        ],
        "products": [
            {
                "id": "site",
                "title": "Public site",
                "owner": "project-team",
                "criteria": ["loads in 2 s", "accessible"],
            },
            {"id": "cms", "title": "Editor", "owner": "project-team", "criteria": []},
        ],
    },
    "tolerances": [
        {"level": "stage", "measure": "time", "amount": "10 days", "asked": "Executive"},
        {"level": "stage", "measure": "cost", "amount": "8 %", "asked": "Executive"},
        {"level": "work package", "measure": "time", "amount": "5 days", "asked": "Project | manager"},
    ],
    "exceptions": [
        {"number": 1, "level": "stage", "subject": "work", "text": "Late | indeed.", "open": True, "state": "open"},
        {"number": 2, "level": "project", "subject": "", "text": "Dear.", "open": False, "state": "ended"},
    ],
    "plan": [activity(number) for number in range(1, 8)],
    "tailoring": [
        {"rule": "small", "left_out": "gate G0 Project | authorisation", "made_optional": "", "reason": "Six weeks"}
    ],
    "risks": [risk(1, 20, None, "open"), risk(2, 5, "buy it", "did not happen"), risk(3, 15, "ask", "open")],
    "issues": [{"number": 1, "title": "No test system", "severity": "high", "owner": "project-team", "state": "open"}],
    "changes": [
        {"number": 1, "title": "Log in", "state": "accepted", "cost": Decimal("5000"), "days": 3},
        {"number": 2, "title": "Blue", "state": "raised", "cost": None, "days": None},
    ],
    "lessons": [{"number": 1, "text": "Tests came late", "recommendation": "Test from the first week"}],
    "decisions": [
        {"gate": "G1", "title": "Charter", "round": 1, "outcome": "Recycle", "date": date(2026, 1, 9)},
        {"gate": "G1", "title": "Charter", "round": 2, "outcome": "Go", "date": date(2026, 1, 16)},
    ],
    "deliverables": [{"deliverable": "charter", "title": "Charter", "state": "accepted", "version": 2}],
    "objectives": [{"id": "O1", "text": "Digital first"}, {"id": "O2", "text": "Unserved"}],
    "projects": [{"project": "backend", "objective": "O1"}, {"project": "app", "objective": "O1"}],
    "dependencies": [{"id": "D1", "text": "Interface", "before": "backend/B30", "after": "app/A12"}],
}


def rendered(name: str, item: DeliverableDefinition, records: dict[str, Any]) -> str:
    phase = next(phase for phase in pack(name).phases if item in phase.deliverables)
    context = records | {
        "process": {"title": pack(name).title, "version": pack(name).version},
        "phase": {"id": phase.id, "title": phase.title, "purpose": phase.purpose, "attempt": 2},
        "document": {
            "id": item.id,
            "title": item.title,
            "owner": item.owner,
            "owner_title": item.owner.capitalize(),
            "accepted_by": item.acceptance.by,
            "criteria": list(item.acceptance.criteria),
            "rasci": dict(item.rasci),
        },
    }
    return render_document(str(item.template), context, TEMPLATES)


def document(name: str, deliverable: str, records: dict[str, Any] = FULL) -> str:
    item = {item.id: item for item in pack(name).deliverables}[deliverable]
    return rendered(name, item, records)


def cells(line: str) -> int:
    return len(re.findall(r"(?<!\\)\|", line))


def tables(text: str) -> Iterator[list[str]]:
    for block in re.split(r"\n(?!\|)", text):
        rows = [line for line in block.split("\n") if line.startswith("|")]
        if rows:
            yield rows


@every_document
def test_a_draft_is_well_formed_markdown_from_a_bare_and_from_a_full_project(
    name: str, item: DeliverableDefinition
) -> None:
    for records in (EMPTY, FULL):
        text = rendered(name, item, records)
        assert text.startswith(f"# {item.title}\n")
        assert "\n\n\n" not in text
        assert text.endswith("|\n")
        for table in tables(text):
            assert {cells(row) for row in table} == {cells(table[0])}, table
            assert re.fullmatch(r"\|(---\|)+", table[1]), table


@every_document
def test_a_draft_carries_control_block_acceptance_criteria_and_guidance(name: str, item: DeliverableDefinition) -> None:
    text = rendered(name, item, FULL)
    assert "Website" in text and "part of `digital`" in text and "attempt 2" in text
    assert "draft of 2026-02-02" in text
    assert all(f"- [ ] {criterion}" in text for criterion in item.acceptance.criteria)
    assert f"- Responsible: {item.owner}" in text
    assert re.search(r"_[^_|]{3,}_", text.split("## Acceptance")[0].split("submit._")[1]), (
        "nothing is asked of the author"
    )


@pytest.mark.parametrize(
    ("name", "deliverable", "words"),
    [
        ("predictive", "risk-register", ["Risk \\| 1", "response missing", "high (score 15 and more): 2"]),
        (
            "predictive",
            "project-charter",
            ["Customers find answers", "| 10 calendar days |", "EUR\u00a0480,000", "Anna Berg"],
        ),
        ("predictive", "business-case", ["Too many calls", "Less to pay"]),
        (
            "predictive",
            "schedule-baseline",
            ["7 activities, 2026-01-01 to 2026-07-20", "A2 → A4 → A6", "| A3 | Task 3 |"],
        ),
        ("predictive", "cost-baseline", ["7,003.50", "472,996.50", "| 2026-05 | 1,000.50 |"]),
        ("predictive", "scope-baseline", ["- **1.2**\n  - A2 Task 2\n  - A3 Task 3", "The old | system"]),
        ("predictive", "assumption-log", ["The interface is ready in June", "The old \\| system"]),
        ("predictive", "lessons-learned-register", ["Tests came late", "G1 round 1: Recycle"]),
        ("predictive", "approved-changes", ["| 1 | Log in | accepted | 5000 | 3 |"]),
        ("predictive", "closed-procurements", ["Sam Sol"]),
        ("prince2-style", "project-initiation-documentation", ["2026-09-30 and 10 calendar days", "EUR\u00a0480,000"]),
        (
            "prince2-style",
            "project-initiation-documentation",
            ["| Stage | Cost | 8 % | Executive |", "| Work package | Time | 5 days | Project \\| manager |"],
        ),
        ("prince2-style", "next-stage-plan", ["stray by time 10 days, cost 8 %."]),
        ("prince2-style", "work-packages", ["| time 5 days |"]),
        ("prince2-style", "highlight-report", ["| Stage | time 10 days, cost 8 % |"]),
        ("prince2-style", "exception-report", ["| Exception 1: stage work | Late \\| indeed. |"]),
        ("prince2-style", "end-stage-report", ["- Exception 2, project: Dear. _ended_"]),
        (
            "prince2-style",
            "end-stage-report",
            ["2026-09-30 and 10 days", "| 1 | Log in | accepted |", "Tests came late"],
        ),
        ("prince2-style", "next-stage-plan", ["| Public site | project-team,", "| A3 | Task 3 |"]),
        ("prince2-style", "quality-register", ["| Public site | accessible |", "| Editor | _criterion missing_ |"]),
        ("prince2-style", "work-packages", ["| A1 Task 1 |", "1,000.50"]),
        ("prince2-style", "follow-on-actions", ["issue 1: No test system", "risk 1: Risk \\| 1"]),
        ("pm2-style", "project-work-plan", ["- **1.2**\n  - A2 Task 2\n  - A3 Task 3", "planned: EUR\u00a07,003.50"]),
        ("pm2-style", "phase-exit-review-executing", ["| Charter | accepted | 2 |", "| G1 | Charter | 2 | Go |"]),
        ("pm2-style", "project-status-report", ["| A3 | Task 3 | 2026-03-20 |"]),
        ("pm2-style", "project-acceptance-note", ["| site | Public site | loads in 2 s, accessible |"]),
        ("pm2-style", "project-end-report", ["| S1 | Fewer calls | calls a month |", "Tests came late"]),
        ("agile-hybrid", "epic-hypothesis-statement", ["Customers find answers", "Fewer calls"]),
        ("agile-hybrid", "roam-risk-board", ["| 1 | Risk \\| 1 | 20 | _missing_ |"]),
        ("agile-hybrid", "mvp-outcome", ["| Fewer calls | calls a month |"]),
        ("agile-hybrid", "planning-board", ["| A3 Task 3 | project-team, _team_ | 2026-03-01 |"]),
        ("program", "vision-and-objectives", ["backend, app", "none: no project serves it yet"]),
        (
            "program",
            "dependency-register",
            ["| D1 | Interface | backend/B30 | app/A12 |", "| backend | D1 | – |"],
        ),
        ("program", "resource-pool", ["| backend | app | Sum |"]),
        ("program", "benefits-register", ["Less to pay", "EUR a year"]),
    ],
)
def test_a_draft_is_filled_from_the_records(name: str, deliverable: str, words: list[str]) -> None:
    text = document(name, deliverable)
    assert [word for word in words if word not in text] == []


def test_a_lesson_is_not_asked_about_a_plain_go() -> None:
    assert "G1 round 2" not in document("predictive", "lessons-learned-register")


def test_without_a_plan_the_schedule_says_what_to_do() -> None:
    assert "There is no plan yet" in document("predictive", "schedule-baseline", EMPTY)


@every_document
def test_a_template_is_of_the_pack_or_shared(name: str, item: DeliverableDefinition) -> None:
    assert item.template in templates()
    assert str(item.template).split("/")[0] in (name, "common")


def test_what_several_packs_write_is_there_once_and_what_one_writes_is_its_own() -> None:
    writers: dict[str, set[str]] = {}
    for name, item in documents():
        writers.setdefault(str(item.template), set()).add(name)
    shared = {template for template, packs in writers.items() if len(packs) > 1}
    assert shared == {template for template in writers if template.startswith("common/")}


def test_no_template_is_left_unused() -> None:
    used = {item.template for _, item in documents()}
    unused = set(templates()) - used
    text = "".join(path.read_text(encoding="utf-8") for path in templates().values())
    assert {name for name in unused if f'"{name}"' not in text} == set()
    assert all(name.startswith("_") for name in unused)


def test_templates_stay_short() -> None:
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in templates().items()}
    assert {name: lines for name, lines in lengths.items() if lines > 60 and not name.startswith("_")} == {}
