# ruff: noqa: E501
"""Ways to break an overlay, a tailoring rule and a decision table, each told with its exact place and its remedy."""

from pathlib import Path
from typing import NamedTuple

import pytest

from lifecycle.errors import DefinitionError
from lifecycle.library import read_process
from tests.library.files import TEMPLATES, small

HEAD = 'process: ours\nversion: "2"\nextends: small\n'
STRICT = small(
    ("duties: Pays for it.}", "duties: Pays for it., mandatory: true}"),
    ("        owner: pm\n", "        owner: pm\n        mandatory: true\n        product: true\n        premature: true\n        gate: G1\n"),
    ("acceptance: {by: sponsor}", "acceptance: {by: sponsor, criteria: [It works]}"),
    (
        "        approvers: [sponsor]\n",
        "        approvers: [sponsor]\n        mandatory: true\n        policy: any\n        veto: [sponsor]\n        quorum: 1\n"
        "        chair: sponsor\n        waiver_by: sponsor\n        due_days: 5\n        hold_days: 30\n        rounds: 2\n"
        "        baseline: true\n        escalation: [{after_days: 3, to: pm}]\n",
    ),
    ("            owner: pm\n", "            owner: pm\n            mandatory: true\n"),
    ("manager: pm\n", "manager: pm\nauthority:\n  - {decision: change, roles: [pm], up_to_cost: 100, mandatory: true}\n  - {decision: change, roles: [sponsor], up_to_days: 9}\n"),
)  # fmt: skip
"""The small process with everything in it marked mandatory."""


class Broken(NamedTuple):
    """A broken overlay: what is wrong, its text after the head, and what is told, as `line:column message`."""

    what: str
    text: str
    told: tuple[str, ...]


