import os
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lifecycle.errors import DefinitionError
from lifecycle.rendering import sandbox
from lifecycle.rendering.sandbox import DRAFT, HTML, MARKDOWN, Writing, render


def write(folder: Path, text: str, name: str = "t.html.j2") -> str:
    (folder / name).write_text(text, "utf-8")
    return name


def rendered(folder: Path, text: str, writing: Writing = HTML, **context: Any) -> str:
    return render(folder, write(folder, text), context, writing)


def problem(folder: Path, text: str, **context: Any) -> tuple[str, int, str]:
    with pytest.raises(DefinitionError) as failed:
        rendered(folder, text, **context)
    (found,) = failed.value.problems
    return Path(found.file).name, found.line, found.message


def test_values_are_literal_in_html_and_in_markdown(tmp_path: Path) -> None:
    assert rendered(tmp_path, "{{ a }}", a="<b>") == "&lt;b&gt;"
    assert rendered(tmp_path, "{{ a }}{{ a|upper }}", MARKDOWN, a="<b>") == r"\<b\>&lt;B&gt;"
    assert rendered(tmp_path, "{{ a }}", DRAFT, a="*<b>*") == r"*\<b>*"


def test_words_compare_as_they_were_written(tmp_path: Path) -> None:
    assert rendered(tmp_path, "{{ 'yes' if a == 'not_met' }}", MARKDOWN, a="not_met") == "yes"


def test_the_filters_write_dates_money_shares_and_digests(tmp_path: Path) -> None:
    context: dict[str, Any] = {
        "d": date(2026, 5, 4),
        "m": datetime(2026, 5, 4, 9, tzinfo=UTC),
        "a": Decimal("1234.5"),
        "h": "f" * 64,
    }
    text = (
        "{{ d|day }}; {{ '2026-05-04'|day }}; {{ m|moment }}; {{ '2026-05-04T09:00:00+00:00'|moment }};"
        " {{ d|moment }}; {{ a|money('EUR') }}; {{ a|money }}; {{ 12.5|percent }}; {{ h|short }};"
        " {{ d|iso }}; {{ 2|days }}"
    )
    assert rendered(tmp_path, text, **context).replace("\u00a0", " ") == (
        "4 May 2026; 4 May 2026; 4 May 2026, 09:00 UTC; 4 May 2026, 09:00 UTC;"
        " 4 May 2026; EUR 1,234.50; 1,234.50; 12.5 %; ffffffffffff…; 2026-05-04; 2 days"
    )


def test_macros_loops_and_harmless_methods_work(tmp_path: Path) -> None:
    write(tmp_path, "{% macro hello(name) %}Hello {{ name }}{% endmacro %}", "m.html.j2")
    text = (
        "{% import 'm.html.j2' as m %}{{ m.hello(who) }}"
        "{% for k, v in d.items() %}{{ loop.cycle('a', 'b') }}{{ k.upper() }}{{ 2 * v }}{% endfor %}"
        "{{ '{:,.2f}'.format(1234.5) }}"
    )
    assert rendered(tmp_path, text, who="Ann", d={"x": 1, "y": 2}) == "Hello AnnaX2bY41,234.50"


def test_an_undefined_name_says_what_and_where(tmp_path: Path) -> None:
    assert problem(tmp_path, "one\ntwo {{ nothing }}") == ("t.html.j2", 2, "'nothing' is undefined")
    name, line, message = problem(tmp_path, "{{ a.b }}", a={})
    assert (name, line) == ("t.html.j2", 1)
    assert "has no attribute 'b'" in message


def test_an_error_in_an_included_template_names_that_one(tmp_path: Path) -> None:
    write(tmp_path, "\n\n{{ gone }}", "part.html.j2")
    assert problem(tmp_path, "{% include 'part.html.j2' %}")[:2] == ("part.html.j2", 3)


