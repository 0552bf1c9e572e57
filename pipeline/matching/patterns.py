"""EventBridge event patterns: which events a rule is for.

A pattern has the shape of the event. Every field that it names must match; of a field's list, one
entry is enough; fields that it does not name are ignored. A field of the event that is itself a
list matches when one of its elements does, and fields of one object in a list are held against the
same element.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-arrays.html

How AWS compares numbers that are written differently (300 and 3.0e2) has changed with its matcher;
here numbers are compared by value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pipeline.matching.conditions import Condition, parse_condition
from pipeline.matching.problems import PatternError

Path = tuple[str, ...]
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A parsed pattern, or a part of one."""

    fields: tuple[tuple[str, Pattern | tuple[Condition, ...]], ...]
    """What is asked of each field: a pattern of an object, or the entries of a list."""

    alternatives: tuple[tuple[Pattern, ...], ...] = ()
    """Of each ``$or``, its patterns: one must match."""

    def matches(self, document: Mapping[str, Any]) -> bool:
        """Tell whether an event, or the body of a message, matches."""
        return _holds(self, document, (), frozenset(_leaf_paths(document, ())))


def _holds(pattern: Pattern, value: Any, path: Path, leaves: frozenset[Path]) -> bool:
    """Hold one value, at its path, against a pattern; ``leaves`` are all paths of the event."""
    if isinstance(value, list) and value:
        return any(_holds(pattern, element, path, leaves) for element in value)
    document = value if isinstance(value, Mapping) else _NOTHING
    return all(
        _holds(asked, document.get(name), (*path, name), leaves)
        if isinstance(asked, Pattern)
        else _one_holds(asked, document.get(name, _NOTHING), (*path, name), leaves)
        for name, asked in pattern.fields
    ) and all(
        any(_holds(alternative, value, path, leaves) for alternative in choice)
        for choice in pattern.alternatives
    )


def _one_holds(
    conditions: tuple[Condition, ...], value: Any, path: Path, leaves: frozenset[Path]
) -> bool:
    values = list(_leaves(value))
    return any(
        path not in leaves if each.wants_absence else any(each.holds(leaf) for leaf in values)
        for each in conditions
    )


def _leaves(value: Any) -> Iterator[Any]:
    """Yield a value that is no object, or those of a list: conditions ask leaves only."""
    if isinstance(value, list):
        for element in value:
            yield from _leaves(element)
    elif not isinstance(value, Mapping):
        yield value


def _leaf_paths(value: Any, path: Path) -> Iterator[Path]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaf_paths(inner, (*path, name))
    elif isinstance(value, list):
        for element in value:
            yield from _leaf_paths(element, path)
    else:
        yield path


@lru_cache(maxsize=256)
def parse_pattern(text: str) -> Pattern:
    """Return the pattern that a JSON text holds.

    Raises:
        PatternError: EventBridge refuses it. The reason is AWS's, without the place in the text
            that AWS adds; for a text that is no JSON it is ours.
    """
    try:
        document = json.loads(text)
    except ValueError as error:
        raise PatternError(f"The pattern is not JSON ({error})") from error
    if not isinstance(document, dict):
        raise PatternError("Filter is not an object")
    return pattern_of(document)


def pattern_of(document: Mapping[str, Any]) -> Pattern:
    """Return the pattern that a document is; ``PatternError`` when the services refuse it."""
    if not document:
        raise PatternError("Empty objects are not allowed")
    fields: list[tuple[str, Pattern | tuple[Condition, ...]]] = []
    alternatives: list[tuple[Pattern, ...]] = []
    for name, asked in document.items():
        if name == "$or":
            alternatives.append(_choice(asked))
        elif isinstance(asked, dict):
            fields.append((name, pattern_of(asked)))
        elif isinstance(asked, list):
            fields.append((name, conditions_of(asked)))
        else:
            raise PatternError(f'"{name}" must be an object or an array')
    return Pattern(tuple(fields), tuple(alternatives))


def conditions_of(entries: list[Any]) -> tuple[Condition, ...]:
    """Return what the entries of a field's list ask; ``PatternError`` when they are refused."""
    conditions = tuple(parse_condition(entry) for entry in entries)
    if not conditions:
        raise PatternError("Empty arrays are not allowed")
    return conditions


def _choice(asked: Any) -> tuple[Pattern, ...]:
    if not isinstance(asked, list):
        raise PatternError("It must be an Array followed with $or.")
    if not all(isinstance(entry, dict) for entry in asked):
        raise PatternError("Only JSON object is allowed in array of $or relationship.")
    if len(asked) < 2:
        raise PatternError("There must have at least 2 Objects in $or relationship.")
    return tuple(pattern_of(entry) for entry in asked)