LOOSER = (
    Broken(
        "a mandatory gate left out",
        "leave_out:\n  gates: [G1]\n",
        (
            "5:11 gate 'G1' is mandatory in 'small' and cannot be left out; keep it",
            "small.yaml 13:5 phase 'work' never ends: it has no gate; give it one, or let it run `beside` another",
        ),
    ),
    Broken(
        "a mandatory gate's phase left out",
        "leave_out: {phases: [work]}\n",
        (
            "4:22 deliverable 'thing' is mandatory in 'small' and cannot be left out; keep it",
            "4:22 gate 'G1' is mandatory in 'small' and cannot be left out; keep it",
        ),
    ),
    Broken(
        "a mandatory role left out",
        "leave_out: {roles: [sponsor]}\nroles: {boss: {title: B, duties: B.}}\ngates: {G2: {approvers: [boss]}}\n",
        (
            "4:21 role 'sponsor' is mandatory in 'small' and cannot be left out; keep it",
            "small.yaml 8:32 there is no role 'sponsor'; the roles are boss, pm",
            "small.yaml 24:26 there is no role 'sponsor'; the roles are boss, pm",
            "small.yaml 30:21 there is no role 'sponsor'; the roles are boss, pm",
            "small.yaml 36:20 there is no role 'sponsor'; the roles are boss, pm",
        ),
    ),
    Broken(
        "a mandatory deliverable left out",
        "leave_out: {deliverables: [thing]}\n",
        ("4:28 deliverable 'thing' is mandatory in 'small' and cannot be left out; keep it",),
    ),
    Broken(
        "a criterion of a mandatory gate left out",
        "leave_out: {criteria: [G1/risks]}\n",
        ("4:24 criterion 'G1/risks' is mandatory in 'small' and cannot be left out; keep it",),
    ),
    Broken(
        "a mark taken away",
        "gates: {G1: {mandatory: false}}\ndeliverables: {thing: {mandatory: false}}\n",
        (
            "4:25 gate 'G1' is mandatory in 'small' and stays so; leave this out",
            "5:35 deliverable 'thing' is mandatory in 'small' and stays so; leave this out",
        ),
    ),
    Broken(
        "an approver and a veto less",
        "gates: {G1: {approvers: [pm], veto: [], chair: pm}}\n",
        (
            "4:25 gate 'G1' is mandatory in 'small': its approvers are sponsor; keep sponsor, and add others",
            "4:37 gate 'G1' is mandatory in 'small': its roles with a veto are sponsor; keep sponsor, and add others",
            "4:48 gate 'G1' is mandatory in 'small': sponsor has the chair; leave this out",
        ),
    ),
    Broken(
        "an approver who may stand in for those there were",
        "roles: {auditor: {title: A, duties: A.}}\ngates: {G1: {add_approvers: [auditor]}}\n",
        ("5:29 gate 'G1' is mandatory in 'small': one approves; with one more approver write {at_least: 2} or all",),
    ),
    Broken(
        "a policy for more approvers that is still too weak",
        "roles: {a: {title: A, duties: A.}, b: {title: B, duties: B.}}\ngates: {G1: {add_approvers: [a, b], policy: {at_least: 2}}}\n",
        ("5:45 gate 'G1' is mandatory in 'small': one approves; with 2 more approvers write {at_least: 3} or all",),
    ),
    Broken(
        "no quorum",
        "gates: {G1: {quorum: null}}\n",
        ("4:22 gate 'G1' is mandatory in 'small': 1 at least must have voted; write 1 or more",),
    ),
    Broken(
        "no chair",
        "gates: {G1: {chair: null}}\n",
        ("4:21 gate 'G1' is mandatory in 'small': sponsor has the chair; leave this out",),
    ),
    Broken(
        "more days and rounds",
        "gates:\n  G1:\n    due_days: 9\n    hold_days: 60\n    rounds: 3\n    baseline: false\n",
        (
            "6:15 gate 'G1' is mandatory in 'small': it is due in 5 days; write 5 or less",
            "7:16 gate 'G1' is mandatory in 'small': undecided it is on hold after 30 days; write 30 or less",
            "8:13 gate 'G1' is mandatory in 'small': it has 2 rounds at most; write 2 or less",
            "9:15 gate 'G1' is mandatory in 'small': passing it sets the baseline; leave this out",
        ),
    ),
    Broken(
        "no automatic hold",
        "gates: {G1: {hold_days: null}}\n",
        ("4:25 gate 'G1' is mandatory in 'small': undecided it is on hold after 30 days; write 30 or less",),
    ),
    Broken(
        "an escalation later, and with substitutes",
        "gates: {G1: {escalation: [{after_days: 4, to: pm, substitutes: true}]}}\n",
        (
            "4:26 gate 'G1' is mandatory in 'small': pm is told 3 days after it was due; keep that",
            "4:26 gate 'G1' is mandatory in 'small': pm may not vote in place of others; leave `substitutes` out",
        ),
    ),
    Broken(
        "waivers by somebody else",
        "roles: {auditor: {title: A, duties: A.}}\ngates: {G1: {waiver_by: auditor}}\n",
        (
            "5:25 gate 'G1' is mandatory in 'small': only sponsor may waive its criteria, and not auditor; leave this out",
        ),
    ),
    Broken(
        "a criterion only shown, and another question",
        "gates: {G1: {criteria: {risks: {advisory: true, expression: risks.high < 3}}}}\n",
        (
            "4:43 criterion 'G1/risks' is mandatory in 'small' and holds its gate shut; leave this out",
            "4:61 criterion 'G1/risks' is mandatory in 'small' and asks what it asks; leave this out, and write a criterion of your own beside it",
        ),
    ),
    Broken(
        "a mark of a criterion taken away",
        "gates: {G1: {criteria: {risks: {mandatory: false}}}}\n",
        ("4:44 criterion 'G1/risks' is mandatory in 'small' and stays so; leave this out",),
    ),
    Broken(
        "a deliverable that is less",
        "roles: {auditor: {title: A, duties: A.}}\ngates: {G0: {phase: work, title: G, question: Q, approvers: [sponsor]}}\n"
        "deliverables:\n  thing:\n    optional: true\n    product: false\n    premature: false\n    gate: G0\n    acceptance: {by: auditor, criteria: [It shines]}\n",
        (
            "8:15 deliverable 'thing' is mandatory in 'small': everybody writes it; leave this out",
            "9:14 deliverable 'thing' is mandatory in 'small': it is accepted and handed over; leave this out",
            "10:16 deliverable 'thing' is mandatory in 'small': even a stopped project owes it; leave this out",
            "11:11 deliverable 'thing' is mandatory in 'small': gate 'G1' asks for it; leave this out",
            "12:22 deliverable 'thing' is mandatory in 'small': sponsor accepts it; leave this out",
            "12:41 deliverable 'thing' is mandatory in 'small': it is accepted against 'It works'; keep that, and add others",
        ),
    ),
    Broken(
        "more authority",
        "authority:\n  - {decision: change, roles: [pm], up_to_cost: 200, mandatory: true}\n  - {decision: change, roles: [sponsor]}\n",
        (
            "5:5 who may decide a change is mandatory in 'small': pm may decide up to 100; keep to that",
            "6:5 who may decide a change is mandatory in 'small': sponsor may decide up to 9 days; keep to that",
        ),
    ),
    Broken(
        "authority for a stranger, none for the sponsor, and no mark",
        "roles: {auditor: {title: A, duties: A.}}\nauthority:\n  - {decision: change, roles: [pm, auditor], up_to_cost: 50}\n",
        (
            "6:5 who may decide a change is mandatory in 'small' and stays so; write `mandatory: true`",
            "6:5 who may decide a change is mandatory in 'small': auditor may decide nothing of that kind; keep to that",
            "6:5 who may decide a change is mandatory in 'small': keep a row for sponsor",
        ),
    ),
)
UNREADABLE = (
    Broken(
        "fields that a process needs, taken away",
        "title:\npurpose: null\n",
        ("4:7 'title' is empty; fill it in", "5:10 'purpose' is empty; fill it in"),
    ),
    Broken("no version", "", ("1:1 'version' is missing",)),
    Broken(
        "a field nobody knows",
        "gates: {G1: {due: 3}}\n",
        (
            "4:14 'due' is not known here; known are title, question, approvers, policy, veto, quorum, chair, waiver_by, due_days, remind_days, escalation, hold_days, rounds, baseline, request, mandatory, criteria, add_approvers, add_veto, phase, after",
        ),
    ),
    Broken(
        "a list where names are wanted",
        "gates: [G1]\n",
        ("4:8 'gates' must be a mapping (lines of 'name: value'), not a list",),
    ),
    Broken("an empty title of a gate", "gates: {G1: {title: }}\n", ("4:20 'title' is empty; fill it in",)),
    Broken(
        "a number of days in words",
        "gates: {G1: {due_days: few}}\n",
        ("4:24 'due_days' must be a whole number, not 'few'",),
    ),
    Broken(
        "a phase's gates",
        "phases: {work: {gates: []}}\n",
        ("4:17 'gates' is not known here; did you mean 'steps'?",),
    ),
    Broken(
        "a key twice",
        "gates: {G2: {rounds: 1, rounds: 2}}\n",
        ("4:25 'rounds' stands here twice (first on line 4); keep one",),
    ),
    Broken(
        "nothing of that name to leave out",
        "leave_out: {gates: [G11], criteria: [G1/risk], deliverables: [box]}\n",
        (
            "4:21 there is no gate 'G11' in 'small'; did you mean 'G1'?",
            "4:38 there is no criterion 'G1/risk' in 'small'; did you mean 'G1/risks'?",
            "4:63 there is no deliverable 'box' in 'small'; leave it out here",
        ),
    ),
    Broken(
        "everything left out", "leave_out: {phases: [work, closing]}\n", ("4:21 no phase would be left; keep some",)
    ),
    Broken(
        "new things that say too little",
        "roles: {auditor: {title: A}}\nphases: {trial: {title: T, purpose: T}}\ngates: {G11: {due_days: 3}, G4: {title: G, question: Q, approvers: [sponsor]}}\n"
        "deliverables: {box: {phase: work, title: Box, owner: pm, acceptance: {criteria: [Shut]}}}\n",
        (
            "4:9 there is no role 'auditor' in 'small'; a new one needs `duties` as well",
            "5:10 there is no phase 'trial' in 'small'; a new one needs `after` as well",
            "6:9 there is no gate 'G11' in 'small'; did you mean 'G1'?; a new one needs `title`, `question`, `approvers`, `after` or `phase` as well",
            "6:29 there is no gate 'G4' in 'small'; a new one needs `after` or `phase` as well",
            "7:70 'by' is missing; say which role accepts it",
        ),
    ),
    Broken(
        "new things in places that are not there",
        "phases: {trial: {after: wrk, title: T, purpose: T}}\ngates: {G4: {after: G7, title: G, question: Q, approvers: [sponsor]}}\n"
        "deliverables: {box: {phase: play, title: Box, owner: pm, acceptance: {by: sponsor}}}\n",
        (
            "4:25 there is no phase 'wrk' in 'small'; did you mean 'work'?",
            "5:21 there is no gate 'G7' in 'small'; there are G1, G2",
            "6:29 there is no phase 'play' in 'small'; there are work, closing",
        ),
    ),
    Broken(
        "things that would move",
        "phases: {work: {after: closing}}\ngates: {G1: {phase: closing}}\ndeliverables: {thing: {phase: closing}}\n",
        (
            "4:24 phase 'work' has its place in 'small' and keeps it; leave this out",
            "5:21 gate 'G1' has its place in 'small' and keeps it; leave this out",
            "6:31 deliverable 'thing' has its place in 'small' and keeps it; leave this out",
        ),
    ),
    Broken(
        "what makes no sense in the whole",
        "roles: {auditor: {title: A, duties: A.}}\ngates:\n  G1: {add_approvers: [auditr], add_veto: [auditor], criteria: {more: {text: M, expression: risks.hihg == 0, owner: boss}}}\n"
        "  closing: {phase: work, title: G, question: Q, approvers: [auditor]}\ndeliverables:\n  thing: {rasci: {pm: R, px: S}}\nseparate: [[auditor]]\n"
        "authority: [{decision: stop, roles: [nobody]}]\n",
        (
            "6:24 there is no role 'auditr'; did you mean 'auditor'?",
            "6:44 'auditor' has a veto and is not an approver of the gate; name one of: sponsor, auditr",
            "6:93 there is no fact 'risks.hihg'; did you mean 'risks.high'? (`phasegate process facts` lists them)",
            "6:117 there is no role 'boss'; the roles are auditor, pm, sponsor",
            "7:3 gate 'closing' is called like a phase; give it a name of its own",
            "9:26 there is no role 'px'; the roles are auditor, pm, sponsor",
            "10:12 it takes two roles to keep apart; name another one, or leave this out",
            "11:38 there is no role 'nobody'; the roles are auditor, pm, sponsor",
        ),
    ),
)
RULE = "tailoring:\n  - id: tiny\n    text: Tiny.\n    when: project.budget < 10\n    leave_out: [G0]\n"
G0 = ("    gates:\n", "    gates:\n      - {id: G0, title: B, question: B, approvers: [sponsor]}\n")
TABLE = (
    "            expression: risks.high == 0\n",
    "            table:\n              rows:\n                - {when: project.budget <= 10, then: met}\n"
    "                - {when: project.budget > 10, then: risks.high < 3}\n",
)
OWN: tuple[tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]], ...] = (
    ("a table without rows", (("expression: risks.high == 0", "table: {rows: []}"),), ("27:27 'rows' is empty; fill it in",)),
    ("a table with an unknown hit", (TABLE, ("rows:", "hit: most\n              rows:")), ("28:20 'hit' must be 'unique', 'first' or 'collect', not 'most'",)),
    ("neither expression nor table", (("            expression: risks.high == 0\n", ""),), ("25:13 'expression' is missing; write one, or a `table` where the rule has many rows",)),
    ("both", (TABLE, ("            table:\n", "            expression: risks.high == 0\n            table:\n")), ("29:15 a criterion has an `expression` or a `table`, not both; leave one out",)),
    ("a misspelt fact in a row", (TABLE, ("project.budget <=", "project.bugdet <=")), ("29:26 there is no fact 'project.bugdet'; did you mean 'project.budget'? (`phasegate process facts` lists them)",)),
    ("a misspelt verdict", (TABLE, ("then: met", "then: mett")), ("29:54 there is no fact 'mett' (`phasegate process facts` lists them)",)),
    ("a verdict that is no text", (TABLE, ("then: met", "then: true")), ("29:54 'then' must be text, not 'true'; put it in quotes",)),
    ("rows that overlap", (TABLE, ("project.budget > 10", "project.budget >= 10")), ("30:26 rows 1 and 2 apply together when project.budget is 10; part them, or write `hit: first`",)),
    ("rows that always apply", (TABLE, ("project.budget <= 10", '"true"'), ("project.budget > 10", '"1 == 1"')), ("30:26 rows 1 and 2 apply together; part them, or write `hit: first`",)),
    ("a table never met", (TABLE, ("then: met", "then: not met"), ("then: risks.high < 3", 'then: "1 == 2"')), ("29:17 no row of this table is ever met, and that keeps the gate shut; let one be met",)),
    ("otherwise that is no question", (TABLE, ("              rows:", "              otherwise: risks.high\n              rows:")), ("28:26 the expression must be true or false, for example `risks.high == 0`",)),
    ("a rule about nothing there is", (G0, ("roles:\n", RULE.replace("G0", "GO") + "roles:\n")), ("10:17 there is nothing called 'GO' in this process; name a deliverable, a gate, or a criterion as G2/first-risks",)),
    ("a rule about the last gate of a phase", (("roles:\n", RULE.replace("G0", "G1") + "roles:\n"),), ("10:17 'G1' is the last gate of its phase, which would never end without it; keep it",)),
    ("a rule twice", (G0, ("roles:\n", RULE + RULE.removeprefix("tailoring:\n") + "roles:\n")), ("11:9 tailoring rule 'tiny' stands here a second time; give each rule a name of its own",)),
    ("a rule that spares nothing", (("roles:\n", RULE.replace("    leave_out: [G0]\n", "") + "roles:\n"),), ("7:5 rule 'tiny' spares nobody anything; write `leave_out` or `make_optional`",)),
    ("a rule with a misspelt fact", (G0, ("roles:\n", RULE.replace("budget", "bugdet") + "roles:\n")), ("9:11 there is no fact 'project.bugdet'; did you mean 'project.budget'? (`phasegate process facts` lists them)",)),
    ("a rule that asks too early", (G0, ("roles:\n", RULE.replace("< 10", "< 10 && project.cpi > 1") + "roles:\n")), ("9:34 'project.cpi' is not known when a project starts; ask what a charter answers (`phasegate process facts` says which)",)),
    ("a gate made optional", (G0, ("roles:\n", RULE.replace("leave_out", "make_optional") + "roles:\n")), ("10:21 gate 'G0' cannot be optional; write it under `leave_out`, or keep it",)),
    ("a mandatory gate spared", ((G0[0], G0[1].replace("[sponsor]", "[sponsor], mandatory: true")), ("roles:\n", RULE + "roles:\n")), ("10:17 gate 'G0' is mandatory, and no tailoring spares anybody of it; keep it",)),
    ("a criterion mandatory and advisory", (("            owner: pm\n", "            owner: pm\n            mandatory: true\n            advisory: true\n"),), ("30:23 'risks' is marked mandatory and cannot be advisory; leave one of the two out",)),
)  # fmt: skip


