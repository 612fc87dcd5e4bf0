# ruff: noqa: E501
"""Ways to break what a process file says of gates, criteria and deliverables, and the file as such."""

from tests.library.broken import Broken

WITHIN = (
    Broken(
        "a gate without approvers",
        (("approvers: [sponsor]", "approvers: []"),),
        ("23:20 'approvers' is empty; fill it in",),
    ),
    Broken(
        "approvers that are one word",
        (("approvers: [sponsor]", "approvers: sponsor"),),
        ("23:20 'approvers' must be a list (lines that begin with '- '), not 'sponsor'",),
    ),
    Broken(
        "an approver twice",
        (("approvers: [sponsor]", "approvers: [sponsor, sponsor]"),),
        ("23:30 approver 'sponsor' stands here a second time; give each approver a name of its own",),
    ),
    Broken(
        "an approver nobody knows",
        (("approvers: [sponsor]", "approvers: [sponser]"),),
        ("23:21 there is no role 'sponser'; did you mean 'sponsor'?",),
    ),
    Broken(
        "a gate that only its submitter could decide",
        (("approvers: [sponsor]", "approvers: [pm]"),),
        ("23:20 nobody may decide gate 'G1': 'pm' submits it and may not vote; add another role",),
    ),
    Broken(
        "a gate twice",
        (("id: G2", "id: G1"),),
        ("34:14 gate 'G1' stands here a second time; give each gate a name of its own",),
    ),
    Broken(
        "a gate called like a phase",
        (("id: G2", "id: work"),),
        ("34:14 gate 'work' is called like a phase; give it a name of its own",),
    ),
    Broken(
        "a policy nobody knows",
        (("approvers: [sponsor]", "approvers: [sponsor]\n        policy: most"),),
        ("24:17 'policy' must be 'all', 'any' or 'in_order' or 'at_least:', not 'most'",),
    ),
    Broken(
        "a policy with a misspelt field",
        (("approvers: [sponsor]", "approvers: [sponsor]\n        policy: {atleast: 1}"),),
        (
            "24:17 'at_least' is missing",
            "24:18 'atleast' is not known here; did you mean 'at_least'?",
        ),
    ),
    Broken(
        "a policy that needs nobody",
        (("approvers: [sponsor]", "approvers: [sponsor]\n        policy: {at_least: 0}"),),
        ("24:28 'at_least' must be 1 or more, not '0'",),
    ),
    Broken(
        "a chair who is no approver",
        (("approvers: [sponsor]", "approvers: [sponsor]\n        chair: pm"),),
        ("24:16 chair 'pm' is not an approver of the gate; name one of: sponsor",),
    ),
    Broken(
        "a waiver by whoever submits",
        (("approvers: [sponsor]", "approvers: [sponsor]\n        waiver_by: pm"),),
        ("24:20 'pm' submits the gate and may waive nothing of it; name another role",),
    ),
    Broken(
        "a waiver by nobody known",
        (("approvers: [sponsor]", "approvers: [sponsor]\n        waiver_by: boss"),),
        ("24:20 there is no role 'boss'; the roles are pm, sponsor",),
    ),
    Broken(
        "a due date in the past",
        (("approvers: [sponsor]", "approvers: [sponsor]\n        due_days: -1"),),
        ("24:19 'due_days' must be 1 or more, not '-1'",),
    ),
    Broken(
        "a due date in words",
        (("approvers: [sponsor]", "approvers: [sponsor]\n        due_days: a week"),),
        ("24:19 'due_days' must be a whole number, not 'a week'",),
    ),
    Broken(
        "half a round",
        (("approvers: [sponsor]", "approvers: [sponsor]\n        rounds: 1.5"),),
        ("24:17 'rounds' must be a whole number, not '1.5'",),
    ),
    Broken(
        "too many rounds",
        (("approvers: [sponsor]", "approvers: [sponsor]\n        rounds: 21"),),
        ("24:17 'rounds' must be 20 or less, not '21'",),
    ),
    Broken(
        "a reminder in words",
        (("approvers: [sponsor]", "approvers: [sponsor]\n        remind_days: [soon]"),),
        ("24:23 'remind_days' must be a whole number, not 'soon'",),
    ),
    Broken(
        "a baseline that is neither yes nor no",
        (("approvers: [sponsor]", "approvers: [sponsor]\n        baseline: maybe"),),
        ("24:19 'baseline' must be true or false, not 'maybe'",),
    ),
    Broken(
        "an escalation without a role",
        (("approvers: [sponsor]", "approvers: [sponsor]\n        escalation: [{after_days: 2}]"),),
        ("24:22 'to' is missing",),
    ),
    Broken(
        "a request by somebody else",
        (("approvers: [sponsor]", "approvers: [sponsor]\n        request: sponsor"),),
        ("24:18 'request' must be 'manager' or 'automatic', not 'sponsor'",),
    ),
    Broken(
        "a criterion without an expression",
        (("            expression: risks.high == 0\n", ""),),
        ("25:13 'expression' is missing; write one, or a `table` where the rule has many rows",),
    ),
    Broken(
        "a criterion that asks a fact nobody knows",
        (("risks.high == 0", "risk.high == 0"),),
        ("27:25 there is no fact 'risk.high'; did you mean 'risks.high'? (`phasegate process facts` lists them)",),
    ),
    Broken(
        "a criterion that is no yes or no",
        (("risks.high == 0", "risks.high + 1"),),
        ("27:25 the expression must be true or false, for example `risks.high == 0`",),
    ),
    Broken(
        "a criterion that is not closed",
        (("risks.high == 0", "(risks.high == 0"),),
        ("27:41 the expression ends too early",),
    ),
    Broken(
        "a criterion with one sign for is equal", (("risks.high == 0", "risks.high = 0"),), ("27:36 '=' is written ==",)
    ),
    Broken(
        "a criterion that compares a number with a word",
        (("risks.high == 0", '"risks.high == \\"none\\""'),),
        ("27:37 '==' does not work on a number and text",),
    ),
    Broken(
        "a criterion that is never met",
        (("risks.high == 0", "1 > 2"),),
        (
            "27:25 this is never met, whatever the project does, and keeps the gate shut; ask for a fact (`phasegate process facts` lists them)",
        ),
    ),
    Broken(
        "a criterion owned by nobody known",
        (("            owner: pm", "            owner: pn"),),
        ("28:20 there is no role 'pn'; the roles are pm, sponsor",),
    ),
    Broken(
        "a criterion twice",
        (
            (
                "        criteria:\n",
                "        criteria:\n          - {id: risks, text: T, expression: risks.open == 0, owner: pm}\n",
            ),
        ),
        ("26:17 criterion 'risks' stands here a second time; give each criterion a name of its own",),
    ),
    Broken(
        "a deliverable accepted by its owner",
        (("acceptance: {by: sponsor}", "acceptance: {by: pm}"),),
        ("17:26 'pm' owns 'thing' and cannot accept it too; name another role",),
    ),
    Broken(
        "a deliverable that nobody accepts",
        (("        acceptance: {by: sponsor}\n", ""),),
        ("14:9 'acceptance' is missing",),
    ),
    Broken(
        "a deliverable with an owner nobody knows",
        (("        owner: pm\n", "        owner: pmo\n"),),
        ("16:16 there is no role 'pmo'; did you mean 'pm'?",),
    ),
    Broken(
        "a deliverable for a gate of another phase",
        (("        owner: pm\n", "        owner: pm\n        gate: G2\n"),),
        ("17:15 gate 'G2' does not end phase 'work'; its gates are G1",),
    ),
    Broken(
        "a deliverable with a template that is not there",
        (("thing.md.j2", "things.md.j2"),),
        ("18:19 there is no template 'things.md.j2' below templates/documents; did you mean 'thing.md.j2'?",),
    ),
    Broken(
        "a part in RASCI nobody knows",
        (("        owner: pm\n", "        owner: pm\n        rasci: {pm: Q}\n"),),
        ("17:21 'pm' must be 'R', 'A', 'S', 'C' or 'I', not 'Q'",),
    ),
    Broken(
        "a role in RASCI nobody knows",
        (("        owner: pm\n", "        owner: pm\n        rasci: {pmo: R}\n"),),
        ("17:17 there is no role 'pmo'; did you mean 'pm'?",),
    ),
    Broken(
        "a deliverable called like a stage's deliverable to come",
        (
            (
                "    closing: true\n",
                "    closing: true\n    deliverables:\n      - {id: thing-3, title: T, owner: pm, acceptance: {by: sponsor}}\n",
            ),
            ("    purpose: To get it done.\n", "    purpose: To get it done.\n    repeat: often\n"),
        ),
        ("35:14 'thing-3' is what a stage of 'thing' will be called; choose another name",),
    ),
    Broken(
        "an authority that decides nothing known",
        (("roles:\n", "authority:\n  - {decision: everything, roles: [sponsor]}\nroles:\n"),),
        (
            "7:16 'decision' must be 'gate', 'change', 'waiver', 'exception', 'override', 'stop' or 'migration', "
            "not 'everything'",
        ),
    ),
    Broken(
        "an authority below nothing",
        (("roles:\n", "authority:\n  - {decision: change, roles: [sponsor], up_to_cost: -5}\nroles:\n"),),
        ("7:54 'up_to_cost' must be 0 or more, not '-5'",),
    ),
    Broken(
        "an authority of nobody known",
        (("roles:\n", "authority:\n  - {decision: change, roles: [boss]}\nroles:\n"),),
        ("7:32 there is no role 'boss'; the roles are pm, sponsor",),
    ),
    Broken(
        "a name given twice",
        (("    title: Work\n", "    title: Work\n    title: Works\n"),),
        ("12:5 'title' stands here twice (first on line 11); keep one",),
    ),
    Broken(
        "a tab for indentation",
        (("    title: Work\n", "	title: Work\n"),),
        ("11:1 a tab stands where YAML wants spaces; indent with spaces",),
    ),
    Broken(
        "a quote left open",
        (('title: "End?"', 'title: "End?'),),
        ("34:43 a ',' or a closing bracket is missing before this",),
    ),
    Broken("an anchor", (("title: Small", "title: &t Small"),), ("3:8 anchors (&) are not read; leave it out",)),
)
