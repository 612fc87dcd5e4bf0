"""Records: every kind can be read back, and its key is as unique as what happened."""

import string
from collections import defaultdict

import pytest

from lifecycle.history import KINDS, Numbered, Record
from lifecycle.history.editions import OfProcess
from lifecycle.history.gates import ReviewRequested
from lifecycle.history.work import PhaseOpened
from lifecycle.process import soundness
from tests.builders import (
    activity,
    definition,
    finished,
    gate,
    lesson,
    opened,
    planned,
    planning,
    released,
    started,
    stopped,
    wind_up,
)

LIVES = (
    finished(),
    released(lesson(lesson(stopped(planned(opened(started()), activity("A1", 5)))))),
)


def below(kind: type[Record]) -> set[type[Record]]:
    return {kind}.union(*map(below, kind.__subclasses__()))


def fields_in(key: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(key) if name]


def shape(key: str) -> str:
    """A key with its fields left blank."""
    return "".join(text + ("{}" if name else "") for text, name, _, _ in string.Formatter().parse(key))


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_key_names_only_fields_that_the_record_has(kind: type[Record]) -> None:
    names = fields_in(kind.key)
    assert set(names) <= kind.model_fields.keys()
    assert names[0] == "project"


def test_every_kind_is_known_by_its_own_name() -> None:
    named = below(Record) - {Record, Numbered, OfProcess}
    assert set(KINDS.values()) == named
    assert all(KINDS[kind.kind] is kind for kind in named)


def test_only_phases_and_gates_have_keys_of_one_shape_and_no_process_calls_them_alike() -> None:
    shapes = defaultdict(list)
    for kind in KINDS.values():
        shapes[shape(kind.key)].append(kind)
    assert [kinds for kinds in shapes.values() if len(kinds) > 1] == [[PhaseOpened, ReviewRequested]]
    alike = definition(planning(gates=(gate("planning", "sponsor"),)), wind_up())
    assert "gate 'planning' is called like a phase" in soundness.problems(alike, ())[0].message


def test_no_phase_and_no_gate_is_called_like_the_first_word_of_another_key() -> None:
    parts = [kind.key.split(":") for kind in KINDS.values()]
    assert {words[1] for words in parts if len(words) > 2 and not words[1].startswith("{")} == soundness.RESERVED


def test_a_numbered_record_is_told_apart_by_its_number() -> None:
    numbered = [kind for kind in KINDS.values() if issubclass(kind, Numbered)]
    assert [kind.kind for kind in numbered if "number" not in fields_in(kind.key)] == []


def test_no_two_records_of_a_life_share_an_id() -> None:
    for life in LIVES:
        ids = [record.id for record in life.records]
        assert len(set(ids)) == len(ids)
        assert all(life.has(name) for name in ids)


def test_what_is_written_comes_back_as_it_was() -> None:
    for record in (record for life in LIVES for record in life.records):
        assert KINDS[record.kind].model_validate_json(record.model_dump_json()) == record


def test_a_copy_with_other_fields_has_an_id_of_its_own() -> None:
    vote = next(record for life in LIVES for record in life.records if record.twin_id)
    assert vote.id.endswith(f":vote:{vote.by}")
    assert vote.model_copy(update={"project": "other"}).id == vote.id.replace("app:", "other:", 1)
