"""SNS subscription filter policies: which messages a subscription gets.

With the scope ``MessageAttributes`` the policy asks the message's attributes, and is flat; with
``MessageBody`` it asks the body, which must be a JSON object, and may be nested. Of an attribute of
type ``String.Array`` each element counts as a value. (Copies of the documentation differ on whether
``anything-but`` asks for one such element or for all; here one is enough, as in event patterns.)
https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pipeline.matching.patterns import Pattern, pattern_of
from pipeline.matching.problems import PatternError

ATTRIBUTES = "MessageAttributes"
BODY = "MessageBody"
SCOPES = (ATTRIBUTES, BODY)

MOST_KEYS = 5
MOST_COMBINATIONS = 150


class ScopeError(PatternError):
    """A policy that is refused for what its scope does not allow."""


@dataclass(frozen=True, slots=True)
class FilterPolicy:
    """A parsed filter policy."""

    scope: str
    pattern: Pattern | None
    """None for the empty policy, which accepts everything."""

    def accepts(self, attributes: Mapping[str, Mapping[str, Any]], body: str) -> bool:
        """Tell whether a message passes.

        Args:
            attributes: As boto3 takes them: ``{name: {"DataType": …, "StringValue": …}}``.
            body: The message.
        """
        if self.pattern is None:
            return True
        document = attribute_document(attributes) if self.scope == ATTRIBUTES else _object(body)
        return document is not None and self.pattern.matches(document)


def _object(body: str) -> dict[str, Any] | None:
    try:
        document = json.loads(body)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def attribute_document(attributes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return a message's attributes as plain values; binary ones are left out, as SNS does.

    A ``String.Array`` is the JSON list in its text; one that is no such list has no values.
    https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
    """
    document: dict[str, Any] = {}
    for name, attribute in attributes.items():
        kind, text = str(attribute["DataType"]), attribute.get("StringValue")
        if kind == "String.Array":
            document[name] = _array(str(text))
        elif kind.partition(".")[0] == "Number":
            document[name] = _number(str(text))
        elif kind.partition(".")[0] == "String":
            document[name] = text
    return document


def _array(text: str) -> list[Any]:
    try:
        values = json.loads(text)
    except ValueError:
        return []
    return values if isinstance(values, list) else []


def _number(text: str) -> float | str:
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) else text


@lru_cache(maxsize=256)
def parse_filter_policy(text: str, scope: str = ATTRIBUTES) -> FilterPolicy:
    """Return the policy that a JSON text holds.

    Raises:
        ScopeError: It is nested, and its scope is the attributes.
        PatternError: SNS refuses it for another reason. The reason is AWS's, without the place in
            the text that AWS adds; for a text that is no JSON it is ours.
    """
    try:
        document = json.loads(text)
    except ValueError as error:
        raise PatternError(f"failed to parse JSON ({error})") from error
    if not isinstance(document, dict):
        raise PatternError("Filter is not an object")
    if not document:
        return FilterPolicy(scope, None)
    if scope == ATTRIBUTES and any(isinstance(asked, dict) for asked in document.values()):
        raise ScopeError(f"Filter policy scope {ATTRIBUTES} does not support nested filter policy")
    if len(document) > MOST_KEYS:
        raise PatternError(f"Filter policy can not have more than {MOST_KEYS} keys")
    pattern = pattern_of(document)
    if combinations(document) > MOST_COMBINATIONS:
        raise PatternError("Filter policy is too complex")
    return FilterPolicy(scope, pattern)


def combinations(document: Mapping[str, Any], depth: int = 1) -> int:
    """Return how many combinations of values a policy has.

    The lengths of its lists are multiplied, each times the depth of its key. For ``$or`` AWS names
    no formula; here the alternatives are added.
    """
    total = 1
    for name, asked in document.items():
        if name == "$or":
            total *= sum(combinations(entry, depth) for entry in asked)
        elif isinstance(asked, dict):
            total *= combinations(asked, depth + 1)
        else:
            total *= len(asked) * depth
    return total
