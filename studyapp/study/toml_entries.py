"""TOML tables read key by key, with everything that is wrong kept instead of raised.

A validator that stops at its first error would need a second one beside it that goes on; this is
the one that goes on.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from studyapp.study.problems import nearest, perhaps, shown
from studyapp.study.toml_lines import Path

_Value = TypeVar("_Value")

_INDENTED = re.compile(r"^[ \t]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong at a path of a document."""

    path: Path
    what: str
    remedy: str


@dataclass(slots=True)
class Entry:
    """One table of a document, being read.

    Each reading returns a value of its type. Where the table has none, that is a fault, and the
    value returned only stands in for it.
    """

    table: Mapping[str, Any]
    path: Path
    faults: list[Fault]

    def fault(self, key: str | None, what: str, remedy: str) -> None:
        """Keep something that is wrong with a key, or with the whole table."""
        path = self.path if key is None else (*self.path, key)
        self.faults.append(Fault(path, what, remedy))

    def knows(self, keys: frozenset[str]) -> None:
        """Refuse every key that is none of these."""
        if self.table.keys() <= keys:
            return
        for key in self.table.keys() - keys:
            close = nearest(key, keys)
            remedy = f"perhaps {close} is meant" if close else f"keys are {', '.join(sorted(keys))}"
            self.fault(key, f"there is no key {shown(key)} here", remedy)

    def text(self, key: str) -> str:
        """Return a text that says something, as paragraphs."""
        value = self.table.get(key)
        if value.__class__ is str and (text := paragraphs(value)):
            return text
        if self._value(key, str, "a text in quotes") is not None:
            self.fault(key, f"{key} is empty", "write what belongs here")
        return ""

    def optional_text(self, key: str) -> str | None:
        """Return a text, or None when the key is not there."""
        return self.text(key) if key in self.table else None

    def number(self, key: str, least: int, most: int) -> int:
        """Return a whole number between two others, both included."""
        form = f"a whole number from {least} to {most}"
        value = self._value(key, int, form)
        if value is not None and not least <= value <= most:
            self.fault(key, f"{key} is {shown(value)}", f"write {form}")
            value = None
        return least if value is None else value

    def flag(self, key: str) -> bool:
        """Return whether something is so; without the key it is not."""
        return key in self.table and self._value(key, bool, "true or false") is True

    def day(self, key: str) -> dt.date:
        """Return a date."""
        form = "a day like 2026-01-31, without quotes"
        return self._value(key, dt.date, form) or dt.date.min

    def one_of(self, key: str, known: Collection[str]) -> str:
        """Return a known name; while none is known any is taken, so that one slip is one fault."""
        name = self.text(key)
        if name and known and name not in known:
            self.fault(key, f"{key} {shown(name)} is unknown", perhaps(name, known))
        return name

    def texts(self, key: str, least: int = 1, most: int = 100) -> tuple[str, ...]:
        """Return a list of texts that each say something, of which there must be so many."""
        values = self.table.get(key)
        count = str(least) if least == most else f"{least} to {most}"
        form = f"a list of {count} texts in quotes"
        if values.__class__ not in (list, tuple):
            told = "is missing" if key not in self.table else f"is {shown(values)}"
            self.fault(key, f"{key} {told}", f"write {form}")
            return ()
        texts = tuple(paragraphs(value) for value in values or () if value.__class__ is str)
        if not all(texts) or len(texts) < len(values or ()):
            self.fault(key, f"{key} has an entry that says nothing", f"write {form}")
        elif not least <= len(texts) <= most:
            self.fault(key, f"{key} has {len(texts)} entries", f"write {form}")
        return texts

    def section(self, key: str) -> Entry:
        """Return a table within this one; where there is none, that is a fault."""
        table = self._value(key, dict, f"a table [{key}]")
        return Entry(table or {}, (*self.path, key), self.faults if table is not None else [])

    def entries(self, key: str) -> Iterator[Entry]:
        """Yield the tables of an array of tables; without the key there are none."""
        tables = self.table.get(key, ())
        if tables.__class__ not in (list, tuple):
            self.fault(key, f"{key} is {shown(tables)}", self._as_tables(key))
            return
        for place, table in enumerate(tables):
            path = (*self.path, key, place)
            if table.__class__ is dict:
                yield Entry(table, path, self.faults)
            else:
                what = f"{key} {place + 1} is {shown(table)}"
                self.faults.append(Fault(path, what, self._as_tables(key)))

    def _as_tables(self, key: str) -> str:
        names = [part for part in self.path if isinstance(part, str)]
        return f"write a [[{'.'.join([*names, key])}]] for each"

    def _value(self, key: str, kind: type[_Value], form: str) -> _Value | None:
        """Return the value of a key if it is of exactly this type: a date and time is no date."""
        value = self.table.get(key)
        if value.__class__ is kind:
            return value
        if key in self.table:
            self.fault(key, f"{key} is {shown(value)}", f"write {form}")
        else:
            self.fault(key, f"{key} is missing", f"add {form}")
        return None


def paragraphs(text: str) -> str:
    """Return a text whose paragraphs are one line each, parted by one blank line.

    A paragraph with an indented line keeps its lines: it is an example of code.
    """
    text = text.strip()
    if "\n" not in text:
        return text
    parts = re.split(r"\n(?:[ \t]*\n)+", text)
    return "\n\n".join(part if _INDENTED.search(part) else " ".join(part.split()) for part in parts)