def told(path: Path) -> list[str]:
    with pytest.raises(DefinitionError) as refusal:
        read_process(path, TEMPLATES)
    return [
        f"{'' if Path(p.file) == path else Path(p.file).name + ' '}{p.line}:{p.column} {p.message}"
        for p in refusal.value.problems
    ]


def written(folder: Path, text: str, base: str) -> Path:
    (folder / "small.yaml").write_text(base)
    path = folder / "ours.yaml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("broken", LOOSER, ids=lambda broken: broken.what)
def test_what_is_mandatory_is_never_loosened(tmp_path: Path, broken: Broken) -> None:
    found = told(written(tmp_path, HEAD + broken.text, STRICT))
    assert found == [*broken.told]


@pytest.mark.parametrize("broken", UNREADABLE, ids=lambda broken: broken.what)
def test_a_broken_overlay_is_told_with_its_place(tmp_path: Path, broken: Broken) -> None:
    head = HEAD if broken.text else "process: ours\nextends: small\n"
    assert told(written(tmp_path, head + broken.text, small())) == [*broken.told]


@pytest.mark.parametrize(("changes", "expected"), [pytest.param(*one[1:], id=one[0]) for one in OWN])
def test_broken_tables_and_rules_are_told_with_their_place(
    tmp_path: Path, changes: tuple[tuple[str, str], ...], expected: tuple[str, ...]
) -> None:
    assert told(written(tmp_path, small(*changes), small())) == [*expected]


