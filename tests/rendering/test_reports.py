import io
import itertools
import json
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from lifecycle.control.success import verdict
from lifecycle.errors import BadInput
from lifecycle.history import History, control
from lifecycle.history.closing import ReportKind
from lifecycle.history.work import Spared, Tailored
from lifecycle.rendering.reports import FORMATS, Report, render_report
from lifecycle.reports.closure import closure_report
from lifecycle.reports.gate import gate_report
from lifecycle.status import status
from lifecycle.value import digest
from tests.reports.builders import delivery, ending, execution, planning, told, website
from tests.reports.story import HEAD, NOW, Story, at, charter

KINDS: tuple[ReportKind, ...] = ("closure", "gate", "status", "program")
EMPTY = {"meta", "br", "path", "circle", "rect", "polyline", "img", "link", "hr"}
EVIL = "<img src=x onerror=alert(1)> #panic() *b* _i_ | `c` {{ 7 * 7 }}"


class Page(HTMLParser):
    """What a browser would see: elements with their attributes, headings in order, and whether all is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in EMPTY:
            assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.seen if name == tag]


def page(report: Report, kind: ReportKind, templates: Path, out: Path) -> str:
    (name,) = render_report(report, kind, ["html"], templates, out)
    return (out / name).read_text("utf-8")


def pdf_words(path: Path) -> str:
    return words_in(path.read_bytes())


@cache
def words_in(pdf: bytes) -> str:
    """The words of a PDF; the same bytes are read once, since reading takes longer than making them."""
    pages = (found.extract_text() for found in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(" ".join(pages).split())


def test_the_closure_report_tells_in_every_format_what_was_tailored_and_why(
    reports: dict[str, Report], templates: Path, tmp_path: Path
) -> None:
    whole = website()
    spared = Spared(kind="gate", name="G0", title="Project authorisation")
    rule = Tailored(rule="small", text="Small ones", reason="Six weeks, three people", left_out=(spared,))
    tailored = whole.started.model_copy(update={"tailored": (rule,)})
    told_whole = History([tailored, *(record for record in whole.records if record is not whole.started)])
    report = closure_report(told_whole, status(told_whole, NOW.date()), verdict(told_whole), HEAD, NOW)
    render_report(report, "closure", ["html", "md", "pdf"], templates, tmp_path)
    html, md, pdf = (next(tmp_path.glob(f"*.{ending}")) for ending in ("html", "md", "pdf"))
    for text in (html.read_text("utf-8"), md.read_text("utf-8"), pdf_words(pdf)):
        assert "gate G0 Project authorisation" in text
        assert "Six weeks, three people" in text
    render_report(reports["closure"], "closure", ["md"], templates, tmp_path / "plain")
    assert "Tailoring" not in next((tmp_path / "plain").iterdir()).read_text("utf-8")


def test_the_gate_report_tells_in_every_format_what_votes_ask_for(templates: Path, tmp_path: Path) -> None:
    from tests import builders as small

    asks: Any = {"choice": "approve_with_conditions", "conditions": (small.condition(),)}
    history = small.voted(small.requested(small.prepared(small.started(), "G1"), "G1"), "G1", "cora", **asks)
    render_report(gate_report(history, "G1", None, NOW), "gate", ["html", "md", "pdf"], templates, tmp_path)
    html, md, pdf = (next(tmp_path.glob(f"*.{ending}")) for ending in ("html", "md", "pdf"))
    assert '<th scope="row">Write the tests.' in html.read_text("utf-8")
    assert "| Write the tests. | Erik E. | 27 February 2026 | Cora C. |" in md.read_text("utf-8")
    assert "Write the tests." in pdf_words(pdf)


def test_reports_say_since_when_a_phase_is_open_and_which_attempt_a_round_belongs_to(
    reports: dict[str, Report], templates: Path, tmp_path: Path
) -> None:
    for kind in ("status", "gate"):
        render_report(reports[kind], kind, ["html", "md", "pdf"], templates, tmp_path)
    told_status = {path.suffix: path for path in tmp_path.glob("*status*")}
    assert "| passed, attempt 2, opened 15 January 2026 |" in told_status[".md"].read_text("utf-8")
    assert "| open since 27 January 2026 |" in told_status[".md"].read_text("utf-8")
    assert "<small>opened 15 January 2026</small>" in told_status[".html"].read_text("utf-8")
    assert "<small>since 27 January 2026</small>" in told_status[".html"].read_text("utf-8")
    assert "passed, attempt 2 opened 15 January 2026" in pdf_words(told_status[".pdf"])
    for path in tmp_path.glob("*gate*"):
        text = pdf_words(path) if path.suffix == ".pdf" else path.read_text("utf-8")
        assert "round 2 (attempt 2 of at most 2)" in text


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_report_gives_the_same_bytes(
    kind: ReportKind, reports: dict[str, Report], templates: Path, tmp_path: Path
) -> None:
    """R-80: rendered twice, a report has the same digest."""
    first = render_report(reports[kind], kind, FORMATS, templates, tmp_path / "a")
    second = render_report(reports[kind], kind, FORMATS, templates, tmp_path / "b")
    assert first == second
    assert {name: digest((tmp_path / "a" / name).read_bytes()) for name in first} == first
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == sorted(first)


def test_files_carry_what_they_are_about(reports: dict[str, Report], templates: Path, tmp_path: Path) -> None:
    written = [*(name for kind in KINDS for name in render_report(reports[kind], kind, ["md"], templates, tmp_path))]
    assert written == [
        "website-closure.md",
        "website-gate-G1-2.md",
        "website-status-2026-04-24.md",
        "digital-platform-program-2026-04-24.md",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_stands_alone_and_can_be_read_by_everybody(
    kind: ReportKind, reports: dict[str, Report], templates: Path, tmp_path: Path
) -> None:
    text = page(reports[kind], kind, templates, tmp_path)
    seen = Page(text)
    assert seen.open == []
    assert seen.all("html")[0] == {"lang": "en"}
    assert not [tag for tag, _ in seen.seen if tag in ("script", "img", "link", "iframe", "object", "form")]
    assert "url(" not in text
    assert "@import" not in text
    assert seen.all("a")[0] == {"class": "skip", "href": "#report"}
    assert len(seen.all("caption")) == len(seen.all("table"))
    assert all("scope" in attributes for attributes in seen.all("th"))
    levels = [int(tag[1]) for tag, _ in seen.seen if tag in ("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert all("aria-label" in a or "aria-hidden" in a for a in seen.all("svg"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_pdf_says_what_the_page_says(
    kind: ReportKind, reports: dict[str, Report], templates: Path, tmp_path: Path
) -> None:
    (name,) = render_report(reports[kind], kind, ["pdf"], templates, tmp_path)
    text = pdf_words(tmp_path / name)
    assert reports[kind].head.project_title in text
    assert "13 July 2026" in text or "24 April 2026" in text


def test_the_closure_pdf_has_goal_verdict_signatures_and_journal_head(
    reports: dict[str, Report], templates: Path, tmp_path: Path
) -> None:
    render_report(reports["closure"], "closure", ["pdf"], templates, tmp_path)
    text = pdf_words(tmp_path / "website-closure.pdf")
    assert "Customers of all five countries order, pay and return goods in one web shop." in text
    assert "Partial success" in text
    assert HEAD in text
    assert "WAIVED at G1" in text
    assert "EVIDENCE CHANGED" in text
    assert "Date, signature" in text


def test_json_is_the_whole_report(reports: dict[str, Report], templates: Path, tmp_path: Path) -> None:
    render_report(reports["closure"], "closure", ["json"], templates, tmp_path)
    read = json.loads((tmp_path / "website-closure.json").read_text("utf-8"))
    assert read["journal_head"] == HEAD
    assert read["limits"][0]["approved"] == {
        "text": "22 June 2026",
        "value": "2026-06-22",
        "record": "website:baseline:2",
    }


def test_markdown_tables_are_whole(reports: dict[str, Report], templates: Path, tmp_path: Path) -> None:
    for kind in KINDS:
        (name,) = render_report(reports[kind], kind, ["md"], templates, tmp_path)
        lines = (tmp_path / name).read_text("utf-8").splitlines()
        tables = [(before, line) for before, line in itertools.pairwise(lines) if line.startswith("| ")]
        assert all(
            before.count(" |") == line.count(" |")
            for before, line in tables
            if before.startswith("|") and "\\|" not in before + line
        )


def test_hostile_text_is_inert_in_every_format(templates: Path, tmp_path: Path) -> None:
    history = told(planning, execution, delivery, ending, of=charter(title=EVIL, goal=EVIL, need=EVIL * 3))
    report = closure_report(history, status(history, NOW.date()), verdict(history), HEAD, NOW)
    render_report(report, "closure", FORMATS, templates, tmp_path)
    html = (tmp_path / "website-closure.html").read_text("utf-8")
    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert "{{ 7 * 7 }}" in html
    assert EVIL in pdf_words(tmp_path / "website-closure.pdf")
    markdown = (tmp_path / "website-closure.md").read_text("utf-8")
    assert r"\<img src=x onerror=alert(1)\> \#panic() \*b\* \_i\_ \| \`c\`" in markdown


def test_a_premature_closure_shouts(templates: Path, tmp_path: Path) -> None:
    from tests import builders as small

    history = small.stopped(small.opened(small.started()))
    report = closure_report(history, status(history, NOW.date()), verdict(history), HEAD, NOW)
    render_report(report, "closure", FORMATS, templates, tmp_path)
    for form in ("html", "md"):
        assert "PREMATURE CLOSURE" in (tmp_path / f"app-closure.{form}").read_text("utf-8")
    assert "PREMATURE CLOSURE" in pdf_words(tmp_path / "app-closure.pdf")


def test_an_unknown_format_is_refused(reports: dict[str, Report], templates: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="not as 'docx'"):
        render_report(reports["gate"], "gate", ["docx"], templates, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_text_longer_than_a_page_loses_nothing(templates: Path, tmp_path: Path) -> None:
    def asked(story: Story) -> None:
        reason = "word " * 790 + "and the last word."
        story.write(control.ChangeRaised, at(6, 1), "eva.lang", number=9, title="T" * 200, reason=reason)

    history = told(planning, execution, asked)
    report = closure_report(history, status(history, NOW.date()), verdict(history), HEAD, NOW)
    render_report(report, "closure", ["pdf"], templates, tmp_path)
    assert pdf_words(tmp_path / "website-closure.pdf").count("word") >= 790
    assert "last word." in pdf_words(tmp_path / "website-closure.pdf")
