"""Success criteria, judged once."""

import pytest

from lifecycle.errors import NotAuthorised, NotFound, TransitionNotAllowed
from lifecycle.governance import results
from tests.builders import day, opened, started

WORDS = {"met": True, "evidence": "1,204 users.", "by": "erik", "now": day(3)}


def test_anybody_in_the_project_judges_a_success_criterion_with_evidence() -> None:
    judged = results.judge(opened(started()), "used", **WORDS)  # type: ignore[arg-type]
    assert (judged.id, judged.met, judged.evidence) == ("app:success:used", True, "1,204 users.")


def test_strangers_judge_nothing_and_nobody_judges_what_was_never_asked() -> None:
    with pytest.raises(NotAuthorised):
        results.judge(started(), "used", **(WORDS | {"by": "stranger"}))  # type: ignore[arg-type]
    with pytest.raises(NotFound, match=r"no success criterion 'loved'. Known: used"):
        results.judge(started(), "loved", **WORDS)  # type: ignore[arg-type]


@pytest.mark.parametrize(("met", "word"), [(True, "met"), (False, "not met")])
def test_a_success_criterion_is_judged_once(met: bool, word: str) -> None:
    history = started().and_then(results.judge(started(), "used", **(WORDS | {"met": met})))  # type: ignore[arg-type]
    with pytest.raises(TransitionNotAllowed, match=f"used was judged {word} by Erik E"):
        results.judge(history, "used", **WORDS)  # type: ignore[arg-type]