def test_what_is_mandatory_may_become_stricter(tmp_path: Path) -> None:
    text = (
        "roles: {auditor: {title: A, duties: A.}}\ngates:\n  G1:\n    add_approvers: [auditor]\n    add_veto: [auditor]\n"
        "    policy: in_order\n    quorum: 2\n    due_days: 3\n    hold_days: 10\n    rounds: 1\n"
        "    escalation: [{after_days: 1, to: pm}]\n    criteria: {more: {text: M, expression: risks.open == 0, owner: pm}}\n"
        "deliverables: {thing: {acceptance: {add_criteria: [It shines]}}}\n"
        "authority:\n  - {decision: change, roles: [pm], up_to_cost: 10, mandatory: true}\n"
        "  - {decision: change, roles: [sponsor], up_to_days: 5}\n"
    )
    ours = read_process(written(tmp_path, HEAD + text, STRICT), TEMPLATES)
    assert (ours.gate("G1").rounds, ours.gate("G1").mandatory) == (1, True)


def test_who_votes_first_at_a_mandatory_gate_stays_first(tmp_path: Path) -> None:
    order = "        approvers: [sponsor, pm]\n        mandatory: true\n        policy: in_order\n        request: automatic\n"
    base = small(("        approvers: [sponsor]\n", order))
    assert told(written(tmp_path, HEAD + "gates: {G1: {approvers: [pm, sponsor]}}\n", base)) == [
        "4:25 gate 'G1' is mandatory in 'small': they vote in the order sponsor, pm; keep that"
    ]


def test_at_gates_a_row_for_a_role_without_one_only_limits(tmp_path: Path) -> None:
    base = small(
        (
            "manager: pm\n",
            "manager: pm\nauthority:\n  - {decision: gate, roles: [pm], up_to_impact: 3, mandatory: true}\n",
        )
    )
    rows = "authority:\n  - {decision: gate, roles: [pm], up_to_impact: 2, mandatory: true}\n  - {decision: gate, roles: [sponsor], up_to_cost: 9}\n"
    assert len(read_process(written(tmp_path, HEAD + rows, base), TEMPLATES).authority) == 2
    loose = rows.replace("up_to_impact: 2", "up_to_impact: 4")
    assert told(written(tmp_path, HEAD + loose, base)) == [
        "5:5 who may decide a gate is mandatory in 'small': pm may decide up to impact 3; keep to that"
    ]
