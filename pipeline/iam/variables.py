"""Policy variables: ``${aws:username}``, ``${aws:PrincipalTag/team, 'none'}``, ``${*}``.

They stand in Resource elements and in condition values of string and ARN operators, and only in
policies of version 2012-10-17; elsewhere ``${…}`` is plain text.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.iam.errors import PolicyError
from pipeline.iam.glob import Piece, pieces_of

Context = Mapping[str, str | tuple[str, ...]]
"""Condition keys of a request, in lower case, with their values."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A place for a value of the request."""

    key: str
    """The condition key, in lower case."""

    default: str | None
    """What stands in when the request has no such key; None without a default."""


Template = tuple[Piece | Variable, ...]

_VARIABLE = re.compile(r"\$\{((?:[^}']|'[^']*')*)\}|\$\{")
_CONTENT = re.compile(r"\s*([^\s,'{}$*?][^,'{}$*?]*?)\s*(?:,\s*'([^']*)'\s*)?")
_LITERALS = frozenset("*?$")


def parse_template(text: str, *, variables: bool) -> Template:
    """Return text as a template.

    Args:
        text: An element of a policy.
        variables: Whether the policy's version and the element have variables.

    Raises:
        PolicyError: A variable is not closed or names no key.
    """
    if not variables or "${" not in text:
        return pieces_of(text)
    template: list[Piece | Variable] = []
    end = 0
    for found in _VARIABLE.finditer(text):
        template += pieces_of(text[end : found.start()])
        template.append(_variable(found.group(1), text))
        end = found.end()
    return (*template, *pieces_of(text[end:]))


def constant(template: Template) -> tuple[Piece, ...] | None:
    """Return a template without variables as pieces, or None when it has some."""
    pieces = tuple(piece for piece in template if not isinstance(piece, Variable))
    return pieces if len(pieces) == len(template) else None


def fill(template: Template, context: Context) -> tuple[Piece, ...] | None:
    """Return a template with the request's values in place, as literal text.

    None when a variable has no value: its key is missing and has no default, or has several
    values, which a variable cannot stand for.
    """
    pieces: list[Piece] = []
    for piece in template:
        if not isinstance(piece, Variable):
            pieces.append(piece)
            continue
        value = context.get(piece.key, piece.default)
        if not isinstance(value, str):
            return None
        pieces.append(value)
    return tuple(pieces)


def _variable(content: str | None, text: str) -> Piece | Variable:
    if content is None:
        raise PolicyError(f"A policy variable is opened with ${{ and not closed in {text!r:.90}.")
    if content in _LITERALS:
        return content
    found = _CONTENT.fullmatch(content)
    if found is None:
        raise PolicyError(f"{'${' + content + '}'!r:.90} is not a policy variable.")
    return Variable(found.group(1).lower(), found.group(2))
