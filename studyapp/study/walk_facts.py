"""Facts of a run: counted or read from its events, as an author writes them in one line.

``count NotificationSent``, ``count RequestDenied actor=function``, ``value
MessageReturned.receive_count last``: conditions compare a field, by its dotted name, with a text.
"""

from __future__ import annotations

import dataclasses
import json
import re
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline import events as e
from studyapp.study.problems import perhaps, shown

Measured = bool | int | float | str | None
"""What a fact comes to; None when nothing happened that it could be read from."""

EVENTS: Mapping[str, type[e.PipelineEvent]] = {
    name: kind
    for name in e.__all__
    if isinstance(kind := getattr(e, name), type)
    and issubclass(kind, e.PipelineEvent)
    and kind is not e.PipelineEvent
}
"""Every kind of event, by its name."""

CHOICES = ("first", "last", "max", "min", "sum")
"""Which of several values is meant."""


class FactError(Exception):
    """A text names no fact and no events; ``remedy`` says what to write."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


_Number = int | float
_AMONG: Mapping[str, Callable[[Sequence[_Number]], _Number]] = {"max": max, "min": min, "sum": sum}


@dataclass(frozen=True, slots=True)
class Selector:
    """Some of the events of a run."""

    event: str
    """The kind's name."""

    conditions: tuple[tuple[str, str], ...] = ()
    """Fields by their dotted names, and what they are as texts."""

    def of(self, events: Iterable[e.PipelineEvent]) -> tuple[e.PipelineEvent, ...]:
        """Return the events that are meant, in order."""
        kind = EVENTS[self.event]
        return tuple(x for x in events if isinstance(x, kind) and self._holds(x))

    def _holds(self, event: e.PipelineEvent) -> bool:
        return all(as_text(value_at(event, path)) == text for path, text in self.conditions)


@dataclass(frozen=True, slots=True)
class Fact:
    """One number or text of a run."""

    selector: Selector
    path: str = ""
    """The field that is read, by its dotted name; empty: the events are counted."""

    choice: str = "last"
    """One of ``CHOICES``."""

    def of(self, events: Iterable[e.PipelineEvent]) -> Measured:
        """Return what it comes to over the events of a run."""
        found = self.selector.of(events)
        if not self.path:
            return len(found)
        values = [v for v in (value_at(event, self.path) for event in found) if v is not None]
        if not values:
            return None
        if self.choice in {"first", "last"}:
            return _scalar(values[0 if self.choice == "first" else -1])
        numbers = [value for value in values if isinstance(value, int | float)]
        return _AMONG[self.choice](numbers) if numbers else None


def value_at(event: e.PipelineEvent, path: str) -> Any:
    """Return what stands at a dotted path: a field, then keys and places; None where nothing is."""
    name, _, rest = path.partition(".")
    return inside(getattr(event, name, None), rest.split(".") if rest else ())


def inside(value: Any, names: Sequence[str]) -> Any:
    """Return what stands in a document under keys and places, one in the other; else None.

    A text that is JSON is looked into as well: a message's body often is.
    """
    for name in names:
        value = unfolded(value)
        if isinstance(value, Mapping):
            value = value.get(name)
        elif isinstance(value, list | tuple) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def placeholders(text: str) -> tuple[str, ...]:
    """Return the names of facts that a text has in braces: ``{messages}``."""
    return tuple(_PLACEHOLDER.findall(text))


def filled(text: str, facts: Mapping[str, Measured]) -> str:
    """Return a text with facts in place of their names in braces; unknown names stay."""

    def fact(found: re.Match[str]) -> str:
        return fact_words(facts[found[1]]) if found[1] in facts else found[0]

    return _PLACEHOLDER.sub(fact, text)


def fact_words(measured: Measured) -> str:
    """Return a fact as it is read: ``1,200``, ``0.25``, ``jobs``, ``nothing``."""
    match measured:
        case None:
            return "nothing"
        case bool():
            return "yes" if measured else "no"
        case int():
            return f"{measured:,}"
        case float():
            return f"{round(measured, 3):,.10g}"
    return measured


def unfolded(value: Any) -> Any:
    """Return the document that a text holds, if it is one of JSON; else the value itself."""
    if not isinstance(value, str) or value[:1] not in {"{", "["}:
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def as_text(value: Any) -> str:
    """Return a value as a condition writes it: ``true``, ``2``, ``jobs``."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_selector(text: str) -> Selector:
    """Return the events that a text names; ``FactError`` when it names none."""
    name, *conditions = _words(text)
    return _selector(name, conditions)


def read_fact(text: str) -> Fact:
    """Return the fact that a text names; ``FactError`` when it names none."""
    kind, *words = _words(text)
    match kind, words:
        case "count", [name, *conditions]:
            return Fact(_selector(name, conditions))
        case "value", [field, choice, *conditions] if "." in field:
            name, _, path = field.partition(".")
            if choice not in CHOICES:
                raise FactError(f"{shown(choice)} is no choice", f"write {' or '.join(CHOICES)}")
            selector = _selector(name, conditions)
            check_path(name, path)
            return Fact(selector, path, choice)
    remedy = 'write it like "count NotificationSent" or "value MessageReturned.receive_count last"'
    raise FactError(f"{shown(text)} is no fact", remedy)


def check_path(event: str, path: str) -> None:
    """Raise ``FactError`` for a dotted name that begins with no field of an event."""
    fields = [field.name for field in dataclasses.fields(EVENTS[event])]
    name = path.partition(".")[0]
    if name not in fields:
        raise FactError(f"{event} has no field {shown(name)}", perhaps(name, fields))


def _selector(name: str, conditions: Iterable[str]) -> Selector:
    if name not in EVENTS:
        raise FactError(f"there is no event {shown(name)}", perhaps(name, EVENTS))
    parsed = []
    for condition in conditions:
        path, is_one, text = condition.partition("=")
        if not is_one:
            raise FactError(f"{shown(condition)} is no condition", "write it like queue=jobs")
        check_path(name, path)
        parsed.append((path, text))
    return Selector(name, tuple(parsed))


def _words(text: str) -> list[str]:
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise FactError(f"{shown(text)} cannot be read ({error})", "close the quotes") from error
    return words or [""]


def _scalar(value: Any) -> Measured:
    return value if isinstance(value, bool | int | float | str) else as_text(value)
