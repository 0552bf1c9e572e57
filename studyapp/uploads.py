"""Which files an entered path means, and the bundled samples; no terminal and no cloud."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

PICTURE_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"}
)


class NothingToUploadError(Exception):
    """The path names nothing that can be uploaded; the text is one sentence for the learner."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A bundled picture."""

    path: Path
    title: str
    shows: str
    """What there is to see, in one sentence."""


@cache
def samples() -> tuple[Sample, ...]:
    """Return the bundled pictures in the order in which they are offered."""
    content = resources.files("content")
    folder = content / "images"
    listed = tomllib.loads((content / "samples.toml").read_text("utf-8"))["sample"]
    return tuple(
        Sample(Path(str(folder / entry["file"])), entry["title"], entry["shows"])
        for entry in listed
    )


def files_to_upload(entered: str) -> tuple[Path, ...]:
    """Return the files that an entered path means; of a folder, its pictures, one level deep.

    Raises:
        NothingToUploadError: The path is missing, empty or unreadable, or no picture is in it.
    """
    if not entered.strip():
        raise NothingToUploadError("Enter the path of a picture, or of a folder with pictures.")
    path = _expanded(entered)
    try:
        if path.is_dir():
            return _pictures_in(path)
        _check_file(path)
    except PermissionError as error:
        raise NothingToUploadError(f"{path} cannot be read: permission denied.") from error
    except FileNotFoundError as error:
        raise NothingToUploadError(f"There is no file at {path}.") from error
    except (OSError, ValueError) as error:
        raise NothingToUploadError(f"{path} cannot be read: {error}.") from error
    return (path,)


def _expanded(entered: str) -> Path:
    text = entered if Path(entered).exists() else entered.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]  # a path dragged into a terminal often comes in quotes
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise NothingToUploadError(f"There is no home directory for {text}.") from error


def _check_file(path: Path) -> None:
    if not path.stat().st_size and path.is_file():
        raise NothingToUploadError(f"{path.name} is empty: it has no bytes to upload.")
    if not path.is_file():
        raise NothingToUploadError(f"{path} is not a file.")
    with path.open("rb"):
        pass


def _pictures_in(folder: Path) -> tuple[Path, ...]:
    with os.scandir(folder) as entries:
        found = sorted(
            Path(entry.path)
            for entry in entries
            if entry.is_file()
            and not entry.name.startswith(".")
            and Path(entry.name).suffix.lower() in PICTURE_SUFFIXES
        )
    if not found:
        raise NothingToUploadError(
            f"No pictures lie in {folder} itself; folders are read one level deep."
        )
    return tuple(found)
