"""The journal's chain: any change, gap or cut-off tail is found and named."""

from collections.abc import Callable

import pytest

from lifecycle.records.journal import Entry, genesis, sealed, verify

INSTANCE = "8d7f9b1e"
Attack = Callable[[list[Entry]], list[Entry]]


def chain(length: int) -> list[Entry]:
    entries: list[Entry] = []
    for number in range(1, length + 1):
        entry = Entry(
            seq=number,
            at="2026-01-05T09:00:00Z",
            actor="sam",
            action="vote",
            project="app",
            object=f"app:G1:{number}",
            previous=entries[-1].hash if entries else genesis(INSTANCE),
        )
        entries.append(sealed(entry))
    return entries


def edited(entries: list[Entry], index: int, **changes: object) -> list[Entry]:
    return [*entries[:index], entries[index].model_copy(update=changes), *entries[index + 1 :]]


def test_an_untouched_chain_holds() -> None:
    assert verify(chain(20), INSTANCE, 20) is None


@pytest.mark.parametrize(
    ("attack", "bad", "word"),
    [
        (lambda e: edited(e, 4, actor="eve"), 5, "was changed"),
        (lambda e: edited(e, 4, actor="eve", hash=sealed(e[4].model_copy(update={"actor": "eve"})).hash), 6, "follow"),
        (lambda e: [*e[:4], *e[5:]], 5, "missing"),
        (lambda e: [*e[:4], e[5], e[4], *e[6:]], 5, "missing"),
        (lambda e: [*e[:4], e[4], *e[4:]], 6, "missing"),
        (lambda e: e[:-3], 8, "ends at 7"),
        (lambda e: [], 1, "ends at 0"),
    ],
    ids=["edit", "edit and reseal", "delete", "swap", "insert", "cut off", "empty"],
)
def test_an_attack_is_found_at_its_first_bad_entry(attack: Attack, bad: int, word: str) -> None:
    fault = verify(attack(chain(10)), INSTANCE, 10)
    assert fault is not None
    assert fault.seq == bad
    assert word in fault.message


def test_a_chain_of_another_installation_does_not_hold() -> None:
    fault = verify(chain(3), "other")
    assert fault is not None
    assert fault.seq == 1
