"""Which tailoring rules a project may follow: those whose condition its charter meets, each with a reason."""

from collections.abc import Iterator, Mapping

from lifecycle.history.charter import Charter, TailoringChoice
from lifecycle.history.gates import Fact
from lifecycle.history.work import Spared, Tailored
from lifecycle.process.criteria import evaluate
from lifecycle.process.definition import ProcessDefinition, TailoringDefinition
from lifecycle.process.facts import suggestion
from lifecycle.process.tailoring import rule_of, things
from lifecycle.process.unsound import Unsound


def objections(definition: ProcessDefinition, charter: Charter, facts: Mapping[str, Fact]) -> Iterator[Unsound]:
    """Say which rules the charter may not follow, with the place in the charter.

    `definition` is the standard process, `facts` are those of the project as it starts.
    """
    seen: set[str] = set()
    known = [rule.id for rule in definition.tailoring]
    for n, choice in enumerate(charter.tailoring):
        place, rule = ("tailoring", n, "rule"), rule_of(definition, choice.rule)
        if rule is None:
            hint = suggestion(choice.rule, known) or f"; its rules are {', '.join(known) or 'none'}"
            yield Unsound(place, f"there is no tailoring rule '{choice.rule}' in '{definition.process}'{hint}")
        elif choice.rule in seen:
            yield Unsound(place, f"rule '{choice.rule}' stands here a second time; keep one")
        elif message := _unmet(rule, facts):
            yield Unsound(place, message)
        seen.add(choice.rule)
    gone = {name for rule in definition.tailoring if rule.id in seen for name in rule.leave_out}
    for n, item in enumerate(charter.deliverables):
        gate = item.gate or ""
        if gate in gone or gate.rpartition("-")[0] in gone:
            message = f"gate '{gate}' is left out by a tailoring rule; name another one, or leave this out"
            yield Unsound(("deliverables", n, "gate"), message)


def _unmet(rule: TailoringDefinition, facts: Mapping[str, Fact]) -> str:
    """Why a rule is not for this project; empty when it is."""
    answer = evaluate(rule.when, facts)
    if answer.result == "met":
        return ""
    condition = " ".join(rule.when.split())
    read = ", ".join(f"{name} is {_shown(value)}" for name, value in answer.read.items()) or answer.detail
    return f"rule '{rule.id}' is for projects with {condition}; here {read}. Leave it out, or change the charter"


def chosen(definition: ProcessDefinition, charter: Charter, facts: Mapping[str, Fact]) -> tuple[Tailored, ...]:
    """What is recorded of the rules that a project follows, in the charter's order."""
    return tuple(
        _recorded(definition, rule, choice, facts)
        for choice in charter.tailoring
        if (rule := rule_of(definition, choice.rule))
    )


def _recorded(
    definition: ProcessDefinition, rule: TailoringDefinition, choice: TailoringChoice, facts: Mapping[str, Fact]
) -> Tailored:
    known = things(definition)

    def spared(name: str) -> Spared:
        return Spared(kind=known[name].kind, name=name, title=known[name].title)

    return Tailored(
        rule=rule.id,
        text=rule.text,
        reason=choice.reason,
        left_out=tuple(map(spared, rule.leave_out)),
        made_optional=tuple(map(spared, rule.make_optional)),
        read=evaluate(rule.when, facts).read,
    )


def _shown(value: Fact) -> str:
    """A value as a person writes it."""
    if value is None or isinstance(value, bool):
        return {None: "not known", True: "true", False: "false"}[value]
    return f"{value:.12g}" if isinstance(value, float) else str(value)
