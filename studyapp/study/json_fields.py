"""Fields of a JSON document, each read as exactly what it must be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from studyapp.study.archive import ArchiveError

_Value = TypeVar("_Value")

LONGEST_TEXT = 200
_SHOWN = 40


def refuse(place: str, what: str) -> NoReturn:
    """Refuse a document for what is at a place of it."""
    raise ArchiveError(f"{place} {what}")


@dataclass(frozen=True, slots=True)
class Fields:
    """One object of a document; whatever is not as it must be raises ``ArchiveError``."""

    values: Mapping[str, Any]

    place: str
    """Where it stands, like ``sittings[3].marks``; empty for the document."""

    def place_of(self, key: str) -> str:
        """Return where a field stands."""
        name = key if key.isprintable() and len(key) <= _SHOWN else f"{key[:_SHOWN]!a}…"
        return f"{self.place}.{name}" if self.place else name

    def knows(self, *keys: str) -> None:
        """Refuse every field that is none of these."""
        for key in self.values:
            if key not in keys:
                refuse(self.place_of(key), "is unknown")

    def optional(self, key: str, read: Callable[[str], _Value]) -> _Value | None:
        """Return a field as something reads it; None where it is null."""
        return None if self._value(key) is None else read(key)

    def text(self, key: str) -> str:
        """Return a line of text that says something."""
        value = self._value(key)
        if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TEXT:
            refuse(self.place_of(key), f"is no text of 1 to {LONGEST_TEXT} characters")
        if not value.isprintable():
            refuse(self.place_of(key), "has characters that cannot be shown")
        return value

    def one_of(self, key: str, known: Collection[str]) -> str:
        """Return a text that is one of some."""
        value = self.text(key)
        if value not in known:
            refuse(self.place_of(key), f"is {value[:_SHOWN]!r}, which is unknown here")
        return value

    def whole(self, key: str, least: int, most: int) -> int:
        """Return a whole number between two others, both included."""
        value = self._value(key)
        if type(value) is not int or not least <= value <= most:
            refuse(self.place_of(key), f"is no whole number from {least} to {most}")
        return value

    def number(self, key: str, least: float, most: float) -> float:
        """Return a number between two others, both included."""
        value = self._value(key)
        if type(value) not in {int, float} or not least <= value <= most:
            refuse(self.place_of(key), f"is no number from {least:.0f} to {most:.0f}")
        return float(value)

    def flag(self, key: str) -> bool:
        """Return whether something is so."""
        value = self._value(key)
        if not isinstance(value, bool):
            refuse(self.place_of(key), "is neither true nor false")
        return value

    def time(self, key: str, earliest: dt.datetime, latest: dt.datetime) -> dt.datetime:
        """Return a time between two others, in UTC."""
        text = self.text(key)
        try:
            value = dt.datetime.fromisoformat(text)
            if value.tzinfo is None:
                refuse(self.place_of(key), "is a time without its zone")
            value = value.astimezone(dt.UTC)
        except (ValueError, OverflowError):
            refuse(self.place_of(key), "is no time")
        if not earliest <= value <= latest:
            refuse(self.place_of(key), f"is {value:%Y-%m-%d %H:%M} UTC, which cannot be")
        return value

    def optional_day(self, key: str) -> dt.date | None:
        """Return a day; None where it is null."""
        if self._value(key) is None:
            return None
        try:
            return dt.date.fromisoformat(self.text(key))
        except ValueError:
            refuse(self.place_of(key), "is no day")

    def table(self, key: str) -> Fields:
        """Return an object."""
        value = self._value(key)
        if not isinstance(value, dict):
            refuse(self.place_of(key), "is no object")
        return Fields(value, self.place_of(key))

    def tables(self, key: str) -> Iterator[Fields]:
        """Yield the objects of a list."""
        for place, entry in enumerate(self._list(key)):
            name = f"{self.place_of(key)}[{place}]"
            if not isinstance(entry, dict):
                refuse(name, "is no object")
            yield Fields(entry, name)

    def names(
        self, key: str, most: int, *, among: Collection[str] | None = None
    ) -> tuple[str, ...]:
        """Return texts that differ, if need be each one of some."""
        entries = self._list(key)
        if len(entries) > most:
            refuse(self.place_of(key), f"has more than {most} entries")
        each = {str(place): entry for place, entry in enumerate(entries)}
        fields = Fields(each, self.place_of(key))
        names = tuple(fields.text(place) for place in each)
        if len(set(names)) < len(names):
            refuse(self.place_of(key), "has an entry twice")
        if among is not None and not set(names) <= set(among):
            refuse(self.place_of(key), "names what is not asked")
        return names

    def places(self, key: str, options: int) -> tuple[int, ...]:
        """Return places of options, from 0, each once."""
        entries = self._list(key)
        are_places = all(type(entry) is int and 0 <= entry < options for entry in entries)
        if not are_places or len(set(entries)) < len(entries):
            refuse(self.place_of(key), f"is no list of places below {options}")
        return tuple(entries)

    def _list(self, key: str) -> list[Any]:
        value = self._value(key)
        if not isinstance(value, list):
            refuse(self.place_of(key), "is no list")
        return value

    def _value(self, key: str) -> Any:
        if key not in self.values:
            refuse(self.place_of(key), "is missing")
        return self.values[key]
