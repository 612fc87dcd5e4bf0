"""The base of every value: one canonical form, and texts as people write them."""

import json
from typing import Annotated

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from lifecycle.value import Value, Written, canonical

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
PLAIN = st.recursive(SCALARS, lambda some: st.lists(some) | st.dictionaries(st.text(), some), max_leaves=12)


@given(st.dictionaries(st.text(), PLAIN))
@example({"\U0001f600": 1, "\uffee": 2, "z": [1.0, 1e16, 1e-7, -0.0, {"1:1.5": 2**53 - 1}]})
def test_the_canonical_form_is_that_of_rfc_8785(plain: dict[str, object]) -> None:
    assert canonical(plain) == rfc8785.dumps(plain)  # type: ignore[arg-type]


class Note(Value):
    text: Annotated[str, Written(longest=5)]


@pytest.mark.parametrize("text", ["", "  ", "123456"])
def test_what_is_written_is_neither_empty_nor_too_long(text: str) -> None:
    with pytest.raises(ValidationError):
        Note(text=text)


def test_what_is_written_has_one_form_whatever_the_keyboard_sends() -> None:
    """Design 3.2: NFC on input, so that a name is found however it was typed."""
    assert Note(text=" Jose\u0301 ") == Note(text="Jos\u00e9")


def test_what_was_kept_is_read_as_it_was_kept() -> None:
    """Reading must not fail for a limit: other words may stand in a text by now, or the limit was another one."""
    for kept in ("123456", "e\u0301"):
        assert Note.model_validate_json(json.dumps({"text": kept})).text == kept
    with pytest.raises(ValidationError):
        Note.model_validate_json('{"text": ""}')


def test_a_schema_names_the_limit() -> None:
    text = Note.model_json_schema()["properties"]["text"]
    assert (text["minLength"], text["maxLength"]) == (1, 5)
