"""The steps that ship with the engine."""

from pathlib import Path
from typing import Any

import pytest

from lifecycle.automation.documents import links, unfinished


def given(folder: Path, *texts: str, **parameters: object) -> dict[str, Any]:
    """Documents called a.md, b.md, ... with these texts."""
    documents = []
    for name, text in zip("abc", texts, strict=False):
        place = folder / f"{name}.md"
        place.write_text(text)
        documents.append({"title": name.upper(), "file": place.name, "path": str(place)})
    return {"documents": documents, "parameters": parameters}


def test_links_to_headings_and_to_other_documents_lead_somewhere(tmp_path: Path) -> None:
    text = "# Cost & time\n\n[cost](#cost--time), [plan](b.md#anything), [law](https://example.org/x.md), [own](a.md)"
    found = links(given(tmp_path, text, "# Plan\n"))
    assert found == {
        "passed": True,
        "text": "No link that leads nowhere in 2 documents.",
        "facts": {"documents": 2, "broken": 0},
    }


@pytest.mark.parametrize("target", ["#costs", "c.md", "folder/d.md#top"])
def test_a_link_that_leads_nowhere_is_told_with_its_document(target: str, tmp_path: Path) -> None:
    found = links(given(tmp_path, f"# Cost\n\n[see]({target})", "# Plan"))
    assert not found["passed"]
    assert found["text"] == f"1 times a link that leads nowhere in 2 documents: A: {target}"


def test_what_looks_like_a_link_in_code_is_none(tmp_path: Path) -> None:
    assert links(given(tmp_path, "`[a](#b)`\n\n```\n[a](#c)\n```\n"))["passed"]


def test_what_is_no_markdown_or_not_here_is_left_alone() -> None:
    elsewhere = {"title": "A", "file": "a.md", "path": None}
    picture = {"title": "B", "file": "b.png", "path": "/nowhere/b.png"}
    assert links({"documents": [elsewhere, picture]})["facts"] == {"documents": 0, "broken": 0}


def test_hints_of_the_template_are_found_and_names_with_underlines_are_not(tmp_path: Path) -> None:
    text = "_Which option, and why?_\n\n| _amount_ | snake_case_name | `_x_` |\n\n_one_ _two_"
    found = unfinished(given(tmp_path, text))
    assert (found["passed"], found["facts"]) == (False, {"documents": 1, "hints": 4})
    assert found["text"].startswith("4 times a hint of the template left in 1 document: A: Which option, and why?; ")
    assert found["text"].endswith(", ...")


def test_so_many_hints_as_are_borne_hold_nothing_back(tmp_path: Path) -> None:
    assert unfinished(given(tmp_path, "_later_", most=1))["passed"]
    assert not unfinished(given(tmp_path, "_later_ _on_", most=1))["passed"]
