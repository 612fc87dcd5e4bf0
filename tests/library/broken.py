# ruff: noqa: E501
"""Ways to break the outline of a process file (its head, roles and phases), each with its exact place.

Each row says what is wrong, which text of the small process was replaced by which, and all that is told about it.
"""

from typing import NamedTuple

from tests.library.files import AFTERWARDS, CIRCLE


class Broken(NamedTuple):
    """A broken file: what is wrong, the changes that break it, and what is told, as `line:column message`."""

    what: str
    changes: tuple[tuple[str, str], ...]
    told: tuple[str, ...]


LAST = "approvers: [sponsor]}\n"
"""The end of the small process: what follows is one more phase."""

OUTLINE = (
    Broken("no name for the process", (("process: small\n", ""),), ("1:1 'process' is missing",)),
    Broken(
        "a name with a space",
        (("process: small", "process: small process"),),
        ("1:10 'process' must be letters, digits, '.', '_' or '-', a letter or digit first, not 'small process'",),
    ),
    Broken(
        "a name that begins with a sign",
        (("process: small", "process: -small"),),
        ("1:10 'process' must be letters, digits, '.', '_' or '-', a letter or digit first, not '-small'",),
    ),
    Broken(
        "a name that is too long",
        (("process: small", f"process: {'s' * 65}"),),
        ("1:10 'process' must be at most 64 characters long, not 'ssssssssssssssssssssssssssssssssssssssss...'",),
    ),
    Broken(
        "a version that is a number",
        (('version: "1"', "version: 1.10"),),
        ("2:10 'version' must be text, not '1.1'; put it in quotes",),
    ),
    Broken("a version left empty", (('version: "1"', "version:"),), ("2:9 'version' is empty; fill it in",)),
    Broken(
        "a level nobody knows",
        (("manager: pm", "manager: pm\nlevel: portfolio"),),
        ("6:8 'level' must be 'project' or 'program', not 'portfolio'",),
    ),
    Broken(
        "a field at the margin nobody knows",
        (("manager: pm", "manager: pm\nowner: pm"),),
        (
            "6:1 'owner' is not known here; known are process, version, title, purpose, level, manager, roles, phases, authority, tolerances, separate, reports, tailoring, source",
        ),
    ),
    Broken(
        "a misspelt field at the margin",
        (("purpose: To show", "purpos: To show"),),
        (
            "1:1 'purpose' is missing",
            "4:1 'purpos' is not known here; did you mean 'purpose'?",
        ),
    ),
    Broken(
        "no roles",
        (("roles:\n", "roles: []\nrolls:\n"),),
        (
            "6:8 'roles' is empty; fill it in",
            "7:1 'rolls' is not known here; did you mean 'roles'?",
        ),
    ),
    Broken(
        "roles that are no list",
        (
            (
                "roles:\n  - {id: pm, title: Project manager, duties: Runs it.}\n  - {id: sponsor, title: Sponsor, duties: Pays for it.}\n",
                "roles: {pm: Project manager}\n",
            ),
        ),
        ("6:8 'roles' must be a list (lines that begin with '- '), not a mapping",),
    ),
    Broken("a role without duties", ((", duties: Pays for it.", ""),), ("8:5 'duties' is missing",)),
    Broken(
        "a role twice",
        (("{id: sponsor, title", "{id: pm, title"),),
        (
            "8:10 role 'pm' stands here a second time; give each role a name of its own",
            "17:26 there is no role 'sponsor'; the roles are pm",
            "23:21 there is no role 'sponsor'; the roles are pm",
            "34:66 there is no role 'sponsor'; the roles are pm",
        ),
    ),
    Broken(
        "a manager nobody is",
        (("manager: pm", "manager: boss"),),
        ("5:10 there is no role 'boss'; the roles are pm, sponsor",),
    ),
    Broken("no manager", (("manager: pm\n", ""),), ("1:1 'manager' is missing",)),
    Broken("a phase without a name", (("- id: work\n    title: Work", "- title: Work"),), ("10:5 'id' is missing",)),
    Broken("a phase without a purpose", (("    purpose: To get it done.\n", ""),), ("10:5 'purpose' is missing",)),
    Broken(
        "a phase twice",
        (("id: closing", "id: work"),),
        ("29:9 phase 'work' stands here a second time; give each phase a name of its own",),
    ),
    Broken(
        "a phase called like a word of the engine",
        (("id: work", "id: plan"),),
        ("10:9 'plan' is a word of the engine's own; choose another name, e.g. 'plans'",),
    ),
    Broken(
        "a phase that never ends",
        (('\n    gates:\n      - {id: G2, title: "End?", question: "End it?", approvers: [sponsor]}', ""),),
        ("29:5 phase 'closing' never ends: it has no gate; give it one, or let it run `beside` another",),
    ),
    Broken(
        "a phase after the closing one",
        ((LAST, LAST + AFTERWARDS),),
        ("35:5 phase 'party' is never reached: it stands after the closing phase; move it before",),
    ),
    Broken(
        "no closing phase",
        (("    closing: true\n", ""),),
        ("10:3 no phase closes the project; write `closing: true` in the last one",),
    ),
    Broken(
        "two closing phases",
        (("    purpose: To get it done.", "    purpose: To get it done.\n    closing: true"),),
        ("33:14 there is only one closing phase; leave it out here",),
    ),
    Broken(
        "a closing phase that repeats",
        (("closing: true", "closing: true\n    repeat: often"),),
        ("32:14 'closing' cannot be the closing phase: it repeats or runs beside another",),
    ),
    Broken(
        "a phase beside one that is not there",
        ((LAST, LAST + "  - {id: watch, title: W, purpose: W, beside: wrk}\n"),),
        ("35:47 there is no phase 'wrk'; did you mean 'work'?",),
    ),
    Broken(
        "phases beside each other",
        ((LAST, LAST + CIRCLE),),
        ("35:55 cycle: watch -> guard -> watch; one of these must be a phase with gates",),
    ),
    Broken(
        "a phase beside one that is beside another",
        (
            (
                LAST,
                LAST
                + "  - {id: a, title: A, purpose: A, beside: work}\n  - {id: b, title: B, purpose: B, beside: a}\n",
            ),
        ),
        ("36:43 'a' runs beside another phase itself; name that one",),
    ),
    Broken(
        "a gate on a phase beside another",
        (
            (
                LAST,
                LAST
                + "  - {id: a, title: A, purpose: A, beside: work, gates: [{id: G3, title: G, question: Q, approvers: [sponsor]}]}\n",
            ),
        ),
        ("35:56 'a' runs beside 'work' and ends with it; move its gates there",),
    ),
    Broken(
        "a phase beside another that repeats",
        ((LAST, LAST + "  - {id: a, title: A, purpose: A, beside: work, repeat: often}\n"),),
        ("35:57 'a' repeats whenever 'work' does; leave `repeat` out",),
    ),
    Broken(
        "two phases for products",
        (
            ("    closing: true", "    closing: true\n    products: true"),
            ("    title: Work\n", "    title: Work\n    products: true\n"),
        ),
        ("34:15 only one phase can receive the charter's products; leave it out here",),
    ),
    Broken(
        "a phase called like a stage to come",
        (
            ("    purpose: To get it done.\n", "    purpose: To get it done.\n    repeat: often\n"),
            ("id: closing", "id: work-1"),
        ),
        ("30:9 'work-1' is what a stage of 'work' will be called; choose another name",),
    ),
    Broken(
        "a gate called like a stage's gate to come",
        (
            ("id: G2", "id: G1-2"),
            ("    purpose: To get it done.\n", "    purpose: To get it done.\n    repeat: often\n"),
        ),
        ("35:14 'G1-2' is what a stage of 'G1' will be called; choose another name",),
    ),
    Broken(
        "a repeating phase with too long a name",
        (("id: work\n    title: Work\n", f"id: {'w' * 62}\n    title: Work\n    repeat: often\n"),),
        (
            "10:9 this repeats: its stages' names are up to three characters longer, and a name has 64 at most; shorten it to 61",
        ),
    ),
)
