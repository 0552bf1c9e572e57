"""Which files an entered path means, and the bundled samples; no terminal and no cloud."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from pipeline.inputs import broken, bundled
from pipeline.topology import Topology

PICTURE_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"}
)
_SUFFIXES = {"photo": PICTURE_SUFFIXES, "log file": frozenset({".log", ".txt"})}
_TEXT_SUFFIXES = frozenset({".json"})
_PICTURE = "picture"


class NothingToUploadError(Exception):
    """The path names nothing that can be uploaded; the text is one sentence for the learner."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A bundled file."""

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


def samples_for(topology: Topology) -> tuple[Sample, ...]:
    """Return what is bundled for an architecture: what it takes, and what it cannot work on."""
    noun = topology.entry.noun
    if noun == "photo":
        return samples()
    good, bad = bundled(topology.name), broken(topology.name)
    return (
        *(
            Sample(Path(str(file)), f"A good {noun}", f"What the function expects of a {noun}.")
            for file in good
        ),
        *(
            Sample(
                Path(str(file)),
                f"A broken {noun}",
                "No attempt can succeed with this one: it shows where failures end.",
            )
            for file in bad
        ),
    )


def suffixes_of(noun: str) -> frozenset[str]:
    """Return the endings of the files that hold such a thing."""
    return _SUFFIXES.get(noun, _TEXT_SUFFIXES)


def thing_of(noun: str) -> str:
    """Return what a file of it is called: a photo's is a picture."""
    return _PICTURE if noun == "photo" else noun


def files_to_upload(entered: str, noun: str = "photo") -> tuple[Path, ...]:
    """Return the files that an entered path means; of a folder, those that fit, one level deep.

    Args:
        entered: A path as somebody types it.
        noun: What the files hold, as the architecture's entry names it.

    Raises:
        NothingToUploadError: The path is missing, empty or unreadable, or nothing in it fits.
    """
    thing = thing_of(noun)
    if not entered.strip():
        raise NothingToUploadError(f"Enter the path of a {thing}, or of a folder with {thing}s.")
    path = _expanded(entered)
    try:
        if path.is_dir():
            return _files_in(path, noun)
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


def _files_in(folder: Path, noun: str) -> tuple[Path, ...]:
    with os.scandir(folder) as entries:
        found = sorted(
            Path(entry.path)
            for entry in entries
            if entry.is_file()
            and not entry.name.startswith(".")
            and Path(entry.name).suffix.lower() in suffixes_of(noun)
        )
    if not found:
        raise NothingToUploadError(
            f"No {thing_of(noun)}s lie in {folder} itself; folders are read one level deep."
        )
    return tuple(found)
