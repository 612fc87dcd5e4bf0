"""The steps that ship with the engine, on documents as people write them."""

from pathlib import Path
from typing import Any

import pytest

from lifecycle.steps.documents import complete, linked


def given(folder: Path, parameters: dict[str, Any] | None = None, **texts: str) -> dict[str, Any]:
    """What the engine tells a step of these documents: `plan="text"` is `plan.md`."""
    documents = []
    for name, text in texts.items():
        place = folder / f"{name}.md"
        place.write_text(text)
        documents.append({"deliverable": name, "file": place.name, "path": str(place)})
    return {"documents": documents, "parameters": parameters or {}}


def test_a_document_without_italics_is_complete(tmp_path: Path) -> None:
    text = "# Plan\nsnake_case_name and 2_000_000, `_code_`, **bold**\n```\n_in a block_\n```\n"
    assert complete(given(tmp_path, plan=text)) == {
        "passed": True,
        "text": "no text of the template is left",
        "facts": {"documents": 1, "placeholders": 0},
    }


def test_what_the_template_left_is_named_with_its_line(tmp_path: Path) -> None:
    found = complete(given(tmp_path, plan="# Plan\n\n| _role_ | x |\nSay _what it costs_.\n"))
    assert found["passed"] is False
    assert found["text"] == "2 placeholders: plan, line 3: role; plan, line 4: what it costs"
    assert found["facts"]["placeholders"] == 2


def test_some_placeholders_may_be_left_and_long_lists_are_cut(tmp_path: Path) -> None:
    many = given(tmp_path, {"allowed": 7}, plan="\n".join(f"_place {n}_" for n in range(7)))
    found = complete(many)
    assert found["passed"]
    assert found["text"].endswith("plan, line 5: place 4; and 2 more")


@pytest.mark.parametrize("target", ["#the-plan", "brief.md", "../x/brief.md#top"])
def test_links_lead_to_headings_and_to_other_documents(tmp_path: Path, target: str) -> None:
    assert linked(given(tmp_path, plan=f"# The plan!\n[a]({target})\n", brief="x"))["passed"]


@pytest.mark.parametrize("target", ["#no", "brief", "other.md"])
def test_a_link_that_leads_nowhere_is_named_with_its_line(tmp_path: Path, target: str) -> None:
    found = linked(given(tmp_path, plan=f"# The plan!\n[a]({target})\n", brief="x"))
    assert (found["passed"], found["text"]) == (False, f"1 dead link: plan, line 2: {target}")


def test_links_to_the_web_are_counted_and_not_followed(tmp_path: Path) -> None:
    found = linked(given(tmp_path, plan="[a](https://nowhere.invalid) [b](mailto:x@y.z) ![p](gone.png)\n`[c](#no)`\n"))
    assert found == {
        "passed": True,
        "text": "every link inside the documents leads somewhere",
        "facts": {"documents": 1, "links": 2, "links.outward": 2, "links.dead": 0},
    }


def test_only_markdown_is_read(tmp_path: Path) -> None:
    asked = given(tmp_path, plan="x")
    asked["documents"][0] |= {"file": "plan.pdf"}
    assert complete(asked)["facts"]["documents"] == 0
