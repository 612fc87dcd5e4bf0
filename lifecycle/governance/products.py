"""Which of a charter's products its project could never ask for: nothing of a charter gets lost without a word."""

from collections import Counter
from collections.abc import Iterator

from lifecycle.history.charter import Charter
from lifecycle.process.definition import ProcessDefinition
from lifecycle.process.facts import suggestion
from lifecycle.process.unsound import Unsound


def objections(definition: ProcessDefinition, charter: Charter) -> Iterator[Unsound]:
    """Say which products no gate would ask for, or under a name that is taken, with the place in the charter.

    `definition` is the project's own copy, with the products in it.
    """
    receivers = [phase.beside or phase.id for phase in definition.phases if phase.products]
    there = [gate.id for phase in dict.fromkeys(receivers) for gate in definition.phase(phase).gates]
    asked = [item for gate in definition.gates for item in definition.deliverables_for(gate.id)]
    count = Counter(item.id for item in definition.deliverables)
    for n, product in enumerate(charter.deliverables):
        if not receivers:
            message = (
                f"no phase of '{definition.process}' receives products, so no gate would ask for '{product.id}'; "
                "leave it out, or name another process"
            )
            yield Unsound(("deliverables", n), message)
        elif product not in asked:
            hint = suggestion(product.gate or "", there) or f"; name one of: {', '.join(there)}"
            message = f"gate '{product.gate}' does not end the phase that receives the products{hint}"
            yield Unsound(("deliverables", n, "gate"), message)
        if count[product.id] > 1:
            message = f"the process has a deliverable '{product.id}' of its own; give the product another id"
            yield Unsound(("deliverables", n, "id"), message)
