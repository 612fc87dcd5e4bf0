from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from lifecycle.rendering.plain import SEAM, MarkdownText, breakable, plain, spoken, without_tags


def test_only_plain_data_reaches_a_template() -> None:
    given: dict[str, Any] = {"a": (1, None, True, 1.5, Decimal(2)), "b": {"c": date(2026, 1, 2), "d": "x"}}
    assert plain(given) == {"a": [1, None, True, 1.5, Decimal(2)], "b": {"c": date(2026, 1, 2), "d": "x"}}


@pytest.mark.parametrize("thing", [object(), open, {1, 2}, b"bytes"])
def test_what_could_act_is_refused(thing: object) -> None:
    with pytest.raises(TypeError, match="a template gets plain data"):
        plain({"thing": thing})


def test_markdown_text_is_literal_and_stays_on_its_line() -> None:
    text = MarkdownText("a|b *c* _d_ [e](f)\n# g `h` <i> & ~j~ \\")
    assert text.__html__() == r"a\|b \*c\* \_d\_ \[e\](f) \# g \`h\` \<i\> &amp; \~j\~ " + "\\\\"


def test_a_draft_keeps_its_words_and_loses_its_tags() -> None:
    assert without_tags("*a* <img>") == r"*a* \<img>"


def test_dates_are_words_before_they_reach_the_pdf() -> None:
    given = {"a": [date(2026, 5, 4), datetime(2026, 5, 4, 9, tzinfo=UTC)], "b": Decimal("1.50"), "c": "x", "d": 1}
    assert spoken(given) == {"a": ["4 May 2026", "4 May 2026, 09:00 UTC"], "b": "1.50", "c": "x", "d": 1}


def test_long_words_get_seams_and_digests_do_not() -> None:
    assert breakable("x" * 40) == SEAM.join(["x" * 16, "x" * 16, "x" * 8])
    assert breakable("a" * 64) == "a" * 64
    assert breakable("short words stay") == "short words stay"
