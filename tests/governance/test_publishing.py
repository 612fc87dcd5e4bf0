"""Versions of standard processes: who may do what with them, and what a new project starts with."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from lifecycle.errors import (
    BadInput,
    NeverChanges,
    NotAuthorised,
    NotFound,
    SeparationOfDuties,
    TransitionNotAllowed,
)
from lifecycle.governance import publishing
from lifecycle.governance.publishing import Publishing, Written, chosen, require_startable
from lifecycle.history import Record
from lifecycle.history.editions import Editions, content_of, is_stream
from lifecycle.history.work import ProjectStarted
from lifecycle.process.definition import ProcessDefinition
from tests.builders import START, definition, execution, gate, planning
from tests.builders import started as begun

DIGEST = "0" * 64
ALONE = Publishing()
FOUR_EYES = Publishing(four_eyes=True)
BOARD = Publishing(publishers=("vera", "anna"))
NOTHING = Editions("small")


def written(**changes: Any) -> Written:
    return Written(definition(**changes), "small.yaml", DIGEST, {"plan.md.j2": DIGEST})


class Desk:
    """The records of the process `small`, and whoever works on them, each a minute after the other."""

    def __init__(self, rules: Publishing = ALONE) -> None:
        self.rules, self.records, self.minutes = rules, list[Record](), count()

    @property
    def now(self) -> datetime:
        return START + timedelta(minutes=next(self.minutes))

    @property
    def editions(self) -> Editions:
        return Editions("small", self.records)

    def _with(self, record: Record | None) -> "Desk":
        self.records += [record] if record else []
        return self

    def draft(self, version: str = "1", by: str = "anna", **changes: Any) -> "Desk":
        return self._with(publishing.draft(self.editions, written(version=version, **changes), by, self.now))

    def review(self, version: str = "1", by: str = "vera") -> "Desk":
        return self._with(publishing.review(self.editions, version, "It is fine.", by, self.now))

    def publish(self, version: str = "1", by: str = "anna") -> "Desk":
        return self._with(publishing.publish(self.editions, version, by, self.now, self.rules))

    def retire(self, version: str = "1", by: str = "anna") -> "Desk":
        retired = publishing.retire(self.editions, version, reason="Too slow.", by=by, now=self.now, rules=self.rules)
        return self._with(retired)

    def states(self) -> dict[str, str]:
        return {edition.version: edition.state for edition in self.editions.all}


def test_a_version_is_drafted_reviewed_published_and_retired() -> None:
    desk = Desk()
    assert desk.draft().states() == {"1": "draft"}
    assert desk.review().states() == {"1": "reviewed"}
    assert desk.publish().states() == {"1": "published"}
    assert desk.retire().states() == {"1": "retired"}
    assert [record.id for record in desk.records] == [
        "process/small:1:draft:1",
        "process/small:1:draft:1:review",
        "process/small:1:published",
        "process/small:1:retired",
    ]
    assert all(is_stream(record.project) for record in desk.records)


def test_drafting_or_publishing_the_same_twice_says_nothing_new() -> None:
    desk = Desk().draft().draft(by="vera").publish().publish(by="vera").draft()
    assert [record.kind for record in desk.records] == ["process-draft", "process-publication"]


def test_another_draft_takes_the_review_away() -> None:
    desk = Desk().draft().review().draft(title="Another title")
    assert desk.states() == {"1": "draft"}
    assert [draft.number for draft in desk.editions.drafts] == [1, 2]
    assert desk.review().states() == {"1": "reviewed"}


def test_a_published_version_never_changes_and_the_refusal_says_what_differs_and_what_to_do() -> None:
    desk = Desk().draft().publish()
    with pytest.raises(NeverChanges) as refusal:
        desk.draft(title="Another title")
    said = str(refusal.value)
    assert "small 1 was published by anna on 2026-01-05 and never changes" in said
    assert "- process small: title: Small process -> Another title" in said
    assert "Give the file another version" in said


def test_another_order_is_other_content_too() -> None:
    desk = Desk().draft().publish()
    with pytest.raises(NeverChanges, match="- the order of its parts, or how a number is written"):
        desk.draft(roles=definition().roles[::-1])


def test_of_many_differences_the_first_ones_are_told() -> None:
    desk = Desk().draft().publish()
    many = tuple(gate(f"X{number}", "sponsor") for number in range(12))
    with pytest.raises(NeverChanges, match="- and 3 more"):
        desk.draft(phases=(planning(gates=many), execution(), *definition().phases[2:]))


def test_a_field_that_says_its_default_changes_nothing() -> None:
    """A later engine knows more fields; what was published by an earlier one stays the same process."""
    said = definition().model_dump(mode="json", exclude_defaults=True)
    assert content_of(ProcessDefinition.model_validate(said)) == content_of(definition())
    assert content_of(definition(version="2")) != content_of(definition())


@pytest.mark.parametrize("version", ["1 beta", "1@2", "v1:2", "", "x" * 65])
def test_a_version_that_nobody_could_name_is_refused(version: str) -> None:
    with pytest.raises(BadInput, match="cannot be published"):
        publishing.draft(
            NOTHING, written()._replace(definition=definition().model_copy(update={"version": version})), "anna", START
        )


def test_what_is_not_there_is_named_with_what_is() -> None:
    with pytest.raises(NotFound, match=r"no version of small '2'\. Known: 1"):
        Desk().draft().review("2")


def test_nobody_reviews_their_own_work_or_what_was_reviewed_or_published() -> None:
    desk = Desk().draft()
    with pytest.raises(SeparationOfDuties, match="Nobody reviews their own work"):
        desk.review(by="anna")
    with pytest.raises(TransitionNotAllowed, match="was reviewed by vera"):
        desk.review().review(by="otto")
    with pytest.raises(TransitionNotAllowed, match="its review is over"):
        desk.publish().review(by="otto")


def test_with_four_eyes_nobody_publishes_what_they_drafted() -> None:
    """R-40: it stays a draft, and the refusal says whom it waits for."""
    desk = Desk(FOUR_EYES).draft()
    with pytest.raises(SeparationOfDuties, match=r"alone; it stays a draft\. It is for anybody else"):
        desk.publish(by="anna")
    assert desk.states() == {"1": "draft"}
    assert desk.publish(by="vera").states() == {"1": "published"}


def test_four_eyes_are_those_of_the_newest_draft_and_name_the_publishers_left() -> None:
    """R-40: whoever drafted it last is its author."""
    desk = (
        Desk(Publishing(four_eyes=True, publishers=("vera", "anna", "otto"))).draft().draft(by="vera", title="Better")
    )
    with pytest.raises(SeparationOfDuties, match="It is for anna, otto: phasegate process publish small --version 1"):
        desk.publish(by="vera")
    assert desk.publish(by="anna").states() == {"1": "published"}


def test_only_publishers_publish_and_retire() -> None:
    desk = Desk(BOARD).draft(by="erik")
    with pytest.raises(NotAuthorised, match=r"erik may not publish small 1\. Those who may: vera, anna\."):
        desk.publish(by="erik")
    desk.publish(by="vera")
    with pytest.raises(NotAuthorised, match="erik may not retire small 1"):
        desk.retire(by="erik")


def test_only_what_is_published_is_retired_once_and_not_published_again() -> None:
    desk = Desk().draft()
    with pytest.raises(TransitionNotAllowed, match="nothing to retire"):
        desk.retire()
    desk.publish().retire()
    with pytest.raises(TransitionNotAllowed, match="was retired by anna"):
        desk.retire()
    with pytest.raises(TransitionNotAllowed, match="another version"):
        desk.publish()


def test_a_draft_waits_for_the_publishers_until_it_is_published() -> None:
    assert NOTHING.waiting is None
    desk = Desk(Publishing(four_eyes=True, publishers=("vera", "anna"))).draft()
    assert desk.editions.waiting is not None
    assert publishing.who_may_publish(desk.editions.waiting, desk.rules) == ("vera",)
    assert desk.publish(by="vera").editions.waiting is None


def versions(*published: str) -> Desk:
    desk = Desk()
    for version in published:
        desk.draft(version).publish(version)
    return desk


def test_a_new_project_gets_the_version_published_last_that_is_not_retired() -> None:
    assert chosen(NOTHING, None) is None
    desk = versions("1", "3", "2").draft("4")
    assert [chosen(desk.editions, wanted) and chosen(desk.editions, wanted).version for wanted in (None, "3", "4")] == [  # type: ignore[union-attr]
        "2",
        "3",
        None,
    ]
    desk.retire("2")
    assert desk.editions.current == desk.editions.of("3")


def start(process: ProcessDefinition, standard: bool = True) -> ProjectStarted:
    """The start of a project on a process, before its copy was expanded."""
    first = begun(process=process).started
    return first.model_copy(update={"standard": content_of(process) if standard else None})


def test_a_retired_version_starts_nothing_new_not_even_from_its_file() -> None:
    desk = versions("1", "2").retire("1")
    with pytest.raises(TransitionNotAllowed, match=r"small 1 was retired by anna on 2026-01-05 \(Too slow\.\)"):
        require_startable(desk.editions, start(definition()), ALONE)
    require_startable(desk.editions, start(definition(version="2")), ALONE)


def test_an_organisation_can_ask_for_published_processes() -> None:
    required, desk = Publishing(required=True), versions("1").draft("2")
    require_startable(desk.editions, start(definition()), required)
    for process in (definition(version="2"), definition(title="Another title")):
        require_startable(desk.editions, start(process), ALONE)
        with pytest.raises(TransitionNotAllowed, match="published processes only"):
            require_startable(desk.editions, start(process), required)
