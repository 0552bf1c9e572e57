"""The labs of a content folder, each read whole, and everything that is wrong with the rest."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path

from pipeline.grading.places import UnknownPlaceError, locate
from pipeline.topology import TOPOLOGY_NAMES, make_topology
from studyapp.study.documents import Document, read_document
from studyapp.study.lab_reading import read_lab
from studyapp.study.labs import Lab
from studyapp.study.loading import COURSE_FILE, content_folder
from studyapp.study.outline import Outline, read_outline
from studyapp.study.problems import Problem, in_order, nearest, shown
from studyapp.study.toml_entries import Entry

LAB_FILE = "lab.toml"

MOST_BYTES = 20_480
"""Of one document, as of a bucket policy:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html"""

_FOLDER = "labs"
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_FILE = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*\.json")
_IGNORED = frozenset({"__pycache__"})


def lab_file(slug: str, name: str = LAB_FILE) -> str:
    """Return where a file of a lab is, by default its description, from the content folder."""
    return f"{_FOLDER}/{slug}/{name}"


def read_labs(
    root: Traversable | Path | None = None,
) -> tuple[tuple[Lab, ...], tuple[Problem, ...]]:
    """Return the labs without fault, in teaching order, and what is wrong with the others.

    Args:
        root: The content folder; by default the one installed with the app.
    """
    folder = content_folder() if root is None else root
    course = read_document(folder, COURSE_FILE)
    outline = read_outline(course.entry) if isinstance(course, Document) else Outline()
    problems: list[Problem] = []
    labs = [
        lab for slug in _slugs(folder, problems) for lab in _lab(folder, slug, outline, problems)
    ]
    order = {topic.slug: place for place, topic in enumerate(outline.topics)}
    labs.sort(key=lambda lab: (order.get(lab.topic, len(order)), lab.slug))
    return tuple(labs), in_order(problems)


def _slugs(folder: Traversable, problems: list[Problem]) -> list[str]:
    labs = folder.joinpath(_FOLDER)
    if not labs.is_dir():
        return []
    slugs = []
    for entry in sorted(labs.iterdir(), key=lambda entry: entry.name):
        if entry.name in _IGNORED:
            continue
        place = f"{_FOLDER}/{entry.name}"
        if not entry.is_dir():
            problems.append(Problem(place, None, "", "nothing reads this", "remove it"))
        elif not _SLUG.fullmatch(entry.name):
            what = f"{shown(entry.name)} is no name for a lab"
            remedy = "write it in small letters, like queue-hears-nothing"
            problems.append(Problem(place, None, "", what, remedy))
        else:
            slugs.append(entry.name)
    return slugs


def _lab(
    folder: Traversable, slug: str, outline: Outline, problems: list[Problem]
) -> Iterator[Lab]:
    """Yield the lab of a folder, or nothing when something is wrong with it."""
    document = read_document(folder, lab_file(slug))
    if isinstance(document, Problem):
        problems.append(document)
        return
    files = _Files(folder.joinpath(_FOLDER).joinpath(slug))
    lab = read_lab(
        document.entry,
        slug,
        outline=outline,
        topologies=TOPOLOGY_NAMES,
        amiss=_amiss_with_place,
        fetch=files.fetch,
    )
    found = [*document.problems(), *_unread(slug, files)]
    problems += found
    if not document.faults:
        yield lab


def _amiss_with_place(topology: str, place: str) -> str:
    try:
        locate(make_topology(topology), place)
    except UnknownPlaceError as error:
        return str(error).rstrip(".")
    return ""


class _Files:
    """The files beside a ``lab.toml``, and which of them it named."""

    def __init__(self, folder: Traversable) -> None:
        self.folder = folder
        self.named = {LAB_FILE}

    def fetch(self, entry: Entry, key: str, name: str) -> str:
        """Return the text of a named file; a fault is kept where it is no JSON object."""
        if not name:
            return ""
        self.named.add(name)
        if not _FILE.fullmatch(name):
            remedy = 'name a file of the lab, like "solution.json"'
            entry.fault(key, f"{shown(name)} is no name of a file here", remedy)
            return ""
        try:
            text = _bytes(self.folder.joinpath(name)).decode("utf-8")
        except (FileNotFoundError, KeyError):  # a zip says KeyError
            entry.fault(key, f"there is no file {name}", "add it")
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            entry.fault(key, f"{name} cannot be read ({reason})", "make it a readable file")
        except UnicodeDecodeError:
            entry.fault(key, f"{name} is not UTF-8", "save it as UTF-8")
        else:
            if amiss := _amiss(text):
                entry.fault(key, f"{name} {amiss}", "mend it")
            return text
        return ""


def _amiss(text: str) -> str:
    """Return what is wrong with a document, or nothing."""
    if len(text.encode()) > MOST_BYTES:
        return f"is larger than {MOST_BYTES // 1024} KB"
    try:
        return "" if isinstance(json.loads(text), dict) else "holds no JSON object"
    except (ValueError, RecursionError) as error:
        return f"is not JSON: {error}"


def _bytes(file: Traversable) -> bytes:
    """Return a file's bytes, of a large one no more than show that it is too large."""
    with file.open("rb") as opened:
        return bytes(opened.read(MOST_BYTES + 1))


def _unread(slug: str, files: _Files) -> Iterator[Problem]:
    for entry in files.folder.iterdir():
        if entry.name not in files.named and entry.name not in _IGNORED:
            place = f"{_FOLDER}/{slug}/{entry.name}"
            close = nearest(entry.name, files.named)
            remedy = f"remove it, or name it {close}" if close else "remove it"
            yield Problem(place, None, "", "nothing reads this", remedy)
