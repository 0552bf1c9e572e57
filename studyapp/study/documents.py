"""The content's TOML files, read and parsed, and what is wrong with them by line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from typing import Any

from studyapp.study.problems import Problem
from studyapp.study.toml_entries import Entry, Fault
from studyapp.study.toml_lines import Path, find_lines, line_of

_LINE = re.compile(r" at line (\d+)(?: column \d+)?$")


@dataclass(slots=True)
class Document:
    """One file of content, being read."""

    file: str
    """From the content folder, with slashes."""

    text: str
    table: Mapping[str, Any]
    faults: list[Fault] = field(default_factory=list)

    @property
    def entry(self) -> Entry:
        """The document's outermost table, to be read."""
        return Entry(self.table, (), self.faults)

    def problems(self) -> list[Problem]:
        """Return the faults found so far, each with its line."""
        if not self.faults:
            return []
        lines = find_lines(self.text)
        return [
            Problem(
                self.file,
                line_of(fault.path, lines),
                key_of(fault.path, self.table),
                fault.what,
                fault.remedy,
            )
            for fault in self.faults
        ]


def read_document(root: Traversable, file: str) -> Document | Problem:
    """Return a file of the content, parsed, or why it cannot be."""
    try:
        # A byte order mark is what some editors write, and says nothing.
        text = _at(root, file).read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, KeyError):  # a zip says KeyError
        return Problem(file, None, "", "there is no such file", "add it")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return Problem(file, line, "", "this is not UTF-8", "save the file as UTF-8")
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        return Problem(file, None, "", f"it cannot be read ({reason})", "make it a readable file")
    return _parsed(file, text.replace("\r\n", "\n"))


def _parsed(file: str, text: str) -> Document | Problem:
    import rtoml  # noqa: PLC0415 - whoever only shows problems does not pay for the parser

    try:
        return Document(file, text, rtoml.loads(text))
    except rtoml.TomlParsingError as error:
        line = _LINE.search(str(error))
        what = f"this is not TOML: {_LINE.sub('', str(error)).strip()}"
        return Problem(file, int(line[1]) if line else None, "", what, "mend it here or just above")


def _at(root: Traversable, file: str) -> Traversable:
    for part in file.split("/"):
        root = root.joinpath(part)
    return root


def key_of(path: Path, table: Mapping[str, Any]) -> str:
    """Return a path as words: an entry by its id where it has one, else by its number from 1."""
    words: list[str] = []
    here: Any = table
    for part in path:
        try:
            here = here[part]
        except (KeyError, IndexError):
            here = {}
        if isinstance(part, int):
            name = here.get("id", here.get("slug")) if isinstance(here, dict) else None
            is_named = isinstance(name, str) and name.strip()
            words[-1] = " ".join(str(name).split()) if is_named else f"{words[-1]} {part + 1}"
        else:
            words.append(part)
    return ", ".join(words)