def test_bad_syntax_and_bad_sums_have_their_line(tmp_path: Path) -> None:
    assert problem(tmp_path, "a\n{% for %}")[:2] == ("t.html.j2", 2)
    assert problem(tmp_path, "\n{{ 1 / 0 }}") == ("t.html.j2", 2, "division by zero")
    assert problem(tmp_path, "{{ 1 + 'a' }}")[:2] == ("t.html.j2", 1)


@pytest.mark.parametrize(
    "name",
    ["../secret.txt", "/etc/passwd", "a/../../secret.txt", "..", "a//b", "x\0y", ".hidden", "", "link.html.j2", "sub"],
)
def test_nothing_outside_the_folder_is_read(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "reports"
    (folder / "sub").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.html.j2").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(DefinitionError, match="there is no template"):
        render(folder, name, {}, HTML)
    with pytest.raises(DefinitionError):
        render(folder, write(folder, "{% include name %}"), {"name": name}, HTML)


ATTACKS = (
    "{{ ''.__class__.__mro__ }}",
    "{{ [].__class__.__base__.__subclasses__() }}",
    "{{ self.__init__.__globals__ }}",
    "{{ config }}",
    "{{ request.application }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ range(10) }}",
    "{{ namespace() }}",
    "{{ a|attr('__class__') }}",
    "{{ a|map(attribute='__class__')|join }}",
    "{{ a.append(1) }}",
    "{{ d.update({'x': 1}) }}",
    "{{ d.pop('x') }}",
    "{{ 'x' * 10 }}",
    "{{ [1] * 10 }}",
    "{{ 2 ** 99999999 }}",
    "{{ '%99999999d' % 1 }}",
    "{{ '{:>99999999}'.format(1) }}",
    "{{ '{:>{}}'.format(1, 99999999) }}",
    "{{ '{0.__class__}'.format(a) }}",
    "{{ 'x'.ljust(99999999) }}",
    "{{ 'x'|center(99999999) }}",
    "{{ '<b>'|safe }}",
    "{{ a|random }}",
    "{{ a|pprint }}",
    "{{ when.strftime('%Y') }}",
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_template_cannot_act_or_run_away(tmp_path: Path, attack: str) -> None:
    name, line, _ = problem(tmp_path, f"\n{attack}", a=[1, 2], d={"x": 1}, when=date(2026, 1, 1))
    assert (name, line) == ("t.html.j2", 2)


def test_a_macro_that_calls_itself_for_ever_is_a_problem(tmp_path: Path) -> None:
    text = "{% macro again(n) %}{{ again(n + 1) }}{% endmacro %}{{ again(0) }}"
    assert problem(tmp_path, text)[0] == "t.html.j2"


def test_an_endless_page_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "OUTPUT_LIMIT", 100)
    message = problem(tmp_path, "{% for x in a %}{{ x }}{% endfor %}", a=["0123456789"] * 20)[2]
    assert message == "the template writes more than 100 characters"


def test_a_changed_template_is_read_again(tmp_path: Path) -> None:
    assert rendered(tmp_path, "one") == "one"
    write(tmp_path, "two")
    os.utime(tmp_path / "t.html.j2", ns=(1, 1))
    assert render(tmp_path, "t.html.j2", {}, HTML) == "two"


def test_a_template_is_known_with_all_that_it_refers_to(tmp_path: Path) -> None:
    write(tmp_path, "{% block body %}{% endblock %}", "base.j2")
    write(tmp_path, "{% macro m() %}{% endmacro %}", "macros.j2")
    write(tmp_path, '{% extends "base.j2" %}{% from "macros.j2" import m %}{% include "own.j2" %}', "page.j2")
    write(tmp_path, '{% include "page.j2" %}{% include chosen %}', "own.j2")
    assert sandbox.parts(tmp_path, ["page.j2"]) == {"page.j2", "base.j2", "macros.j2", "own.j2"}
    assert sandbox.parts(tmp_path, ["base.j2"]) == {"base.j2"}
    with pytest.raises(DefinitionError, match=r"there is no template 'gone\.j2'"):
        sandbox.parts(tmp_path, ["gone.j2"])
