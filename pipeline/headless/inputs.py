"""What a run is given, and where it may write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.inputs import bundled


class UsageError(Exception):
    """The arguments cannot be used; one sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Input:
    """One file to bring in."""

    path: Path
    key: str


def collect(inputs: Sequence[Path], topology: str) -> list[Input]:
    """Return the files to bring in; without any, those bundled for the architecture.

    Folders are read one level deep, hidden files are left out.
    A file that does not exist is kept: its upload fails and says so, the others are done.
    """
    if not inputs:
        return [Input(Path(str(each)), each.name) for each in bundled(topology)]
    found: list[Input] = []
    keys: set[str] = set()
    for given in inputs:
        path = given.expanduser()
        if path.is_dir():
            try:
                entries = sorted(p for p in path.iterdir() if p.is_file() and p.name[0] != ".")
            except OSError as error:
                raise UsageError(f"the folder {path} cannot be read: {error.strerror}.") from error
            if not entries:
                raise UsageError(f"the folder {path} holds no files; name one that holds photos.")
        else:
            entries = [path]
        for entry in entries:
            key = _unique(entry.name, keys)
            keys.add(key)
            found.append(Input(entry, key))
    if not any(each.path.exists() for each in found):
        names = ", ".join(str(each.path) for each in found)
        raise UsageError(f"no such file: {names}. Name a photo or a folder of photos.")
    return found


def _unique(name: str, taken: set[str]) -> str:
    """Return a key for a file name; a second file of that name gets a number in front."""
    if name not in taken:
        return name
    number = 2
    while f"{number}/{name}" in taken:
        number += 1
    return f"{number}/{name}"


def prepare_folder(out: Path) -> None:
    """Create the output folder; ``UsageError`` when it cannot be."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"the output folder {out} cannot be made: {error.strerror}. Name another with --out."
        ) from error


def safe_file_name(key: str) -> str:
    """Return a file name for a key: one that every file system takes, and stays in its folder."""
    name = "".join("_" if sign in '/\\:*?"<>|' or not sign.isprintable() else sign for sign in key)
    name = name.strip(". ") or "thumbnail"
    stem, dot, ending = name.rpartition(".")
    room = 200 - len((dot + ending).encode())
    return (stem or name).encode()[:room].decode(errors="ignore") + (dot + ending if stem else "")
