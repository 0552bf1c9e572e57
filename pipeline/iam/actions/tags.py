"""Tags in a call are condition keys: ``aws:RequestTag/KEY``, and ``aws:TagKeys`` with every key.

Services write tags in five shapes: lists of ``Key``/``Value`` or ``TagKey``/``TagValue``, maps,
lists of keys alone (to take tags off), and, for objects in S3, text like a URL's query.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requesttag
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from pipeline.iam.request import ContextValue
from pipeline.iam.requirement import Needs, Parameters, Place, ResourceOf, given, one

_PARAMETERS = ("Tags", "tags", "TagKeys", "tagKeys")


def tags(parameters: Parameters, _: Place) -> Mapping[str, ContextValue]:
    """Return the condition keys of the tags that a call gives, or takes off."""
    return tag_keys(next((parameters[name] for name in _PARAMETERS if name in parameters), ()))


def tagging(action: str, resource: ResourceOf) -> Needs:
    """Return the row of a call that also tags what it makes, when it gives tags."""
    return given(("Tags", "tags"), one(action, resource, tags))


def tag_keys(written: object) -> Mapping[str, ContextValue]:
    """Return the condition keys of tags in any shape."""
    return prefixed(pairs(written), "aws:RequestTag/", "aws:TagKeys")


def prefixed(
    found: Iterable[tuple[str, str | None]], prefix: str, all_of_them: str
) -> Mapping[str, ContextValue]:
    """Return condition keys for tags: one for each value, and one with every key."""
    known = dict(found)
    keys: dict[str, ContextValue] = {
        prefix + key: value for key, value in known.items() if value is not None
    }
    return {**keys, all_of_them: tuple(known)} if known else {}


def pairs(written: Any) -> list[tuple[str, str | None]]:
    """Return tags in any shape as keys and values; keys alone have no value."""
    if isinstance(written, str):
        return [(key, value) for key, value in parse_qsl(written, keep_blank_values=True)]
    if isinstance(written, Mapping):
        return [(str(key), str(value)) for key, value in written.items()]
    return [_pair(entry) for entry in written]


def _pair(entry: str | Mapping[str, str]) -> tuple[str, str | None]:
    if isinstance(entry, str):
        return entry, None
    if "TagKey" in entry:
        return entry["TagKey"], entry.get("TagValue", "")
    return entry["Key"], entry.get("Value", "")
