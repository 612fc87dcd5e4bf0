"""A project between two versions of its process: what has happened, and what it is called and comes to afterwards."""

from functools import cached_property
from typing import NamedTuple

from lifecycle.governance.place import Place, without
from lifecycle.history import SYSTEM, History, Record
from lifecycle.history.charter import Charter
from lifecycle.history.control import ToleranceGranted
from lifecycle.history.gates import CriterionWaived, ReviewRequested
from lifecycle.history.migration import ProjectMigrated
from lifecycle.history.renaming import in_new_names
from lifecycle.history.work import DeliverableSubmitted, HandedOver, PhaseOpened, Tailored
from lifecycle.process.definition import ProcessDefinition
from lifecycle.process.migration import NameMap
from lifecycle.process.renaming import Item, items, with_new_names
from lifecycle.progress import next_step
from lifecycle.value import digest

Key = tuple[str, str]
"""A kind of thing and a name."""


class Wish(NamedTuple):
    """Where somebody wants a project to go.

    `target` is the other version as the project will follow it, tailored by the rules `tailored`, with all its stages
    and products; `standard` is the digest of that version itself.
    """

    target: ProcessDefinition
    mapping: NameMap
    standard: str
    tailored: tuple[Tailored, ...] = ()


class Move:
    """A move that is being looked at. Nothing of it is carried out."""

    def __init__(self, history: History, wish: Wish) -> None:
        """Look at what a wish would do to a project."""
        self.history, self.wish = history, wish
        self.target, self.mapping, self.names = wish.target, wish.mapping, wish.mapping.names
        self.old = with_new_names(history.definition, self.names)
        self.place = Place.of(history, self.names)

    def called(self, kind: str, name: str) -> str:
        """What a thing of the project is called afterwards."""
        return self.names.get((kind, name), name).rpartition("/")[2]

    @cached_property
    def behind(self) -> frozenset[str]:
        """The phases and gates of the target that the project would have had to pass already."""
        return frozenset(one.id for one in self.place.left_behind(self.target))

    @cached_property
    def definition(self) -> ProcessDefinition:
        """The project's new copy: the target without what the project is not asked about any more."""
        happened = {self.called("deliverable", name) for kind, name in self.lived if kind == "deliverable"}
        homes = {(item.name, item.home) for item in items(self.target) if item.kind == "deliverable"}
        kept = {item.name for item in items(self.old) if (item.name, item.home) in homes}
        begun = {self.called("phase", name) for kind, name in self.lived if kind == "phase"}
        left_out = self.behind.intersection(self.mapping.past)
        return without(self.target, left_out, self.place, happened | kept | begun)

    @cached_property
    def lived(self) -> dict[Key, str]:
        """What of the project's own process something has happened to, with what that is; by the old names."""
        history = self.history
        found: dict[Key, str] = {}
        for opened in history.all(PhaseOpened):
            found["phase", opened.phase] = f"it began on {opened.at.date()}"
        for review in history.all(ReviewRequested):
            decided = history.outcome(review)
            what = f"it was decided: {decided.outcome}" if decided else f"it was submitted, round {review.round}"
            found["gate", review.gate] = what
        for waiver in history.all(CriterionWaived):
            found.setdefault(("gate", waiver.gate), f"'{waiver.criterion}' was waived at it")
        for granted in history.all(ToleranceGranted):
            if granted.phase:
                found.setdefault(("phase", granted.phase), "it was granted a tolerance of its own")
        for handed in history.all(HandedOver):
            found["deliverable", handed.deliverable] = "it was handed over"
        for version in history.all(DeliverableSubmitted):
            found.setdefault(("deliverable", version.deliverable), "it was submitted")
        if gate := getattr(next_step(history), "gate", None):
            found.setdefault(("gate", gate), "it is where the project stands")
        for product in history.charter.deliverables:
            found.setdefault(("deliverable", product.id), "the charter asks for it")
        return found

    @cached_property
    def charter(self) -> Charter:
        """The charter and the people of now in the new names."""
        return in_new_names(self.history.charter, self.names)

    @cached_property
    def before(self) -> dict[Key, Item]:
        """The things of the project's own process, by kind and new name."""
        return {(item.kind, item.name): item for item in items(self.old)}

    @cached_property
    def after(self) -> dict[Key, Item]:
        """The things of the new copy, by kind and name."""
        return {(item.kind, item.name): item for item in items(self.definition)}

    @cached_property
    def former(self) -> dict[Key, str]:
        """The old name of each thing that is called otherwise afterwards; a criterion's without its gate's."""
        found: dict[Key, str] = {}
        for (kind, old), new in self.names.items():
            gate = self.called("gate", old.rpartition("/")[0])
            found[kind, f"{gate}/{new.rpartition('/')[2]}" if kind == "criterion" else new] = old.rpartition("/")[2]
        return found

    def record(self, number: int, by: str, requested_by: str) -> ProjectMigrated:
        """The record that carries the move out, at the moment of the newest one."""
        return ProjectMigrated(
            project=self.history.project,
            at=self.history.newest.at,
            by=by,
            number=number,
            requested_by=requested_by,
            mapping=self.mapping,
            definition=self.definition,
            standard=self.wish.standard,
            tailored=self.wish.tailored,
            before=digest(self.history.definition),
            after=digest(self.definition),
        )

    def carried_out(self, *before: Record) -> History:
        """The history as it would be afterwards; `before` are records that come first."""
        return self.history.and_then(*before, self.record(1, SYSTEM, SYSTEM))
