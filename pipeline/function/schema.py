"""What a JSON document must look like, and everything in which one does not.

A schema is made of the kinds below. Each names a value's problems by path:
``items[0].price: must be …``. Members that a schema does not name are let pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

CENT = Decimal("0.01")


class Kind(Protocol):
    """What a value may be."""

    def problems(self, value: Any, path: str) -> Iterator[str]:
        """Yield what is wrong with a value that stands at a path, one clause each."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """A string, not empty, of at most so many characters."""

    longest: int = 200
    pattern: str | None = None
    """A regular expression for the whole string."""

    def problems(self, value: Any, path: str) -> Iterator[str]:
        """Yield what is wrong with a string."""
        if not isinstance(value, str) or not 1 <= len(value) <= self.longest:
            yield f"{path}: must be text of 1 to {self.longest} characters"
        elif not value.isprintable() and any("\ud800" <= sign <= "\udfff" for sign in value):
            yield f"{path}: must be Unicode text"
        elif self.pattern is not None and re.fullmatch(self.pattern, value) is None:
            yield f"{path}: must have the form {self.pattern}"


@dataclass(frozen=True, slots=True)
class Date:
    """A day: ``2026-11-25``."""

    def problems(self, value: Any, path: str) -> Iterator[str]:
        """Yield what is wrong with a day."""
        try:
            is_day = date.fromisoformat(value).isoformat() == value
        except (TypeError, ValueError):
            is_day = False
        if not is_day:
            yield f"{path}: must be a day like 2026-11-25"


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number."""

    least: int
    most: int

    def problems(self, value: Any, path: str) -> Iterator[str]:
        """Yield what is wrong with a number."""
        if type(value) is not int or not self.least <= value <= self.most:
            yield f"{path}: must be a whole number from {self.least} to {self.most}"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of money with at most two decimals: an int or a ``Decimal``, never a float."""

    most: int

    def problems(self, value: Any, path: str) -> Iterator[str]:
        """Yield what is wrong with an amount."""
        if (
            type(value) not in {int, Decimal}
            or not 0 <= value <= self.most
            or Decimal(value).quantize(CENT) != value
        ):
            yield f"{path}: must be an amount from 0 to {self.most} with at most two decimals"


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of values of one kind."""

    kind: Kind
    most: int = 100

    def problems(self, value: Any, path: str) -> Iterator[str]:
        """Yield what is wrong with a list, and with each of its values."""
        if not isinstance(value, list) or not 1 <= len(value) <= self.most:
            yield f"{path}: must be a list of 1 to {self.most} values"
            return
        for number, each in enumerate(value):
            yield from self.kind.problems(each, f"{path}[{number}]")


@dataclass(frozen=True, slots=True)
class Object:
    """An object with members of their own kinds."""

    members: Mapping[str, Kind]
    optional: frozenset[str] = frozenset()
    """Members that may be missing."""

    def problems(self, value: Any, path: str = "") -> Iterator[str]:
        """Yield what is wrong with an object, and with each of its members."""
        if not isinstance(value, Mapping):
            yield f"{path}: must be an object"
            return
        for name, kind in self.members.items():
            place = f"{path}.{name}" if path else name
            if name in value:
                yield from kind.problems(value[name], place)
            elif name not in self.optional:
                yield f"{place}: is missing"
