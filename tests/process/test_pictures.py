"""Pictures of a process: what is in them, that they are sound SVG and Mermaid, and that they agree with the engine."""

import re
from xml.etree import ElementTree

import pytest

from lifecycle.process.definition import AtLeast, EscalationDefinition, ProcessDefinition
from lifecycle.process.drawing import svg, wrapped
from lifecycle.process.markdown import markdown
from lifecycle.process.mermaid import mermaid
from lifecycle.process.picture import picture, policy_in_words
from lifecycle.rehearsal.moves import beginning
from lifecycle.rehearsal.staffing import staffed
from lifecycle.rehearsal.walk import walk
from tests.builders import definition, execution, gate, phase, planning, wind_up
from tests.process.packs import every_pack, pack

NASTY = 'A "quoted" <b>&amp; [x] {y} (z) | #1; `c` %% 中文 \u202e end'
RICH = definition(
    planning(title=NASTY, purpose="word " * 200),
    execution(
        repeat="as often as asked",
        gates=(
            gate(
                "G-with-a-very-long-name-indeed", "sponsor", "customer",
                policy=AtLeast(at_least=2), quorum=2, veto=("sponsor",), rounds=1, title=NASTY * 9,
                escalation=(EscalationDefinition(after_days=2, to="architect"),),
            ),
            gate("G2", "sponsor", policy="in_order"),
        ),
        deliverables=(),
    ),
    phase("control", beside="execution"),
    phase("quality", beside="execution", title="中" * 200),
    wind_up(),
    title=NASTY,
)  # fmt: skip


def drawn(process: ProcessDefinition) -> ElementTree.Element:
    return ElementTree.fromstring(svg(picture(process)))


def texts(process: ProcessDefinition) -> str:
    return " ".join(drawn(process).itertext())


@every_pack
def test_a_picture_shows_every_phase_and_every_gate_with_its_approvers(name: str) -> None:
    process, shown = pack(name), texts(pack(name))
    titles = {role.id: role.title for role in process.roles}

    assert all(phase.title in shown for phase in process.phases)
    assert all(gate.id in shown and gate.title in shown for gate in process.gates)
    assert all(titles[role] in shown for gate in process.gates for role in gate.approvers)
    assert "recycle" in shown and "kill" in shown


@pytest.mark.parametrize("process", [definition(), RICH])
def test_a_picture_is_text_for_everybody_without_scripts_or_addresses(process: ProcessDefinition) -> None:
    root, source = drawn(process), svg(picture(process))
    space = "{http://www.w3.org/2000/svg}"

    assert root.get("role") == "img"
    assert [root[0].tag, root[1].tag] == [f"{space}title", f"{space}desc"]
    assert root.get("aria-labelledby") == f"{root[0].get('id')} {root[1].get('id')}"
    assert "prefers-color-scheme:dark" in source
    assert not re.search(r"<script|href|url\(|@import|\son\w+=|https?://(?!www\.w3\.org/2000/svg)", source)
    assert {element.tag.removeprefix(space) for element in root.iter()} <= set(
        "svg title desc style rect text path g".split()
    )


def test_everything_lies_within_the_picture() -> None:
    root = drawn(RICH)
    height = float(root.get("height", "0"))
    boxes = [item for item in root.iter("{http://www.w3.org/2000/svg}rect") if item.get("x")]

    assert all(0 <= float(box.get("y", "0")) <= height - float(box.get("height", "0")) for box in boxes)
    assert all(float(text.get("y", "0")) < height for text in root.iter("{http://www.w3.org/2000/svg}text"))


def test_limits_of_a_gate_are_told() -> None:
    told = picture(RICH).phases[1].gates
    assert told[0].rule == "Sponsor, Customer; at least 2 approve; quorum 2; veto: Sponsor"
    assert told[0].limits == "due in 5 days; 2 days later to Architect; one round only"
    assert (told[0].recycles, told[1].recycles, told[1].rule) == (False, True, "Sponsor")
    assert policy_in_words("in_order") == "all approve, one after another"


LINE = re.compile(
    r"flowchart TD|    (accTitle: .+|accDescr \{|    [^{}]+|\}"
    r'|\w+(\["[^"]+"\]|\[\["[^"]+"\]\]|\("[^"]+"\)|\(\["[^"]+"\]\)|\{"[^"]+"\})'
    r"|\w+ (-->|-\.->|-\.-)(\|[a-z]+\|)? \w+)"
)


@pytest.mark.parametrize("process", [definition(), RICH])
def test_mermaid_has_a_form_that_its_grammar_knows(process: ProcessDefinition) -> None:
    """The forms were tried with Mermaid's own parser; names that mean something to it are never ids."""
    lines = mermaid(picture(process)).splitlines()

    assert [line for line in lines if not LINE.fullmatch(line)] == []
    ways = [line.split() for line in lines if re.fullmatch(r"    \w+ -\S+ \w+", line)]
    nodes = {found[1] for line in lines if (found := re.match(r"    (\w+)[\[({]", line)) and found[1] != "accDescr"}
    assert {name for way in ways for name in (way[0], way[2])} == nodes
    assert "end" not in nodes


def test_the_lines_lead_where_the_engine_goes() -> None:
    """Kill leads to the closing phase, recycle to the gate's own, go to the next thing: as every walked state says."""
    process = definition()
    walked = walk(beginning(process, staffed(process)))
    phases = [phase.id for phase in process.main_phases]
    led = set()
    for state, ways in walked.ways.items():
        for move in {"recycle", "kill"} & set(ways):
            led.add((state.phase, move, ways[move].phase))  # type: ignore[index]
    source = mermaid(picture(process))
    drawn = {
        (phases[int(n)], move, phases[int(to)]) for n, move, to in re.findall(r"g(\d)_\d -\.->\|(\w+)\| p(\d)", source)
    }
    assert drawn == led


def test_a_repeating_phase_and_those_beside_another_are_told_apart() -> None:
    source = mermaid(picture(RICH))

    assert 'p1[["Execution<br>repeats: as often as asked"]]' in source
    assert "p1 -.-|beside| b1_1" in source


def test_a_page_has_the_picture_and_everything_as_tables() -> None:
    page = markdown(definition())

    assert page.startswith("# Small process\n")
    assert "```mermaid\nflowchart TD\n" in page
    assert "| G1 | responses is fine | risks.high\\_without\\_response == 0 | manager |  |" in page
    assert "| quality-log | Quality log | control | engineer | architect | yes |" in page
    assert "### Criteria" not in markdown(definition(wind_up()))
    assert "\\<b\\>" in markdown(RICH)


def test_long_texts_end_in_dots_and_long_words_are_broken() -> None:
    assert wrapped("one two three", 1000, 13, 2) == ["one two three"]
    assert wrapped("one two three four", 60, 13, 2) == ["one two", "thre…"]
    assert all(len(line) < 20 for line in wrapped("x" * 100, 120, 13, 9))
    assert wrapped("", 100, 13, 2) == []
