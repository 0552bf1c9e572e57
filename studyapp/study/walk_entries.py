"""Texts of a chapter as they are written: prose, lines, and lists of them."""

from __future__ import annotations

import re

from studyapp.study.problems import shown
from studyapp.study.toml_entries import Entry

_ITEM = re.compile(r"(?:[-*]|\d+\.)\s")


def prose(entry: Entry, key: str, *, is_needed: bool = True) -> str:
    """Return Markdown with each paragraph and each item of a list on one line."""
    if not is_needed and key not in entry.table:
        return ""
    if not entry.text(key):
        return ""
    text = str(entry.table[key]).strip()
    if re.search(r"^\s*#", text, re.MULTILINE):
        entry.fault(key, "there is a heading", "write prose and lists only")
    return "\n\n".join(_unbroken(part) for part in re.split(r"\n(?:[ \t]*\n)+", text))


def _unbroken(part: str) -> str:
    """Return a paragraph on one line, a list with an item on each, and code as it is."""
    if part.startswith(("    ", "```")):
        return part
    found: list[str] = []
    for line in part.splitlines():
        if not found or _ITEM.match(line.strip()):
            found.append(line.strip())
        else:
            found[-1] = f"{found[-1]} {line.strip()}"
    return "\n".join(found)


def texts(entry: Entry, key: str) -> tuple[str, ...]:
    """Return a list of names; without the key there are none."""
    value = entry.table.get(key, [])
    if isinstance(value, list) and all(isinstance(each, str) and each.strip() for each in value):
        return tuple(value)
    entry.fault(key, f"{key} is {shown(value)}", f'write {key} = ["…", "…"]')
    return ()


def lines(entry: Entry, key: str) -> tuple[str, ...]:
    """Return a list of sentences, each on one line; without the key there are none."""
    return tuple(" ".join(each.split()) for each in texts(entry, key))
