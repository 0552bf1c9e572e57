from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.iam.errors import PolicyError
from pipeline.iam.glob import plain
from pipeline.iam.variables import Variable, constant, fill, parse_template


def filled(text: str, **context: str) -> str | None:
    pieces = fill(parse_template(text, variables=True), context)
    return None if pieces is None else plain(pieces)


@given(st.text())
def test_text_without_variables_stays_as_it_is(text: str) -> None:
    pieces = constant(parse_template(text, variables=False))
    assert pieces is not None
    assert text == plain(pieces)


@given(st.text("${}*?,' aws:", max_size=30))
def test_it_raises_nothing_but_policy_errors(text: str) -> None:
    with contextlib.suppress(PolicyError):
        parse_template(text, variables=True)


def test_the_key_of_a_variable_has_no_case() -> None:
    assert (Variable("aws:username", None),) == parse_template("${AWS:UserName}", variables=True)


def test_a_tag_key_may_hold_spaces() -> None:
    expected = (Variable("aws:principaltag/cost center", "none"),)
    assert expected == parse_template("${aws:PrincipalTag/Cost Center, 'none'}", variables=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a${user}c", "abc"),
        ("${user}${user}", "bb"),
        ("${other}", None),
        ("${other, 'x'}", "x"),
        ("${other,''}", ""),
        ("${other, '}'}", "}"),
        ("${*}${?}${$}", "*?$"),
        ("$user}", "$user}"),
    ],
)
def test_values_take_the_place_of_variables(text: str, expected: str | None) -> None:
    assert expected == filled(text, user="b")


def test_a_very_long_unclosed_variable_is_refused_at_once() -> None:
    with pytest.raises(PolicyError, match="not closed"):
        parse_template("${'" * 20_000, variables=True)
