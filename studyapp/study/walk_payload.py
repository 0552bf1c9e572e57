"""The part of an event that an observe step shows, as lines of which some are marked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline import events as e
from studyapp.study.walk_facts import unfolded

Path = tuple[str, ...]
_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a document."""

    text: str
    """With its indent."""

    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of an event."""

    title: str
    """The event's name, and the field that is shown if it is just one."""

    document: Any
    """In the values of JSON; texts that hold JSON are unfolded where a mark is inside."""

    lines: tuple[Line, ...]


def shown_of(event: e.PipelineEvent, marks: tuple[str, ...]) -> Shown:
    """Return the fields of an event that marks are in, as lines; without marks all fields.

    If all marks are deep in one field, such as a message, that field alone is the document.
    """
    fields = e.event_document(event)
    name = fields.pop("event")
    del fields["time"]
    paths = [tuple(mark.split(".")) for mark in marks]
    roots = list(dict.fromkeys(path[0] for path in paths))
    document: Any = {root: fields.get(root) for root in roots} if roots else fields
    if len(roots) == 1 and all(len(path) > 1 for path in paths):
        (root,) = roots
        return _shown(f"{name}, {root}", fields.get(root), [path[1:] for path in paths])
    return _shown(name, document, paths)


def _shown(title: str, document: Any, marks: list[Path]) -> Shown:
    unfolded_ = _unfolded(document, (), marks)
    return Shown(title, unfolded_, tuple(_lines(unfolded_, (), marks)))


def document_lines(document: Any) -> tuple[Line, ...]:
    """Return a document as lines of JSON, none of them marked."""
    return tuple(_lines(document, (), []))


def _unfolded(value: Any, path: Path, marks: list[Path]) -> Any:
    """Return a document in which texts of JSON are documents where a mark leads into them."""
    if any(len(mark) > len(path) and mark[: len(path)] == path for mark in marks):
        value = unfolded(value)
    if isinstance(value, Mapping):
        return {str(k): _unfolded(v, (*path, str(k)), marks) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_unfolded(v, (*path, str(n)), marks) for n, v in enumerate(value)]
    return value


def _lines(
    value: Any, path: Path, marks: list[Path], label: str = "", end: str = ""
) -> Iterator[Line]:
    """Yield the lines of a value, with its label before it and a comma after it."""
    is_marked = any(path[: len(mark)] == mark for mark in marks)
    indent = "  " * len(path)
    if isinstance(value, Mapping) and value and len(path) < _DEEPEST:
        entries = [
            (str(k), f"{json.dumps(str(k), ensure_ascii=False)}: ", v) for k, v in value.items()
        ]
        brackets = "{}"
    elif isinstance(value, list | tuple) and value and len(path) < _DEEPEST:
        entries = [(str(n), "", v) for n, v in enumerate(value)]
        brackets = "[]"
    else:
        text = json.dumps(value, ensure_ascii=False, default=str)
        yield Line(f"{indent}{label}{text}{end}", is_marked)
        return
    yield Line(f"{indent}{label}{brackets[0]}", is_marked)
    for number, (name, key, entry) in enumerate(entries, start=1):
        comma = "," if number < len(entries) else ""
        yield from _lines(entry, (*path, name), marks, key, comma)
    yield Line(f"{indent}{brackets[1]}{end}", is_marked)
