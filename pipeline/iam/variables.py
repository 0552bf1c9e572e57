"""Policy variables: ``${aws:username}``, with defaults and the literals ``${*}`` ``${?}`` ``${$}``.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re

from pipeline.iam.request import Request

_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_LITERALS = frozenset("*?$")
_ESCAPES = {"*": "\ue000", "?": "\ue001"}
"""Private-use characters that stand for wildcards meant literally while a pattern is matched."""


def has_variable(text: str) -> bool:
    """Say whether a text holds a variable."""
    return "${" in text


def substitute(text: str, request: Request) -> str | None:
    """Return a text with its variables replaced, or None when one has no value.

    Wildcards that come out of a variable or a literal are plain text: they are escaped, and
    ``escaped`` must be used on what the result is compared with.
    """
    missing = False

    def value(found: re.Match[str]) -> str:
        nonlocal missing
        replacement = _value_of(found.group(1), request)
        if replacement is None:
            missing = True
            return ""
        return escaped(replacement)

    result = _VARIABLE.sub(value, text)
    return None if missing else result


def escaped(text: str) -> str:
    """Return a text in which wildcards are plain characters."""
    for sign, stand_in in _ESCAPES.items():
        text = text.replace(sign, stand_in)
    return text


def _value_of(variable: str, request: Request) -> str | None:
    if variable in _LITERALS:
        return variable
    key, comma, default = variable.partition(",")
    value = request.value_of(key.strip())
    if isinstance(value, str):
        return value
    if comma:
        return default.strip().strip("'\"")
    return None
