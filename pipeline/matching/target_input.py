"""What a target of a rule gets: the event, a part of it, a constant, or a template filled in.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html

Of JSON paths EventBridge knows dots, indices and wildcards, and so does this. A placeholder within
quotation marks becomes text, one outside of them JSON. A path that finds nothing leaves an empty
text, which AWS does not document for every case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

Json = Any

_STEP = re.compile(r"\.([\w/-]+|\*)|\[(\d+|\*)\]|\['([^']+)'\]")
_PLACEHOLDER = re.compile(r'"(?:[^"\\]|\\.)*"|<([\w.-]+)>', re.DOTALL)
_INNER = re.compile(r"<([\w.-]+)>")
_NOTHING = ""


def target_input(settings: Mapping[str, Any], event: Mapping[str, Any], rule_arn: str) -> str:
    """Return the text that a target gets.

    Args:
        settings: The target as PutTargets took it: at most one of Input, InputPath and
            InputTransformer counts.
        event: The whole event.
        rule_arn: For the variables that EventBridge itself knows.
    """
    if settings.get("Input"):
        return str(settings["Input"])
    if settings.get("InputPath"):
        found = find(event, settings["InputPath"])
        return compact(found[0] if found else None)
    transformer = settings.get("InputTransformer")
    if not transformer:
        return compact(event)
    values = _own_variables(event, rule_arn)
    for name, path in (transformer.get("InputPathsMap") or {}).items():
        found = find(event, path)
        values[name] = _value_at(path, found)
    return fill_in(transformer["InputTemplate"], values)


def compact(document: Json) -> str:
    """Return a document as JSON text without spaces."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def _own_variables(event: Mapping[str, Any], rule_arn: str) -> dict[str, Json]:
    return {
        "aws.events.rule-arn": rule_arn,
        "aws.events.rule-name": rule_arn.rpartition("/")[2],
        "aws.events.event.ingestion-time": event.get("time", _NOTHING),
        "aws.events.event": {name: value for name, value in event.items() if name != "detail"},
        "aws.events.event.json": dict(event),
    }


def _value_at(path: str, found: list[Json]) -> Json:
    if "*" in path:
        return found
    return found[0] if found else _NOTHING


def find(document: Json, path: str) -> list[Json]:
    """Return what a JSON path finds: ``$.detail.object.key``, ``$.resources[0]``.

    Raises:
        ValueError: The path is none that EventBridge knows.
    """
    if not path.startswith("$"):
        raise ValueError(f"A path begins with $: {path}")
    found, position = [document], 1
    while position < len(path):
        step = _STEP.match(path, position)
        if step is None:
            raise ValueError(f"{path} is no path at position {position}.")
        name = next(group for group in step.groups() if group is not None)
        found = [inner for value in found for inner in _step(value, name)]
        position = step.end()
    return found


def _step(value: Json, name: str) -> list[Json]:
    if name == "*":
        if isinstance(value, Mapping):
            return list(value.values())
        return list(value) if isinstance(value, list) else []
    if isinstance(value, Mapping):
        return [value[name]] if name in value else []
    if isinstance(value, list) and name.isdigit() and int(name) < len(value):
        return [value[int(name)]]
    return []


def fill_in(template: str, values: Mapping[str, Json]) -> str:
    """Return a template with its placeholders ``<name>`` filled in; unknown ones stay."""

    def inside_text(placeholder: re.Match[str]) -> str:
        name = placeholder.group(1)
        if name not in values:
            return placeholder.group(0)
        value = values[name]
        return json.dumps(value if isinstance(value, str) else compact(value))[1:-1]

    def outside(part: re.Match[str]) -> str:
        name = part.group(1)
        if name is None:
            return _INNER.sub(inside_text, part.group(0))
        return compact(values[name]) if name in values else part.group(0)

    return _PLACEHOLDER.sub(outside, template)
