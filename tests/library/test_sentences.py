"""Pydantic's words are the last resort."""

from typing import Annotated

import pytest
from pydantic import Field, ValidationError

from lifecycle.library.sentences import sentence
from lifecycle.value import Value


class Dozen(Value):
    eggs: Annotated[int, Field(multiple_of=12)]


def test_what_has_no_sentence_yet_is_told_in_pydantics_words() -> None:
    with pytest.raises(ValidationError) as refusal:
        Dozen(eggs=13)

    (error,) = refusal.value.errors()
    assert sentence(error, "'eggs'") == "'eggs': Input should be a multiple of 12"
