"""A process as a Markdown page: its picture as Mermaid text, and all that is in it as tables."""

from collections.abc import Iterable, Iterator

from lifecycle.process import tolerances
from lifecycle.process.definition import ProcessDefinition
from lifecycle.process.mermaid import mermaid
from lifecycle.process.picture import picture
from lifecycle.process.report_plan import rhythm
from lifecycle.process.tables import asked_in_words
from lifecycle.value import days

_ESCAPED = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>|#"})


def markdown(definition: ProcessDefinition) -> str:
    """The page, with the picture on top."""
    return "\n\n".join(_parts(definition)) + "\n"


def _parts(definition: ProcessDefinition) -> Iterator[str]:
    shown = picture(definition)
    yield f"# {_cell(shown.title)}"
    yield f"{_cell(shown.purpose)} (`{definition.process}`, version {_cell(definition.version)})"
    yield f"```mermaid\n{mermaid(shown)}```"
    yield "## Phases"
    phases = ((p.id, p.title, p.purpose, p.repeat, p.beside) for p in definition.phases)
    yield _table(("phase", "title", "purpose", "repeats", "beside"), phases)
    yield "## Gates"
    gates = (
        (gate.id, gate.title, gate.question, gate.rule, gate.limits) for phase in shown.phases for gate in phase.gates
    )
    yield _table(("gate", "title", "question", "approvers", "limits"), gates)
    criteria = [
        (gate.id, asked.text, asked_in_words(asked), asked.owner, "yes" if asked.advisory else "")
        for gate in definition.gates
        for asked in gate.criteria
    ]
    if criteria:
        yield "### Criteria"
        yield _table(("gate", "criterion", "asks", "owner", "advisory"), criteria)
    yield "## Deliverables"
    items = (
        (item.id, item.title, phase.id, item.owner, item.acceptance.by, "yes" if item.optional else "")
        for phase in definition.phases
        for item in phase.deliverables
    )
    yield _table(("deliverable", "title", "phase", "owner", "accepted by", "optional"), items)
    steps = [
        (step.id, step.title, phase.id, step.run, step.owner, "yes" if step.advisory else "")
        for phase in definition.phases
        for step in phase.steps
    ]
    if steps:
        yield "## Automated steps"
        yield _table(("step", "title", "phase", "runs", "owner", "advisory"), steps)
    yield from _rules(definition)
    yield "## Roles"
    yield _table(("role", "title", "duties"), ((role.id, role.title, role.duties) for role in definition.roles))


def _rules(definition: ProcessDefinition) -> Iterator[str]:
    """What goes for the whole project: reports, tolerances, tailoring; each only where there is some."""
    if definition.reports:
        yield "## Reports"
        yield _table(("report", "title", "when", "during", "by", "to"), _reports(definition))
    if definition.tolerances:
        yield "## Tolerances"
        yield _table(("level", "measure", "tolerance", "asked on a breach"), tolerances.rows(definition))
    if definition.tailoring:
        yield "## Tailoring"
        rules = (
            (rule.id, rule.text, rule.when, ", ".join(rule.leave_out), ", ".join(rule.make_optional))
            for rule in definition.tailoring
        )
        yield _table(("rule", "text", "when", "leaves out", "makes optional"), rules)


def _reports(definition: ProcessDefinition) -> Iterator[tuple[str, ...]]:
    for one in definition.reports:
        every = f"every {days(rhythm(definition, one))}"
        yield one.id, one.title, every, ", ".join(one.during), one.by, ", ".join(one.to)


def _table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    names = [*heads]
    lines = [names, ["---"] * len(names), *([_cell(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    return " ".join(str(value or "").split()).translate(_ESCAPED)
